"""The draft in its author's hands: found, and changed as long as it is one."""

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import store
from alerts.refusals import AlertGone
from alerts.rules import State
from storage.tables import Alert, Person


async def mine(session: AsyncSession, author: Person, alert_id: int) -> Alert:
    """The operator's own draft.

    Raises:
        AlertGone: it is none (any more), or somebody else's.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None or alert.author_id != author.id or alert.state != State.DRAFT:
        raise AlertGone
    return alert


async def change(session: AsyncSession, alert: Alert, **values: object) -> None:
    """Change what a draft says of itself.

    Raises:
        AlertGone: it was proposed meanwhile.
    """
    if not await store.change_draft(session, alert, values):
        raise AlertGone

"""Which alerts are under way."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.store.going import LIVE
from storage.tables import Alert


async def count_live(session: AsyncSession) -> dict[str, int]:
    """Alerts with something left to do, by state."""
    live = (Alert.state.in_(LIVE), Alert.done_at.is_(None))
    rows = await session.execute(select(Alert.state, func.count()).where(*live).group_by(Alert.state))
    return {str(state): int(count) for state, count in rows}

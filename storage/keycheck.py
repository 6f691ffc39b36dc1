"""Whether a key ring is the ring of this database.

The rule: a wrong ring is refused before anything is read or written with it. With another `index` key nobody would
be found, and everybody would be taken for a stranger; with another `audit` key the log could not be continued.
"""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.keys import BadKeys, KeyRing, Unsealable
from storage.tables import KeyCheck, Person


async def confirm_ring(session: AsyncSession, ring: KeyRing) -> None:
    """Compare each key with what the database knows of it, and note the keys it meets for the first time.

    A key that was taken out of the ring is not missed; one that comes back as another is refused.

    Raises:
        BadKeys: a key is not the one this database was made with; one line.
    """
    checks = ring.checks()
    known = {row.name: row.value for row in await session.scalars(select(KeyCheck))}
    for name, value in checks.items():
        if known.get(name, value) != value:
            raise BadKeys(_wrong(name))
    if known.keys() >= checks.keys():
        return
    if "index" not in known:
        await _confirm_by_somebody(session, ring)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"name": name, "value": value} for name, value in checks.items() if name not in known]
    await session.execute(insert(KeyCheck).values(rows).on_conflict_do_nothing(index_elements=["name"]))
    met = {row.name: row.value for row in await session.scalars(select(KeyCheck))}
    for name, value in checks.items():  # another process may have been first, with another ring
        if met[name] != value:
            raise BadKeys(_wrong(name))


async def _confirm_by_somebody(session: AsyncSession, ring: KeyRing) -> None:
    """A database from before the checks were kept: whoever is in it must be found by the ring."""
    try:
        person = await session.scalar(select(Person).limit(1))
    except Unsealable as error:
        raise BadKeys(_wrong("f" + str(ring.current))) from error
    if person and person.telegram_key != ring.blind(person.telegram_id, "people.telegram_id"):
        raise BadKeys(_wrong("index"))


def _wrong(name: str) -> str:
    return f"key '{name}' is not the one this database was made with: put the right ring into BOT_KEYS or BOT_KEYS_FILE"

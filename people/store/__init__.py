"""All SQL about people, by subject; what everybody asks, who somebody is and which roles they hold, also from here."""

from people.store.grants import (
    anyone_holds,
    drop_grant,
    drop_unfinished,
    every_grant,
    grant_by_id,
    grants_of,
    holders,
    lock_owners,
    silent_grants,
)
from people.store.persons import (
    find_person,
    find_person_and_step,
    hold_person,
    mark_seen,
    mark_unreachable,
    people_by_keys,
    person_by_id,
    telegram_key,
)

__all__ = [
    "anyone_holds",
    "drop_grant",
    "drop_unfinished",
    "every_grant",
    "find_person",
    "find_person_and_step",
    "grant_by_id",
    "grants_of",
    "hold_person",
    "holders",
    "lock_owners",
    "mark_seen",
    "mark_unreachable",
    "people_by_keys",
    "person_by_id",
    "silent_grants",
    "telegram_key",
]

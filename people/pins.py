"""The PIN that people with a role choose: it proves that it is still they who hold the phone.

The rule: a try is taken, in one conditional update, before the digits are looked at. A miss is never a refusal: what
refuses is rolled back, and the miss must stay counted.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from people.authority import RULES, Role
from people.refusals import WeakPin
from people.store import pins as store
from storage import audit, keys
from storage.tables import Person

COST, BLOCK, MEMORY = 2**14, 8, 2**25
"""scrypt: 16 MiB and about 50 ms a guess on a small server."""
SALT = 16
"""Bytes of salt in front of the hash."""


@dataclass(frozen=True)
class Tried:
    """What a try came to.

    Attributes:
        right: whether the digits were the PIN's; it is open from now on.
        left: tries that are left before the lock.
        locked_until: until when no try counts; None while tries are left.
    """

    right: bool
    left: int = 0
    locked_until: datetime | None = None


def is_weak(digits: str) -> bool:
    """Whether somebody would guess this among the first: one digit, a run up or down, repeated pairs or triples."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    in_blocks = any(
        all(len(set(digits[start : start + size])) == 1 for start in range(0, len(digits), size)) for size in (2, 3)
    )
    repeats = any(digits == digits[:size] * (len(digits) // size) for size in (1, 2, 3))
    return steps in ({1}, {9}) or in_blocks or repeats


def needs_pin(role: Role) -> bool:
    """Whether anything the role may do asks for the PIN."""
    return any(rule.step_up and role in (rule.roles or ()) for rule in RULES.values())


async def has_pin(session: AsyncSession, person_id: int) -> bool:
    """Whether a PIN was chosen."""
    return await store.pin_of(session, person_id) is not None


async def is_open(session: AsyncSession, person_id: int, now: datetime) -> bool:
    """Whether the last right PIN still counts."""
    pin = await store.pin_of(session, person_id)
    return bool(pin and pin.open_until and pin.open_until > now)


async def locked_until(session: AsyncSession, person_id: int, now: datetime) -> datetime | None:
    """Until when no try counts; None when tries are left."""
    pin = await store.pin_of(session, person_id)
    return pin.locked_until if pin and pin.locked_until and pin.locked_until > now else None


async def choose(
    session: AsyncSession, person: Person, digits: str, *, now: datetime, new_secret: Callable[[], str]
) -> None:
    """Set the PIN, and take it as given just now. A forgotten one is replaced by revoking the role and inviting anew.

    Raises:
        WeakPin: it would be guessed.
    """
    if is_weak(digits):
        raise WeakPin
    salt = bytes.fromhex(new_secret())
    hashed = salt + await asyncio.to_thread(_hashed, digits, salt)
    await store.put_pin(session, person.id, hashed, open_until=now + rules.PIN_OPEN)
    await audit.record(session, "pin-set", now=now, actor=person.id)


async def enter(session: AsyncSession, person: Person, digits: str, *, now: datetime) -> Tried:
    """Try a PIN; a right one opens it for a few minutes. Of many tries at once no more are looked at than are left."""
    taken = await store.take_pin_try(session, person.id, now, most=rules.PIN_TRIES, lock=rules.PIN_LOCK)
    if taken is None:
        return Tried(right=False, locked_until=await locked_until(session, person.id, now) or now)
    kept, misses, locked = taken
    if hmac.compare_digest(kept[SALT:], await asyncio.to_thread(_hashed, digits, kept[:SALT])):
        await store.open_pin(session, person.id, now + rules.PIN_OPEN)
        return Tried(right=True)
    if locked:
        await audit.record(session, "pin-locked", now=now, actor=person.id, detail=f"misses={misses}")
    return Tried(right=False, left=rules.PIN_TRIES - misses, locked_until=locked)


def _hashed(digits: str, salt: bytes) -> bytes:
    keyed = keys.in_use().blind(digits, "pins.pin_hash")  # six digits are soon tried: not without the keys
    return hashlib.scrypt(keyed, salt=salt, n=COST, r=BLOCK, p=1, maxmem=MEMORY, dklen=32)

"""`python -m bot audit`: the log read again from its beginning, and as JSON lines."""

import json
from collections.abc import AsyncIterator, Sequence

from bot.commands.opening import opened
from bot.commands.terminal import counted
from storage import audit_check


class BadHead(ValueError):
    """An expected head that was not written as CHAIN=HEX."""


async def verify_log(expected: Sequence[str]) -> tuple[list[str], bool]:
    """What verifying found, as lines, and whether all is well.

    Args:
        expected: heads of earlier runs, `CHAIN=HEX` each: the log must still contain them.

    Raises:
        BadHead: one of them is written in another way.
    """
    noted: dict[str, set[str]] = {}
    for each in expected:
        chain, separator, head = each.rpartition("=")
        if not separator or len(head) != 64 or not set(head.lower()) <= set("0123456789abcdef"):
            raise BadHead("--expect takes CHAIN=HEX, as an earlier run printed it")
        noted.setdefault(chain, set()).add(head.lower())
    async with opened() as database, database.reading() as session:
        verdict = await audit_check.verify(session, noted)
    lines = [f"{chain}={head}" for chain, head in sorted(verdict.heads.items())]
    lines += [f"FAULT {fault.chain} {fault.place}: {fault.what}" for fault in verdict.faults]
    entries = counted(verdict.entries, "entry", "entries")
    return [*lines, f"{entries}, {counted(len(verdict.faults), 'fault')}"], not verdict.faults


async def export_log() -> AsyncIterator[str]:
    """Every entry as one line of JSON, oldest first in each chain; people are keyed references in it too."""
    async with opened() as database, database.reading() as session:
        async for entry in audit_check.export(session):
            yield json.dumps(entry)

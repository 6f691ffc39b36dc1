"""What a campaign of delivery is to do, where it is played, and what came of it: plain figures."""

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.delivery.calls import Trouble
from delivery.rules import Kind
from storage import keys

REMINDED = 300
"""People with a reminder that falls due beside the alert."""


@dataclass(frozen=True)
class Plan:
    """What is done to whom."""

    name: str
    people: int
    rate: int = 1000
    free_rate: int = 30
    kills: int = 0
    trouble: Trouble | None = None
    reminders: int = 0
    processes: int = 1
    freeze: bool = False
    life_safety: bool = False
    module: str = "bot"
    """What is run: `bot`, or a bot with something switched off."""
    judged_at: int = 0
    """The limit the server judges by; 0: what the bot was told."""
    seed: int = 6
    most_seconds: float = 3600.0
    """For the whole; a short one should say less."""

    @property
    def kind(self) -> Kind:
        """Of the rows that the alert is owed as."""
        return Kind.LIFE_SAFETY if self.life_safety else Kind.ALERT


@dataclass
class Place:
    """Where a campaign is played: a database with its people, and what bots need besides."""

    kind: str
    url: str
    ring: keys.KeyRing
    cache: Path
    folder: Path


@dataclass
class Result:
    """What came of it."""

    plan: Plan
    place: Place
    total: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, dict[str, int]] = field(default_factory=dict)
    adds_up: bool = False
    audience: int = 0
    owed_in: float = 0.0
    resumed_in: list[float] = field(default_factory=list)
    """Seconds from each restart to the next message of the alert."""
    started_in: list[float] = field(default_factory=list)
    """Of these, until the process said that it had started."""
    seconds: float = 0.0
    rate: float = 0.0
    """Calls with the alert in a second, from the first to the last; stops and starts of bots included."""
    steady: float = 0.0
    """The same without the first two seconds and the last one."""
    most: int = 0
    """Calls that surely came within one second."""
    most_read: int = 0
    """The same if they came when they were read, although the server may have been kept from reading them."""
    busiest_at: float = 0.0
    """When that second began, after the alert was owed."""
    most_unpaid: int = 0
    stall: float = 0.0
    """Seconds for which the witness itself was kept from looking at the clock, at worst."""
    early: int = 0
    lost: int = 0
    twice: int = 0
    ambiguous: int = 0
    blocked: int = 0
    throttled: int = 0
    in_hand: list[int] = field(default_factory=list)
    """Rows that were claimed at each kill."""
    held: int = 0
    """How often the alert stopped by itself and an operator let it go on."""
    late: list[float] = field(default_factory=list)
    """Seconds from due to arrived, of the first copy of each reminder."""
    reminders_lost: int = 0
    reminders_extra: int = 0
    reminders_ambiguous: int = 0
    reminders_in_hand: int = 0
    rewritten: int = 0
    """Rows that a process which had lost them changed."""
    refused: int = 0
    """Writes that were refused because the row was no longer the writer's."""
    again: int = 0
    """People who got a message after it had been settled as sent."""
    cpu: float = 0.0
    events: dict[str, int] = field(default_factory=dict)

    def late_within(self, share: float) -> float:
        """Seconds within which this share of the reminders had arrived."""
        return sorted(self.late)[int(share * (len(self.late) - 1))] if self.late else 0.0

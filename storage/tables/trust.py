"""What trust rests on: PINs, approvals, limits, tombstones, the audit chain. Nobody is named in the clear here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant


class Pin(Table):
    """The PIN of somebody with a role: proves that it is still they who hold the phone."""

    __tablename__ = "pins"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    pin_hash: Mapped[bytes] = mapped_column(LargeBinary(48))
    """16 bytes of salt and 32 bytes of scrypt."""
    misses: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    open_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until then the last right PIN still counts."""


class Approval(Table):
    """Something that takes two people: proposed by one, approved by another, bound to a hash of what it is about."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_open",
            "action",
            "subject",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(64))
    """What exactly, without a person in it: `alert:12`, `export:mae-sot:2026-11-25:7`."""
    clinic_id: Mapped[str] = mapped_column(String(32), default="")
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    """`open`, `approved`, or `void` after what it is about has changed."""
    expires_at: Mapped[datetime] = mapped_column(Instant)


class Limit(Table):
    """How often somebody did something in the current window. `who` is a blind index, of strangers too."""

    __tablename__ = "limits"

    who: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int]
    update_id: Mapped[int] = mapped_column(BigId, default=0)
    """The update counted last: delivered again, it is not counted again."""


class Tombstone(Table):
    """Somebody was erased: a keyed hash of the row's random number, so that a restored backup can forget them again."""

    __tablename__ = "tombstones"

    reference: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_on: Mapped[date] = mapped_column(index=True)


class KeyCheck(Table):
    """A keyed hash of a fixed text under each key this database has known: tells whether a ring is its own."""

    __tablename__ = "key_checks"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    """As in the ring: `f1`, `index`, `audit`."""
    value: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditEntry(Table):
    """One act. Each entry's `link` covers the one before it, under a key that is not in the database."""

    __tablename__ = "audit"

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed reference of the person who acted; empty for the bot itself."""
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed reference of whom or what it was done to; empty for nothing in particular."""
    clinic_id: Mapped[str] = mapped_column(String(32), default="")
    detail: Mapped[str] = mapped_column(String(80), default="")
    """Counts and names of roles, never anything of a person."""
    link: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Table):
    """Where a chain ends: whoever appends takes this row first, so that a chain cannot fork or lose its end."""

    __tablename__ = "audit_heads"

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int] = mapped_column(BigId)
    link: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed hash of chain, place and link."""

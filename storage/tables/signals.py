"""How often people asked about what: sums of a day and of a week. No row is anybody's, and none crosses two facets.

The rule: language and province are counted apart, in rows of their own: nothing here says "Khmer, in Trat".
"""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table


class AskedDay(Table):
    """One day of one subject, in one language (`province` empty) or of one province (`language` empty)."""

    __tablename__ = "asked_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    """In Thailand."""
    subject: Mapped[str] = mapped_column(String(56), primary_key=True)
    """A topic's id, `sign:` and a danger sign's id, or `none` for a question without an answer."""
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    province: Mapped[str] = mapped_column(String(4), primary_key=True)
    """The one chosen for alerts; `-`: none was chosen."""
    times: Mapped[int]


class AskedWeek(Table):
    """The same of a week."""

    __tablename__ = "asked_weeks"

    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday."""
    subject: Mapped[str] = mapped_column(String(56), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    province: Mapped[str] = mapped_column(String(4), primary_key=True)
    times: Mapped[int]

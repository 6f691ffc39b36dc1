"""The staff group of a clinic: a Telegram group, with or without forum topics."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed


class StaffGroup(Table):
    """One group of one clinic. Telegram may give it another chat id; ours stays."""

    __tablename__ = "staff_groups"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(32), unique=True)
    chat_id: Mapped[str] = mapped_column(Sealed("staff_groups.chat_id"))
    chat_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Blind index of the chat id."""
    forum: Mapped[bool] = mapped_column(default=False)
    """Whether topics can be opened in it; otherwise conversations are threads of replies."""
    language: Mapped[str] = mapped_column(String(2), default="th")
    """In which its messages are worded: that of the lead who linked it."""
    linked_at: Mapped[datetime] = mapped_column(Instant)

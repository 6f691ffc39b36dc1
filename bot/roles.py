"""What one process of the bot does: all of it, or one half, so that any number of either can run side by side.

The rule: no role leads. Whatever two processes might both do is decided by the database.
"""

from enum import StrEnum


class Role(StrEnum):
    """How `run --role` is told what to do."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"

    @property
    def receives(self) -> bool:
        """Takes in what people send, and answers it."""
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        """Sends what is owed and does whatever nobody has to ask for."""
        return self is not Role.WEB

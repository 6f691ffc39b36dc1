"""Why a file cannot become a draft. A refusal carries facts, never words."""

from dataclasses import dataclass

from storage.refusal import Refusal


@dataclass(eq=False)
class CapUnusable(Refusal):
    """The file is no CAP 1.2 message that could be told to people."""

    fault: str
    """What is wrong, as `handlers/screens/alert_import.py` words it."""
    detail: str = ""
    """The element it is about, or the version that was found."""

"""Buttons of lists as files. The clinic is named too, so that authority can be asked before anything is looked up."""

from handlers.press_codec import Press, press


@press("xa1")
class ApproveExport(Press):
    """Agree to a colleague's list."""

    clinic: str
    approval_id: int


@press("xw1")
class TakeBackExport(Press):
    """Take one's own request back."""

    clinic: str
    approval_id: int

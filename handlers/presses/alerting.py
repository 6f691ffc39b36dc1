"""Buttons of operators."""

from handlers.press_codec import Press, press


@press("ae1")
class WriteAlert(Press):
    """Type the alert's text in one language."""

    language: str


@press("ad1")
class DiscardAlert(Press):
    """Begin the alert anew."""


@press("ap1")
class ProposeAlert(Press):
    """Ask another operator to approve."""

    alert_id: int


@press("ay2")
class ApproveAlert(Press):
    """Approve exactly the proposal that was read."""

    alert_id: int
    approval_id: int


@press("aw1")
class TakeBackAlert(Press):
    """Take one's own proposal back."""

    alert_id: int


@press("as1")
class StopAlert(Press):
    """Stop what has not gone out."""

    alert_id: int


@press("ar1")
class AlertReport(Press):
    """What became of it."""

    alert_id: int

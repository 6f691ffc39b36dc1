"""Buttons below an alert that was approved: run it, correct it, end it, look at it."""

from handlers.press_codec import Press, press


@press("ar1")
class AlertReport(Press):
    """What became of it."""

    alert_id: int


@press("ar2")
class AlertSheet(Press):
    """The same as a file."""

    alert_id: int


@press("ar3")
class ListAlerts(Press):
    """Alerts before this one; 0: the newest."""

    before: int


@press("as1")
class StopAlert(Press):
    """Stop what has not gone out."""

    alert_id: int


@press("as2")
class PauseAlert(Press):
    """Let nothing more out for now."""

    alert_id: int


@press("as3")
class ResumeAlert(Press):
    """Let it go on."""

    alert_id: int


@press("as4")
class AskEndAlert(Press):
    """Is it no longer valid?"""

    alert_id: int


@press("as5")
class EndAlert(Press):
    """It is no longer valid."""

    alert_id: int


@press("as6")
class AskResend(Press):
    """Send it again to those of whom nobody knows?"""

    alert_id: int


@press("as7")
class ResendAlert(Press):
    """Send it again to those of whom nobody knows."""

    alert_id: int


@press("ax1")
class CorrectAlert(Press):
    """See the correction as far as it is written."""

    alert_id: int


@press("ax2")
class WriteCorrection(Press):
    """Type the new text in one language."""

    alert_id: int
    language: str


@press("ax3")
class DropCorrection(Press):
    """Throw the correction away."""

    alert_id: int


@press("ax4")
class ProposeCorrection(Press):
    """Ask another operator to approve the new texts."""

    alert_id: int


@press("ax5")
class ApproveCorrection(Press):
    """Approve exactly the new texts that were read."""

    alert_id: int
    approval_id: int


@press("ax6")
class TakeBackCorrection(Press):
    """Take one's own proposal back."""

    alert_id: int

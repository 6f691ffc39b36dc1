"""Buttons of operators."""

from handlers.press_codec import Press, press


@press("ao1")
class OpenAlert(Press):
    """Back to the draft as it stands."""

    alert_id: int


@press("ae2")
class WriteAlert(Press):
    """Type the alert's text in one language."""

    alert_id: int
    language: str


@press("ae3")
class DropAlertText(Press):
    """Take the text of one language away."""

    alert_id: int
    language: str


@press("at1")
class AlertTopics(Press):
    """What is it about?"""

    alert_id: int


@press("at2")
class ChooseAlertTopic(Press):
    """It is about this."""

    alert_id: int
    alert_topic: str


@press("aa1")
class AlertAudience(Press):
    """Whom is it for?"""

    alert_id: int


@press("aa2")
class FlipAlertLanguage(Press):
    """For readers of this language too, or no longer."""

    alert_id: int
    language: str


@press("aa3")
class AlertEverywhere(Press):
    """For people everywhere."""

    alert_id: int


@press("aa4")
class AlertAround(Press):
    """For people around a clinic."""

    alert_id: int
    clinic: str


@press("aa5")
class AlertProvinces(Press):
    """Choose provinces; page 0 has the nearest ones."""

    alert_id: int
    page: int


@press("aa6")
class FlipAlertProvince(Press):
    """For people of this province too, or no longer."""

    alert_id: int
    province: str
    page: int


@press("ah1")
class AlertTimes(Press):
    """When does it go out, and how long does it hold?"""

    alert_id: int


@press("ah2")
class AlertAtOnce(Press):
    """It starts as soon as it is approved."""

    alert_id: int


@press("ah3")
class TypeAlertStart(Press):
    """Type when it starts."""

    alert_id: int


@press("ah4")
class ChooseAlertWindow(Press):
    """It goes out within so many hours."""

    alert_id: int
    hours: int


@press("ah5")
class TypeAlertEnd(Press):
    """Type until when it holds."""

    alert_id: int


@press("ah6")
class AlertWithoutEnd(Press):
    """It holds until somebody ends it."""

    alert_id: int


@press("ak1")
class AlertLifeSafety(Press):
    """Do lives depend on it?"""

    alert_id: int


@press("ak2")
class ChooseLifeSafety(Press):
    """They do, or not."""

    alert_id: int
    yes: bool


@press("af1")
class AttachToAlert(Press):
    """Send a picture or a document to go with it."""

    alert_id: int


@press("af2")
class DetachFromAlert(Press):
    """Without picture or document."""

    alert_id: int


@press("am1")
class AlertTemplates(Press):
    """Which template?"""

    alert_id: int


@press("am2")
class UseTemplate(Press):
    """Begin with this one."""

    alert_id: int
    template: str


@press("am3")
class FillHoles(Press):
    """Fill the gaps, one by one."""

    alert_id: int


@press("am4")
class FillAlike(Press):
    """The same words in all other languages."""

    alert_id: int
    nonce: int


@press("av1")
class PreviewAlert(Press):
    """See it exactly as its readers will."""

    alert_id: int


@press("ad2")
class DiscardAlert(Press):
    """Throw the draft away."""

    alert_id: int


@press("ap2")
class ProposeAlert(Press):
    """Ask another operator to approve."""

    alert_id: int
    stars: int = 0
    """What the sending costs at most, as it was shown."""


@press("ay3")
class ApproveAlert(Press):
    """Approve exactly the proposal that was read."""

    alert_id: int
    approval_id: int
    stars: int = 0
    """What the sending costs at most, as it was shown."""


@press("aw1")
class TakeBackAlert(Press):
    """Take one's own proposal back."""

    alert_id: int

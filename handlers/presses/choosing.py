"""Buttons of the first minute: the language, the phone, the choices, leaving."""

from handlers.press_codec import Press, press


@press("me1")
class OpenMenu(Press):
    """Back to the menu."""


@press("la1")
class ChangeLanguage(Press):
    """Show the languages."""


@press("lg1")
class ChooseLanguage(Press):
    """Take one."""

    language: str


@press("in1")
class AcceptInvite(Press):
    """Take a language, and then the role of an invite: for people who meet the bot by its link."""

    language: str
    invite: str


@press("ph1")
class SharePhone(Press):
    """Whether others use this phone too."""

    shared: bool


@press("al1")
class SwitchAlerts(Press):
    """Health alerts on or off."""

    wanted: bool


@press("ch1")
class SeeChoices(Press):
    """Everything that can be turned on and off, on one screen."""


@press("sw1")
class Switch(Press):
    """One of the switches of that screen (`people.choices.Choice`)."""

    choice: str
    wanted: bool


@press("sr1")
class AskStopReminders(Press):
    """Stop reminders? Asked once, because something is lost with them."""


@press("sa1")
class AskStopAlerts(Press):
    """What exactly should stop? The button below an alert; empty: it has no topic."""

    alert_topic: str


@press("jt1")
class SeeTopics(Press):
    """The topics of alerts, to turn single ones off."""


@press("mu1")
class MuteTopic(Press):
    """One topic off or on, from the list of topics or from below an alert."""

    alert_topic: str
    muted: bool
    listed: bool


@press("jv1")
class SeeProvinces(Press):
    """The provinces: the short list first, then all of them in pages."""

    page: int


@press("jc1")
class ChooseProvince(Press):
    """Alerts for one province; empty: for everywhere."""

    province: str


@press("ag1")
class Agree(Press):
    """Consent to what the bot must keep; then on to `purpose`: a visit, alerts or news."""

    purpose: str


@press("hi1")
class HideMessages(Press):
    """Delete the messages of the last 48 hours from this chat."""


@press("tq1")
class AskTakeBack(Press):
    """Take the agreement back? Asked once."""


@press("tb1")
class TakeBack(Press):
    """Take the agreement back."""


@press("fq1")
class AskForget(Press):
    """Erase everything? Asked once."""


@press("fx1")
class ForgetMe(Press):
    """Erase everything."""


@press("zg1")
class ChooseScript(Press):
    """Which of two writings of Burmese this phone shows rightly."""

    zawgyi: bool

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


@press("ag1")
class Agree(Press):
    """Consent to what the bot must keep; then on to `purpose`: a visit or alerts."""

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

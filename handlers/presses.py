"""Every button of the bot. The code ends in a version: raise it when the fields change their meaning."""

from datetime import date

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


@press("fq1")
class AskForget(Press):
    """Erase everything? Asked once."""


@press("fx1")
class ForgetMe(Press):
    """Erase everything."""


@press("em1")
class Emergency(Press):
    """The emergency card."""


@press("er1")
class EmergencyRooms(Press):
    """Which province are you in?"""


@press("ep1")
class ShowEmergencyRoom(Press):
    """The emergency room of a province."""

    province: str


@press("th1")
class ShowThai(Press):
    """The same in Thai, to show to somebody: a topic."""

    topic: str


@press("ca1")
class BrowseTopics(Press):
    """All categories."""


@press("cg1")
class OpenCategory(Press):
    """The topics of one."""

    category: str


@press("to1")
class ShowTopic(Press):
    """One answer, in the language given or (empty) the person's own."""

    topic: str
    language: str


@press("ol1")
class OtherLanguages(Press):
    """Which other languages a topic can be read in."""

    topic: str


@press("li1")
class Listen(Press):
    """A topic's recording."""

    topic: str
    language: str


@press("he1")
class Helped(Press):
    """Whether an answer helped."""

    topic: str
    language: str
    yes: bool


@press("no1")
class NoneOfThese(Press):
    """None of the topics that were offered."""


@press("kq1")
class KeepQuestion(Press):
    """Keep the question this message replies to, without a name."""


@press("zg1")
class ChooseScript(Press):
    """Which of two writings of Burmese this phone shows rightly."""

    zawgyi: bool


@press("cn1")
class NextQuestion(Press):
    """The next kept question after one, for editors."""

    after: int


@press("cp1")
class TakeAsPhrasing(Press):
    """A kept question is a way of asking for a topic."""

    question_id: int
    topic: str


@press("cw1")
class NeedsTopic(Press):
    """A kept question needs a topic that does not exist yet."""

    question_id: int


@press("cd1")
class DropQuestion(Press):
    """A kept question is not for us."""

    question_id: int


@press("bk1")
class StartBooking(Press):
    """Choose a clinic."""


@press("bc1")
class PickClinic(Press):
    """Choose a service."""

    clinic: str


@press("bs1")
class PickService(Press):
    """Choose a day; `page` turns over the list."""

    clinic: str
    service: str
    page: int


@press("bd1")
class PickDay(Press):
    """Choose a time."""

    clinic: str
    service: str
    day: date


@press("bt1")
class TakeSlot(Press):
    """Take the place."""

    slot_id: int


@press("mi1")
class MyVisits(Press):
    """The visits to come."""


@press("vi1")
class ShowVisit(Press):
    """One visit in full."""

    booking_id: int


@press("mv1")
class MoveVisit(Press):
    """Choose another day for a visit; `page` turns over the list."""

    booking_id: int
    page: int


@press("md1")
class MoveToDay(Press):
    """Choose another time."""

    booking_id: int
    day: date


@press("mt1")
class MoveToSlot(Press):
    """Take the other time."""

    booking_id: int
    slot_id: int


@press("cq1")
class AskCancel(Press):
    """Cancel? Asked once."""

    booking_id: int


@press("cx1")
class CancelVisit(Press):
    """Cancel."""

    booking_id: int


@press("dk1")
class SeeDay(Press):
    """A clinic's day, for its staff."""

    clinic: str
    day: date


@press("dc1")
class ConfirmDesk(Press):
    """Do what was previewed; the draft with this number holds what."""

    nonce: int


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


@press("ay1")
class ApproveAlert(Press):
    """Approve."""

    alert_id: int


@press("as1")
class StopAlert(Press):
    """Stop what has not gone out."""

    alert_id: int


@press("ar1")
class AlertReport(Press):
    """What became of it."""

    alert_id: int


@press("iv1")
class PickInvite(Press):
    """Which role to invite to; the clinic follows where the role belongs to one."""

    role: str


@press("iw1")
class MakeInvite(Press):
    """Make the link."""

    role: str
    clinic: str

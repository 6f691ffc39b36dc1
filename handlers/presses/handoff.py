"""Buttons of conversations with health workers: of the person, and of the staff in their group or in private."""

from handlers.press_codec import Press, press


@press("za1")
class AskWorker(Press):
    """Ask a health worker; the question is the message this one replies to, if any."""


@press("zc1")
class AskClinic(Press):
    """At which clinic."""

    clinic: str


@press("zs1")
class SendQuestion(Press):
    """Yes, pass on the question this message replies to."""

    clinic: str


@press("zt1")
class TypeQuestion(Press):
    """Yes, and I type it now."""

    clinic: str


@press("zm1")
class WriteMore(Press):
    """Write more in a conversation."""

    conversation_id: int


@press("ze1")
class EndTalk(Press):
    """The person needs no answer any more."""

    conversation_id: int


@press("zr1")
class ReadAnswer(Press):
    """Show an answer that was announced without its words."""

    line_id: int


@press("ui1")
class SeeInbox(Press):
    """The open conversations of a clinic, for staff."""

    clinic: str


@press("us1")
class SeeTalk(Press):
    """One conversation, for staff."""

    conversation_id: int


@press("up1")
class SeePhrases(Press):
    """The phrases, for a conversation."""

    conversation_id: int
    page: int


@press("uq1")
class PickPhrase(Press):
    """One phrase, for a conversation."""

    conversation_id: int
    phrase: str


@press("ut1")
class TypeAnswer(Press):
    """Staff type an answer in their private chat."""

    conversation_id: int


@press("ud1")
class SendLine(Press):
    """Send a draft as it is."""

    line_id: int


@press("ux1")
class DropLine(Press):
    """Do not send a draft."""

    line_id: int


@press("uc1")
class CloseTalk(Press):
    """Staff end a conversation."""

    conversation_id: int


@press("ug1")
class MakeGroupCode(Press):
    """Make a code that links a Telegram group to a clinic."""

    clinic: str


@press("uu1")
class UnlinkGroup(Press):
    """Unlink the group of a clinic."""

    clinic: str

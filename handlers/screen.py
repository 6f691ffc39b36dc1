"""What a person sees next: a value that `bot/telegram_out` knows how to show."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from handlers.press_codec import Press
from locales.catalogue import NOTHING, Html


@dataclass(frozen=True)
class Button:
    """An inline button: either pressed, or opening an address."""

    label: str
    press: Press | None = None
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Venue:
    """A place on the map, with its name; without an address it is shown as a bare pin."""

    latitude: float
    longitude: float
    title: str
    address: str = ""


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for before something else had to come first: a press's data, or a command and its words."""

    kind: Literal["press", "command"]
    command: str
    text: str


@dataclass(frozen=True)
class Screen:
    """One message and what else happens with it.

    Attributes:
        goes_on: nothing is shown yet: this is done next, in a transaction of its own, and its screen is.
        text: finished HTML. Empty: only the `toast` is shown.
        rows: inline buttons.
        toast: plain text shown for a moment on top of the chat after a press.
        fresh: after a press, send a new message instead of changing the pressed one.
        protect: keep the message from being forwarded or saved.
        private: it shows details of a person's visits. Such a message is protected, and in discreet mode it goes back
            under a bare line after ten minutes. These are: the list of visits, a visit (and so its ticket), and the
            steps that name a clinic, a service or a time to choose. Not these: reminders and notices of a closed time,
            "your place is kept", "cancel?" (a time and a code at most); menu, language, answers, notices, alerts.
        about: for a private screen, the visit it shows; 0: none in particular.
        instead: after a press, the pressed message is deleted once the new one stands.
        cleared: the messages of `Request.recent` are owed their deletion and need not be remembered.
        leaves: the person was erased: nothing of them stays in memory.
        remove: delete the message that was sent to us (a photo of a paper, say).
        reply: answer as a reply to the message that was sent to us, so that its buttons know what they are about.
        thread: in a staff group with forum topics, the topic it belongs to.
        reply_to: in a staff group, the message it answers; gone, it is sent all the same.
        voice: Telegram's file id of a recording to send; `text` is then its caption.
        file: name and content of a document to send; `text` is then its caption.
        keep: the file is for other programs of the phone: it may be saved and passed on.
        document: Telegram's file id of a file to send; `text` is then its caption.
        photo: a picture to send, Telegram's file id of one, or what draws it: called in a thread once the transaction
            is over. `text` is its caption, and stands alone when it cannot be drawn.
        venue: a place to send; `text` is not shown then.
        then: messages that follow.
        asked: what was shown an answer to, for the counts of `/signals`: a topic, `sign:` and a danger sign, or `none`.
        missed: a code that was tried does not work, although the rest was done: it counts as a guess.
    """

    goes_on: Wanted | None = field(default=None, kw_only=True)
    text: Html = NOTHING
    rows: Rows = ()
    toast: str = ""
    fresh: bool = False
    protect: bool = False
    private: bool = False
    about: int = 0
    instead: bool = False
    cleared: bool = False
    leaves: bool = False
    remove: bool = False
    reply: bool = False
    thread: int | None = None
    reply_to: int | None = None
    voice: str = ""
    file: tuple[str, bytes] | None = None
    keep: bool = False
    document: str = ""
    photo: bytes | str | Callable[[], bytes] = b""
    venue: Venue | None = None
    then: tuple["Screen", ...] = field(default=())
    asked: tuple[str, ...] = ()
    missed: bool = False

    def anew(self) -> "Screen":
        """The same screen as a new message."""
        return replace(self, fresh=True)


def column(*buttons: Button | None) -> Rows:
    """One button a row; None leaves a row out."""
    return tuple((button,) for button in buttons if button)


def grid(buttons: list[Button], width: int) -> Rows:
    """Buttons side by side, `width` in a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))

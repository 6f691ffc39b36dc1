"""What a person sees next: a value that `bot/telegram_out` knows how to show."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

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
class Screen:
    """One message and what else happens with it.

    Attributes:
        text: finished HTML. Empty: only the `toast` is shown.
        rows: inline buttons.
        toast: plain text shown for a moment on top of the chat after a press.
        fresh: after a press, send a new message instead of changing the pressed one.
        protect: keep the message from being forwarded or saved.
        remove: delete the message that was sent to us (a photo of a paper, say).
        reply: answer as a reply to the message that was sent to us, so that its buttons know what they are about.
        voice: Telegram's file id of a recording to send; `text` is then its caption.
        file: name and content of a document to send; `text` is then its caption.
        keep: the file is for other programs of the phone: it may be saved and passed on.
        photo: a picture to send, or what draws it: called in a thread once the transaction is over. `text` is its
            caption, and stands alone when it cannot be drawn.
        venue: a place to send; `text` is not shown then.
        then: messages that follow.
    """

    text: Html = NOTHING
    rows: Rows = ()
    toast: str = ""
    fresh: bool = False
    protect: bool = False
    remove: bool = False
    reply: bool = False
    voice: str = ""
    file: tuple[str, bytes] | None = None
    keep: bool = False
    photo: bytes | Callable[[], bytes] = b""
    venue: Venue | None = None
    then: tuple["Screen", ...] = field(default=())

    def anew(self) -> "Screen":
        """The same screen as a new message."""
        return replace(self, fresh=True)


def column(*buttons: Button | None) -> Rows:
    """One button a row; None leaves a row out."""
    return tuple((button,) for button in buttons if button)


def grid(buttons: list[Button], width: int) -> Rows:
    """Buttons side by side, `width` in a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))

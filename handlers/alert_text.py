"""The words of a CAP message as our readers get them: in one order, in their language, short enough for one message.

The rule: what is shortened is named. The instruction is the last to go, because it is what people need.
"""

from dataclasses import dataclass
from datetime import datetime

from alerts import rules
from alerts.cap.importing import ACTUAL
from alerts.cap.message import Info
from alerts.rules import BANGKOK
from locales.catalogue import Translator
from locales.formats import moment
from locales.graphemes import clusters

LEAST = 40
"""UTF-16 units below which the rest of a part tells nothing, so it goes whole."""
SHORTENED = ("description", "where", "headline", "instruction")
"""In this order parts are shortened."""


@dataclass(frozen=True)
class Composed:
    """A text, and whether something is missing in it."""

    text: str
    shortened: bool


def compose(say: Translator, info: Info, status: str, most: int) -> Composed:
    """The text of one `info` block in at most `most` UTF-16 units."""
    parts = {
        "mark": _mark(say, status),
        "headline": _tidy(info.headline or info.event),
        "description": _tidy(info.description),
        "instruction": _tidy(info.instruction),
        "where": _labelled(say, "where", _where(info)),
        "from": _labelled(say, "from", _told(say, info.onset)),
        "until": _labelled(say, "until", _told(say, info.expires)),
        "more": _labelled(say, "more", _tidy(" ".join((info.web, info.contact)))),
        "source": _labelled(say, "source", _tidy(info.sender_name)),
    }
    shortened = False
    for name in SHORTENED:
        excess = rules.length(_joined(parts)) - most
        if excess > 0:
            shortened = True
            parts[name] = shorten(parts[name], rules.length(parts[name]) - excess)
    while rules.length(_joined(parts)) > most:  # only the names of places and people are left: the longest goes
        parts[max(parts, key=lambda name: len(parts[name]))] = ""
    return Composed(_joined(parts), shortened)


def shorten(text: str, most: int) -> str:
    """The beginning of a text in at most `most` UTF-16 units, whole letters only, with an ellipsis."""
    if most < LEAST:
        return ""
    kept, room = list[str](), most - 1
    for cluster in clusters(text):
        room -= rules.length(cluster)
        if room < 0:
            return "".join(kept).rstrip() + "…"
        kept.append(cluster)
    return text


def _joined(parts: dict[str, str]) -> str:
    head = [parts[name] for name in ("mark", "headline", "description", "instruction")]
    facts = "\n".join(parts[name] for name in ("where", "from", "until", "more", "source") if parts[name])
    return "\n\n".join(part for part in (*head, facts) if part)


def _mark(say: Translator, status: str) -> str:
    """Readers must see by themselves that it is none."""
    if status == ACTUAL:
        return ""
    if status == "Exercise":
        return say.label("⚠️ This is only an exercise, not a real warning.")
    return say.label("⚠️ This is only a test, not a real warning.")


def _labelled(say: Translator, what: str, value: str) -> str:
    if not value:
        return ""
    match what:
        case "where":
            return say.label("Where: {value}", value=value)
        case "from":
            return say.label("From: {value}", value=value)
        case "until":
            return say.label("Until: {value}", value=value)
        case "more":
            return say.label("More: {value}", value=value)
    return say.label("Source: {value}", value=value)


def _where(info: Info) -> str:
    return ", ".join(dict.fromkeys(_tidy(area.description) for area in info.areas))


def _told(say: Translator, at: datetime | None) -> str:
    return moment(at, BANGKOK, say.language) if at else ""


def _tidy(text: str) -> str:
    """Paragraphs stay; line breaks and indents of the file go."""
    paragraphs = text.replace("\r", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())

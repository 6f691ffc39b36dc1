"""What Telegram recognises in plain text by itself: commands, mentions, hashtags, links, addresses, numbers.

The rule: offsets and lengths are in UTF-16 code units, never in characters or bytes.
"""

import re
from typing import Any

Json = dict[str, Any]

_FOUND = re.compile(
    r"""
      (?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<url>https?://[^\s<>"]+
            | (?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|info|io|me|th|mm|kh|la|int)\b(?:/[^\s<>"]*)?)
    | (?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?!\w|/))
    | (?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}\b)
    | (?P<hashtag>(?<![\w\#/])\#\w*[^\W\d]\w*)
    | (?P<phone_number>(?<![\w+])(?:\+\d[\d\ ()-]{6,16}\d | 0\d{1,2}[\ -]?\d{3}[\ -]?\d{3,4})(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_WORTH_A_LOOK = re.compile(r"[@/#.+0]")
_TRAILING = ".,;:!?)'\""


def measure(text: str) -> int:
    """Length in UTF-16 code units, the unit of every limit on text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str, taken: list[Json] | None = None) -> list[Json]:
    """The entities Telegram adds by itself, merged with those already `taken`, in order of offset.

    A found entity that would cross one already there is dropped; the sender's own markup wins.
    """
    given = taken or []
    if not _WORTH_A_LOOK.search(text):
        return given
    found: list[Json] = []
    for match in _FOUND.finditer(text):
        words = match[0]
        if match.lastgroup == "url":
            words = words.rstrip(_TRAILING)
        start, length = measure(text[: match.start()]), measure(words)
        if not any(start < e["offset"] + e["length"] and e["offset"] < start + length for e in given):
            found.append({"type": match.lastgroup, "offset": start, "length": length})
    if not given:
        return found
    return sorted(given + found, key=lambda e: (e["offset"], -e["length"]))


def cut(text: str, entity: Json) -> str:
    """The part of the text that an entity covers."""
    units = text.encode("utf-16-le", "surrogatepass")
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le", "surrogatepass")

"""Telegram's HTML becomes plain text with entities, or a refusal.

The rule: an error names the byte where the trouble starts, as Telegram does, and nothing is silently dropped.
"""

import html
import re
from typing import Any

from simulator.entities import measure
from simulator.errors import Malformed

Json = dict[str, Any]
_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TOKEN = re.compile(r"<(?P<close>/?)(?P<name>[^\s>]*)(?P<rest>[^>]*)>|&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ATTRIBUTE = re.compile(r"\s+([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")


def cannot_parse(why: str) -> Malformed:
    """The refusal of markup or entities."""
    return Malformed(f"can't parse entities: {why}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of a text in Telegram's HTML."""
    if "<" not in source and "&" not in source:
        return source, []
    pieces: list[str] = []
    entities: list[Json] = []
    open_tags: list[tuple[str, int, Json]] = []
    units = position = 0

    def at(index: int) -> str:
        return f"at byte offset {len(source[:index].encode('utf-8', 'surrogatepass'))}"

    while position < len(source):
        match = _TOKEN.search(source, position)
        end = match.start() if match else len(source)
        plain = source[position:end]
        if "<" in plain:
            raise cannot_parse(f"Unclosed start tag {at(position + plain.index('<'))}")
        pieces.append(plain)
        units += measure(plain)
        if match is None:
            break
        position = match.end()
        name = (match["name"] or "").lower()
        if match[0].startswith("&"):
            pieces.append(html.unescape(match[0]))
            units += measure(pieces[-1])
        elif not match["close"]:
            open_tags.append((name, units, _read_tag(name, match["rest"], at(end))))
        else:
            if not open_tags:
                raise cannot_parse(f"Unexpected end tag {at(end)}")
            opened, start, entity = open_tags.pop()
            if name and name != opened:
                raise cannot_parse(f'Unmatched end tag {at(end)}, expected "</{opened}>", found "</{name}>"')
            if units > start:
                entities.append({"type": entity.pop("type"), "offset": start, "length": units - start} | entity)
    if open_tags:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(pieces), [entity for entity in entities if entity["type"] != "nothing"]


def _read_tag(name: str, rest: str, where: str) -> Json:
    """The entity that a start tag opens, without its place."""
    if name not in _TYPES:
        raise cannot_parse(f'Unsupported start tag "{name}" {where}')
    attributes: dict[str, str] = {}
    end = 0
    for match in _ATTRIBUTE.finditer(rest):
        if match.start() != end:
            break
        value = next((group for group in match.groups()[1:] if group is not None), "")
        attributes[match[1].lower()] = html.unescape(value)
        end = match.end()
    if rest[end:].strip():
        raise cannot_parse(f'Unexpected attribute in the tag "{name}" {where}')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise cannot_parse(f'Tag "span" must have class "tg-spoiler" {where}')
    if name == "tg-emoji":
        if "emoji-id" not in attributes:
            raise cannot_parse("Custom emoji entity must contain a custom emoji identifier")
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if name == "a":
        link = attributes.get("href", "")
        return {"type": "text_link", "url": link} if "." in link or ":" in link else {"type": "nothing"}
    if name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    language = attributes.get("class", "")
    if name == "code" and language.startswith("language-"):
        return {"type": "code", "language": language.removeprefix("language-")}
    return {"type": _TYPES[name]}

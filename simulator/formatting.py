"""Text as a bot sends it: a parse mode or explicit entities, its length, its trimmed ends.

The rule: lengths are counted after the markup is read, in UTF-16 units.
"""

from typing import Any

from simulator.entities import find_entities, measure
from simulator.errors import Malformed
from simulator.markup import cannot_parse, parse_html
from simulator.parameters import Parameter, encoded, integer, mapping, need, text
from simulator.shapes import list_of, shape

Json = dict[str, Any]
TEXT_LENGTH = 4096
"""UTF-16 units of a message."""
CAPTION_LENGTH = 1024
"""UTF-16 units of a caption."""
_KINDS = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "text_link", "code", "pre", "blockquote",
    "custom_emoji",
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_mention",
    "expandable_blockquote", "date_time",
}  # fmt: skip
entity_array = list_of(
    shape(
        "MessageEntity",
        type=need(text),
        offset=need(integer),
        length=need(integer),
        url=Parameter(text),
        user=Parameter(mapping),
        language=Parameter(text),
        custom_emoji_id=Parameter(text),
        unix_time=Parameter(integer),
        date_time_format=Parameter(text),
    )
)
entity_list = encoded(entity_array)


def read_text(p: Json) -> tuple[str, list[Json]]:
    """The text of a call, formatted; empty or too long is `Malformed`."""
    words, entities = format_text(p.get("text", ""), p.get("parse_mode"), p.get("entities"))
    if not words:
        raise Malformed("message text is empty")
    if measure(words) > TEXT_LENGTH:
        raise Malformed("message is too long")
    return words, entities


def read_caption(p: Json) -> tuple[str, list[Json]]:
    """The caption of a call, formatted; it may be empty, too long is `Malformed`."""
    words, entities = format_text(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
    if measure(words) > CAPTION_LENGTH:
        raise Malformed("message caption is too long")
    return words, entities


def format_text(source: str, parse_mode: str | None, given: list[Json] | None) -> tuple[str, list[Json]]:
    """The text as people see it: markup read, ends trimmed, links and commands found."""
    if parse_mode:
        if parse_mode.lower() in ("markdown", "markdownv2"):
            raise Malformed(f"parse_mode {parse_mode} is not simulated; use HTML or entities")
        if parse_mode.lower() != "html":
            raise Malformed("unsupported parse_mode")
        plain, entities = parse_html(source)
    else:
        plain, entities = source, _check_entities(source, given or [])
    trimmed = plain.rstrip()
    cut_off = measure(trimmed) - measure(trimmed.lstrip())
    return trimmed.lstrip(), find_entities(trimmed.lstrip(), _shift(entities, cut_off, measure(trimmed)))


def _shift(entities: list[Json], left: int, length: int) -> list[Json]:
    """Entities after `left` units went from the start and the rest ends at `length`."""
    moved = []
    for entity in entities:
        start, end = (max(entity["offset"], left), min(entity["offset"] + entity["length"], length))
        if start < end:
            moved.append(entity | {"offset": start - left, "length": end - start})
    return moved


def _check_entities(source: str, given: list[Json]) -> list[Json]:
    length = measure(source) if given else 0
    for entity in given:
        if entity["type"] not in _KINDS:
            raise cannot_parse(f'unsupported type "{entity["type"]}" of an entity')
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > length:
            raise Malformed(f"ENTITY_BOUNDS_INVALID: {entity['offset']}+{entity['length']} of {length}")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise cannot_parse('field "url" of a text_link is missing')
    return sorted(given, key=lambda entity: (entity["offset"], -entity["length"]))

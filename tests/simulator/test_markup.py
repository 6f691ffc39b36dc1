"""Telegram's HTML: what it allows, where the entities come to lie, and what it refuses."""

from typing import Any

import pytest

from simulator.errors import Malformed
from simulator.formatting import format_text
from simulator.markup import parse_html
from simulator.world import World
from tests.simulator.client import Caller


def bold(offset: int, length: int) -> dict[str, object]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>one</b> two", "one two", [bold(0, 3)]),
        ("\U0001f600 <strong>x</strong>", "\U0001f600 x", [bold(3, 1)]),
        ("1 &lt; 2 &amp;&amp; &quot;3&quot; &#128512;", '1 < 2 && "3" \U0001f600', []),
        ("&nbsp;&copy; stay", "&nbsp;&copy; stay", []),
        ("<b>a<i>b</i></b>", "ab", [bold(0, 2), {"type": "italic", "offset": 1, "length": 1}]),
        ('<a href="https://a.org/?x=1&amp;y">m</a>', "m", [
            {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.org/?x=1&y"}
        ]),
        ("<blockquote expandable>q</blockquote>", "q", [
            {"type": "expandable_blockquote", "offset": 0, "length": 1}
        ]),
        ('<span class="tg-spoiler">s</span>', "s", [{"type": "spoiler", "offset": 0, "length": 1}]),
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [bold(0, 1)]),
        ("<b>x</>", "x", [bold(0, 1)]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("က<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused_with_its_place(source: str, why: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


def test_entities_move_when_the_ends_are_trimmed() -> None:
    assert format_text(" \n<b>  x </b> ", "HTML", None) == ("x", [bold(0, 1)])


def test_a_command_inside_markup_is_left_to_the_markup() -> None:
    assert format_text("<b>/start</b> /help", "HTML", None) == (
        "/start /help",
        [bold(0, 6), {"type": "bot_command", "offset": 7, "length": 5}],
    )


async def test_unreadable_html_counts_against_the_bot(call: Caller, world: World, aye: int) -> None:
    reply = await call("sendMessage", chat_id=aye, text="<b>x", parse_mode="HTML")
    assert reply.refusal.startswith("Bad Request: can't parse entities: ")
    assert len(world.refused) == 1


async def test_markdown_is_refused_rather_than_misread(call: Caller, aye: int) -> None:
    assert (await call("sendMessage", chat_id=aye, text="*x*", parse_mode="MarkdownV2")).status == 400

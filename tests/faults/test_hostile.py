"""Whatever letters people type: what is shown again is what was typed, and the log stays one JSON object a line."""

import contextlib
import io
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alerts.rules import other_language
from bot import log
from bot.incoming import parse, read
from bot.unit import NotNow
from handlers.desk import read_code
from handlers.press_codec import encode
from handlers.presses.alerting import WriteAlert
from handlers.presses.content import DropQuestion
from handlers.screen import Screen
from handlers.screens import alert_message
from locales.catalogue import Translator, escaped, together
from locales.graphemes import clusters, cut
from locales.languages import NATIVE
from locales.repair import for_matching
from people.authority import Role
from simulator.markup import parse_html
from storage.tables import Alert
from tests.acts import ON_SQLITE
from tests.house import House
from tests.loglines import written

NASTY = (
    "<b>", "</b>", "<a href='tg://user?id=1'>", "&lt;", "&amp;", "&#0;", "&", "<", ">", '"', "{say}", "{0}", "{", "}",
    "%s", "%(x)s", "\\n", "\0", "\ud83d", "\udc00", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\r\n",
    "\x1b[31m", "'; DROP TABLE people;--", "msgid \"\"", "\u0301" * 20, "ကျေး", "្រ", "ที่", "🏳️‍🌈", "\U0010ffff", "\x7f",
)  # fmt: skip
TYPED = st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=20)),
    min_size=1,
    max_size=12,
).map("".join)
"""All of Unicode, halves of characters and the zero too, and what means something to somebody."""
MANY = settings(max_examples=500)
REAL = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = count(800_000_000)
OURS = {"bold"}


def as_shown(text: str) -> str:
    """What may be stored and sent: halves of characters and zeros are replaced, nothing else."""
    text = json.loads(json.dumps(text))  # two halves that meet are one character
    return "".join("\ufffd" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in text)


def message(person: int, **content: Any) -> dict[str, Any]:
    number = next(NUMBERS)
    who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
    head = {"message_id": number, "date": 1, "chat": {"id": person, "type": "private"}, "from": who}
    return {"update_id": number, "message": head | content}


def press(person: int, data: str, replied: str = "") -> dict[str, Any]:
    number, chat = next(NUMBERS), {"id": person, "type": "private"}
    shown: dict[str, Any] = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    if replied:
        shown["reply_to_message"] = {"message_id": 1, "date": 1, "chat": chat, "text": replied}
    who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
    query = {"id": str(number), "from": who, "chat_instance": "1", "message": shown, "data": data}
    return {"update_id": number, "callback_query": query}


async def tell(house: House, update: dict[str, Any]) -> list[str]:
    """The words of every message that answers an update, read as Telegram reads them."""
    house.advance(seconds=11)  # nobody is too quick here
    received = parse(json.loads(json.dumps(update)))
    assert received
    incoming = read(received)
    assert incoming
    screen = await house.app.dispatcher.unit.decide(incoming)
    assert screen
    return words(screen)


def words(screen: Screen) -> list[str]:
    """Its texts without their markup, of which there is none but ours."""
    read_as = [parse_html(each.text) for each in (screen, *screen.then) if each.text]
    assert {entity["type"] for _, entities in read_as for entity in entities} <= OURS
    return [plain for plain, _ in read_as]


@MANY
@given(TYPED)
@example("&lt;b&gt; {say} <b>")
def test_a_hole_shows_exactly_what_is_put_into_it(text: str) -> None:
    say = Translator("en", {})
    typed = "x" + as_shown(text)
    said = together([say("<b>{part}</b> and {part}", part=typed), escaped(typed), typed])
    plain, entities = parse_html(said)
    assert plain == f"{typed} and {typed}\n\n{typed}\n\n{typed}"
    assert [entity["type"] for entity in entities] in (["bold"], [])
    assert say("{part}", part=say("{part}", part=typed)) == escaped(typed)
    assert say.label("{part}", part=typed) == typed


@MANY
@given(TYPED)
def test_what_arrives_can_be_stored_and_sent_and_is_otherwise_as_it_was(text: str) -> None:
    received = parse(json.loads(json.dumps(message(7, text="x" + text, caption=text))))
    assert received
    incoming = read(received)
    assert incoming
    assert incoming.text == as_shown("x" + text)
    assert incoming.text.encode().decode() == incoming.text


@MANY
@given(TYPED, st.integers(0, 60))
def test_what_is_cut_is_cut_between_letters(text: str, most: int) -> None:
    typed = as_shown(text)
    kept = cut(typed, most)
    assert len(kept) <= most
    assert typed.startswith(kept)
    whole = [cluster for cluster in clusters(typed) if len(cluster) <= most]
    if len(whole) == len(clusters(typed)):
        assert "".join(clusters(typed)[: len(clusters(kept))]).startswith(kept)


@ON_SQLITE
@REAL
@given(TYPED)
@example("x" * 3400)
@example("🏳️‍🌈" * 580)
async def test_an_alert_is_previewed_and_sent_as_it_was_typed(house: House, text: str) -> None:
    await _staff(house, 700, Role.OPERATOR)
    await tell(house, message(700, text="/alert"))
    await tell(house, press(700, encode(WriteAlert(1, "en"))))
    preview, *_ = await tell(house, message(700, text="x" + text))
    typed = ("x" + as_shown(text)).strip()
    if found := other_language(typed, "en"):
        assert preview.startswith(f"This looks like {NATIVE[found]}")
        return
    assert preview == f"📢 Health alert\n\n{typed}\n\nTo stop alerts: /alerts_off"
    sent = words(alert_message.message(Translator("en", {}), Alert(topic="flood"), typed))
    assert sent == [preview]


@ON_SQLITE
@REAL
@given(TYPED)
@example("ធ្វើ" * 100)
@example("y\u0301\u0302" * 110)
async def test_a_kept_question_is_shown_to_an_editor_as_it_was_typed(house: House, text: str) -> None:
    await _staff(house, 600, Role.EDITOR)
    if 7 not in house.app.dispatcher.unit.readers:
        await house.person(7)
    await tell(house, press(7, "kq1", replied="x" + text))
    incoming = read(parse(press(600, "cn1.0")))  # type: ignore[arg-type]
    assert incoming
    screen = await house.app.dispatcher.unit.decide(incoming)
    assert screen
    typed = cut(as_shown("x" + text), 300)
    assert f"\n\n{typed}\n\nWhat is it about?" in words(screen)[0]
    drop = next(button.press for row in screen.rows for button in row if isinstance(button.press, DropQuestion))
    await tell(house, press(600, encode(drop)))


@ON_SQLITE
@REAL
@given(TYPED)
@example("<b>x</b>")
async def test_the_desk_shows_the_part_it_did_not_understand_as_it_reads_it(house: House, text: str) -> None:
    await _staff(house, 500, Role.STAFF, "mae-sot")
    typed = as_shown(text).replace("\n", " ")
    [said] = await tell(house, message(500, text="/today zz" + text))
    if "I did not understand this part" in said:
        part = said.partition("“")[2].rpartition("”")[0]
        assert part
        assert part in for_matching("zz" + typed)
    house.advance(minutes=16)
    [said] = await tell(house, message(500, text="/noshow zz" + text))
    assert said == f"I find no visit with the code {read_code(('zz' + typed).strip())} at your clinic."


@ON_SQLITE
@REAL
@given(TYPED)
async def test_what_follows_start_and_stands_below_a_picture_is_never_shown_again(house: House, text: str) -> None:
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
    house.advance(minutes=16)
    assert await tell(house, message(31, text="/start zz" + text)) == await tell(house, message(31, text="/start"))
    for medium in ({"voice": voice}, {"photo": [photo]}):
        shown = await tell(house, message(31, caption="zz" + text, **medium))
        assert shown == await tell(house, message(31, **medium))


async def _staff(house: House, person: int, role: Role, clinic: str = "") -> None:
    if person not in house.app.dispatcher.unit.readers:
        await house.staff(person, role, clinic)


# the log

ALWAYS = {"at", "level", "event", "logger", "error", "cause", "where"}
FORGED = '"}\n{"event":"forged","level":"info"}\r\n\x1b[2J\u2028{"event":"forged"}\x85\0'


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the process writes to its log."""
    with written() as stream:
        yield stream


@ON_SQLITE
async def test_nothing_that_arrives_can_write_a_line_of_its_own_into_the_log(
    house: House, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.person(7)
    for update in (message(7, text=FORGED), message(7, text=f"/{FORGED}"), press(7, FORGED), press(7, "me1", FORGED)):
        for field in ("first_name", "username", "language_code"):
            who = update.get("message", update.get("callback_query"))
            assert who
            who["from"][field] = FORGED
        received = parse(update, house.app.bot)
        assert received
        await house.app.dispatcher.handle(received)
    for broken in ({"message": {"text": FORGED}}, {FORGED: 1}, {"update_id": FORGED}, FORGED, [FORGED]):
        received = parse(broken, house.app.bot)
        if received:
            await house.app.dispatcher.handle(received)

    async def fails(*_: object) -> None:
        raise RuntimeError(FORGED) from ValueError(FORGED)

    monkeypatch.setattr(house.app.dispatcher.unit, "_transact", fails)
    for _ in range(3):
        received = parse(message(7, text="/menu") | {"update_id": 5}, house.app.bot)
        assert received
        with contextlib.suppress(NotNow):
            await house.app.dispatcher.handle(received)
    written = [json.loads(line) for line in lines.getvalue().split("\n") if line]
    assert {line.get("event") for line in written} >= {"update-unreadable", "update-failed"}
    assert {key for line in written for key in line} <= ALWAYS | log.FIELDS
    assert "forged" not in lines.getvalue()

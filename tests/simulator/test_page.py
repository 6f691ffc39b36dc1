"""The page's files and the control API, over HTTP as a browser uses them."""

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import ClientSession

from simulator.pace import Pace
from simulator.page import STATIC
from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import AYE, Caller

STAFF = -1001000000001
BUTTON = {"inline_keyboard": [[{"text": "Book", "callback_data": "book"}]]}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = Simulator(pace=Pace.unlimited())
    running.world.register()
    running.world.person(AYE, "Aye", "my")
    async with running:
        yield running


class Page:
    """A browser's requests to the page."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url, self.session = url, session

    async def state(self) -> Any:
        async with self.session.get(f"{self.url}/sim/state") as response:
            return await response.json()

    async def do(self, act: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/sim/{act}", json=body) as response:
            told = await response.json()
            assert response.status == 200, told
            return told

    async def refused(self, act: str, **body: Any) -> tuple[int, str]:
        async with self.session.post(f"{self.url}/sim/{act}", json=body) as response:
            return response.status, (await response.json())["error"]


@pytest.fixture
def page(simulator: Simulator, session: ClientSession) -> Page:
    return Page(simulator.url, session)


async def test_the_page_and_all_it_names_are_served_from_here_under_a_strict_policy(
    simulator: Simulator, session: ClientSession
) -> None:
    async with session.get(simulator.url) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        named = re.findall(r'(?:href|src)="([^"]+)"', await response.text())
    assert len(named) >= 5
    for path in named:
        async with session.get(simulator.url + path) as response:
            assert response.status == 200, path
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_every_imported_module_and_font_exists() -> None:
    for path in STATIC.glob("*.js"):
        for imported in re.findall(r'from "\./([^"]+)"', path.read_text("utf-8")):
            assert (STATIC / imported).is_file(), (path.name, imported)
    fonts = re.findall(r'url\("/static/([^"]+)"\)', (STATIC / "fonts.css").read_text("utf-8"))
    assert len(fonts) == 6
    assert all((STATIC / font).is_file() for font in fonts)
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text("utf-8")


async def test_the_page_asks_nobody_else_and_never_takes_text_as_markup() -> None:
    for path in [*STATIC.glob("*.js"), *STATIC.glob("*.css"), *STATIC.glob("*.html")]:
        words = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://\w|url\(\s*[\"']?//", words), path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", words), path.name


@pytest.mark.parametrize("path", ["/static/../page.py", "/static/%2e%2e/page.py", "/static/nothing.js"])
async def test_only_the_pages_own_files_are_served(simulator: Simulator, session: ClientSession, path: str) -> None:
    async with session.get(simulator.url + path) as response:
        assert response.status == 404


@pytest.mark.parametrize("path", ["/", "/sim/state", "/sim/events"])
async def test_a_request_that_names_another_host_is_refused(
    simulator: Simulator, session: ClientSession, path: str
) -> None:
    async with session.get(simulator.url + path, headers={"Host": "evil.example:80"}) as response:
        assert response.status == 403


async def test_a_form_of_another_site_presses_nothing(
    simulator: Simulator, session: ClientSession, world: World
) -> None:
    body = '{"person": 5, "text": "hello"}'
    headers = {"Content-Type": "text/plain"}
    async with session.post(f"{simulator.url}/sim/say", data=body, headers=headers) as response:
        assert response.status == 415
    assert world.chat(AYE).messages == []


async def test_what_a_person_says_reaches_the_bot_and_the_reply_reaches_the_page(page: Page, call: Caller) -> None:
    said = (await page.do("say", person=AYE, text="/start now"))["message"]
    (update,) = (await call("getUpdates")).result
    assert update["message"]["text"] == "/start now"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    await call.send("မင်္ဂလာပါ", reply_markup=BUTTON)
    messages = (await page.state())["chats"][str(AYE)]["messages"]
    assert [message["text"] for message in messages] == ["/start now", "မင်္ဂလာပါ"]
    assert messages[0]["message_id"] == said["message_id"]
    assert messages[1]["reply_markup"] == BUTTON


async def test_a_press_on_the_page_is_a_callback_query(page: Page, call: Caller, aye: int) -> None:
    sent = await call.send(reply_markup=BUTTON)
    pressed = await page.do("press", person=aye, chat=aye, message_id=sent["message_id"], data="book")
    (update,) = (await call("getUpdates")).result
    assert update["callback_query"]["id"] == pressed["id"]
    assert update["callback_query"]["data"] == "book"


async def test_state_tells_each_person_the_commands_and_the_name_in_their_language(
    page: Page, call: Caller, world: World
) -> None:
    world.person(6, "Sokha", "km")
    for language, text in (("", "Book a visit"), ("my", "ချိန်းဆိုရန်")):
        commands = [{"command": "book", "description": text}]
        assert (await call("setMyCommands", commands=commands, language_code=language)).result is True
    assert (await call("setMyDescription", description="တံခါး", language_code="my")).result is True
    people = {person["id"]: person for person in (await page.state())["people"]}
    assert people[AYE]["commands"][str(AYE)] == [{"command": "book", "description": "ချိန်းဆိုရန်"}]
    assert people[6]["commands"]["6"] == [{"command": "book", "description": "Book a visit"}]
    assert (people[AYE]["description"], people[6]["description"]) == ("တံခါး", "")


async def test_a_group_and_its_topics_are_seen_by_its_members_only(page: Page, call: Caller, world: World) -> None:
    world.group(STAFF, "Staff", forum=True, members=[7])
    topic = (await call("createForumTopic", chat_id=STAFF, name="K7M4QX")).result["message_thread_id"]
    await page.do("say", person=7, chat=STAFF, text="hello", thread=topic)
    state = await page.state()
    seen = {person["id"]: person["chats"] for person in state["people"]}
    assert (seen[7], seen[AYE]) == ([7, STAFF], [AYE])
    group = state["chats"][str(STAFF)]
    assert group["topics"] == [{"id": topic, "name": "K7M4QX", "closed": False}]
    assert group["messages"][-1]["message_thread_id"] == topic


async def test_a_keyboard_of_the_bots_is_told_until_it_is_taken_away(page: Page, call: Caller, aye: int) -> None:
    keyboard = {"keyboard": [[{"text": "Yes"}]], "resize_keyboard": True}
    await call.send(reply_markup=keyboard)
    assert (await page.state())["chats"][str(aye)]["keyboard"]["keyboard"] == keyboard["keyboard"]
    await call.send(reply_markup={"remove_keyboard": True})
    assert (await page.state())["chats"][str(aye)]["keyboard"] is None


async def test_the_clock_moves_for_everybody_and_only_forward(page: Page, world: World) -> None:
    before = world.clock.now()
    told = datetime.fromisoformat((await page.do("clock", seconds=86400))["clock"])
    assert timedelta(days=1) <= told - before < timedelta(days=1, seconds=30)
    assert (await page.refused("clock", seconds=-1))[0] == 400


async def test_a_newcomer_has_a_name_a_language_and_perhaps_a_role(page: Page, world: World) -> None:
    added = await page.do("people", name="Sokha", language_code="km", role="Nurse")
    assert world.people[added["id"]].name == "Sokha"
    newest = (await page.state())["people"][-1]
    assert (newest["name"], newest["language_code"], newest["role"]) == ("Sokha", "km", "Nurse")


async def test_blocking_on_the_page_blocks_the_bot_and_start_lets_it_in_again(
    page: Page, call: Caller, aye: int
) -> None:
    await page.do("block", person=aye, blocked=True)
    assert (await call("sendMessage", chat_id=aye, text="x")).status == 403
    assert (await page.state())["people"][0]["blocked"] is True
    await page.do("start", person=aye, payload="clinic")
    assert (await page.state())["people"][0]["blocked"] is False
    assert (await call("sendMessage", chat_id=aye, text="x")).status == 200


async def test_an_edit_reaches_the_bot_and_only_ones_own_can_be_edited(page: Page, call: Caller, aye: int) -> None:
    said = (await page.do("say", person=aye, text="tomorow"))["message"]
    await page.do("edit", person=aye, message_id=said["message_id"], text="tomorrow")
    updates = (await call("getUpdates")).result
    assert updates[-1]["edited_message"]["text"] == "tomorrow"
    sent = await call.send()
    assert (await page.refused("edit", person=aye, message_id=sent["message_id"], text="x"))[0] == 404


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "location", "sticker", "contact", "dice"])
async def test_everything_in_the_attach_menu_can_be_sent(page: Page, call: Caller, aye: int, kind: str) -> None:
    sent = (await page.do("send", person=aye, kind=kind))["message"]
    assert kind in sent
    (update,) = (await call("getUpdates")).result
    assert update["message"][kind] == sent[kind]


async def test_a_photo_is_shown_and_any_other_file_is_only_a_download(
    page: Page, simulator: Simulator, session: ClientSession
) -> None:
    photo = (await page.do("send", person=AYE, kind="photo"))["message"]["photo"]
    for size in photo:
        async with session.get(f"{simulator.url}/sim/file/{size['file_id']}") as response:
            assert response.content_type == "image/png"
    page_of_theirs = base64.b64encode(b"<script>alert(1)</script>").decode()
    sent = await page.do("send", person=AYE, kind="document", content=page_of_theirs, file_name="a.html")
    document = sent["message"]["document"]
    assert document["file_name"] == "a.html"
    async with session.get(f"{simulator.url}/sim/file/{document['file_id']}") as response:
        assert await response.read() == b"<script>alert(1)</script>"
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_a_mini_app_opens_with_data_that_the_bots_token_signed(page: Page, world: World) -> None:
    opened = await page.do("app", person=AYE, url="https://board.example/day?week=1#old")
    parts = urlsplit(opened["url"])
    assert (parts.netloc, parts.path, parts.query) == ("board.example", "/day", "week=1")
    data = dict(parse_qsl(dict(parse_qsl(parts.fragment))["tgWebAppData"]))
    told = data.pop("hash")
    secret = hmac.new(b"WebAppData", world.bot.token.encode(), hashlib.sha256).digest()
    checked = "\n".join(f"{key}={data[key]}" for key in sorted(data))
    assert hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest() == told
    assert (await page.refused("app", person=AYE, url="javascript:alert(1)"))[0] == 400


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("say", {"person": AYE}, 400),
        ("say", {"person": AYE, "text": "  "}, 400),
        ("say", {"person": AYE, "text": "x" * 4097}, 400),
        ("say", {"person": AYE, "text": "x", "tone": "loud"}, 400),
        ("say", {"person": 999, "text": "x"}, 404),
        ("say", {"person": AYE, "text": "x", "chat": -5}, 404),
        ("send", {"person": AYE, "kind": "elephant"}, 400),
        ("people", {"name": ""}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    page: Page, act: str, body: dict[str, Any], status: int
) -> None:
    refused, reason = await page.refused(act, **body)
    assert (refused, bool(reason)) == (status, True)

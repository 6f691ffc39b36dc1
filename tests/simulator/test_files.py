"""Files: uploaded, sent again by their id, and fetched."""

from io import BytesIO
from typing import Any

from aiohttp import ClientSession, FormData

from simulator.world import World
from tests.simulator.client import Caller


async def upload(
    call: Caller, session: ClientSession, kind: str, content: bytes, attach: bool = False
) -> dict[str, Any]:
    form = FormData({"chat_id": "5", "caption": "<i>c</i>", "parse_mode": "HTML"})
    if attach:
        form.add_field(kind, "attach://part")
    form.add_field("part" if attach else kind, BytesIO(content), filename="paper.pdf", content_type="application/pdf")
    async with session.post(call.address(f"send{kind.title()}"), data=form) as response:
        body: dict[str, Any] = await response.json()
        return body


async def fetch(call: Caller, session: ClientSession, file_id: str) -> bytes:
    told = (await call("getFile", file_id=file_id)).result
    token = call.simulator.world.bot.token
    async with session.get(f"{call.simulator.url}/file/bot{token}/{told['file_path']}") as response:
        assert response.status == 200
        return await response.read()


async def test_an_uploaded_file_comes_back_byte_for_byte(call: Caller, session: ClientSession, aye: int) -> None:
    for kind in ("document", "voice", "photo"):
        for attach in (False, True):
            sent = (await upload(call, session, kind, b"\x00\xffdata", attach))["result"]
            file = sent[kind][-1] if kind == "photo" else sent[kind]
            assert sent["caption_entities"] == [{"type": "italic", "offset": 0, "length": 1}]
            assert await fetch(call, session, file["file_id"]) == b"\x00\xffdata"
    assert (await fetch(call, session, sent["photo"][0]["file_id"])) == b"\x00\xffdata"


async def test_a_file_can_be_sent_again_by_its_id_but_only_as_what_it_is(
    call: Caller, session: ClientSession, aye: int
) -> None:
    sent = (await upload(call, session, "document", b"x"))["result"]
    file_id = sent["document"]["file_id"]
    assert sent["document"]["file_name"] == "paper.pdf"
    again = (await call("sendDocument", chat_id=aye, document=file_id)).result
    assert again["document"]["file_id"] == file_id
    refused = await call("sendPhoto", chat_id=aye, photo=file_id)
    assert refused.refusal == "Bad Request: can't use file of type Document as Photo"
    refused = await call("sendPhoto", chat_id=aye, photo="nonsense")
    assert refused.refusal == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_empty_and_oversized_files_are_refused(
    call: Caller, session: ClientSession, world: World, aye: int
) -> None:
    empty = await upload(call, session, "document", b"")
    assert empty["description"] == "Bad Request: file must be non-empty"
    big = await upload(call, session, "photo", b"x" * (10 * 1024 * 1024 + 1))
    assert "is too big for a photo" in big["description"]
    assert len(world.refused) == 2


async def test_a_persons_file_can_be_fetched_and_a_strange_id_not(
    call: Caller, session: ClientSession, world: World, aye: int
) -> None:
    world.send(aye, "voice", content=b"OggS", duration=2)
    (update,) = (await call("getUpdates")).result
    assert await fetch(call, session, update["message"]["voice"]["file_id"]) == b"OggS"
    assert (await call("getFile", file_id="nonsense")).refusal == "Bad Request: invalid file_id"
    async with session.get(f"{call.simulator.url}/file/bot{world.bot.token}/nothing/here") as response:
        assert response.status == 404

"""Reading what a bot sent: JSON, a form or multipart, in a request or in the answer to a webhook.

The rule: a body becomes one flat mapping of names to raw values; `attach://` names are resolved here.
"""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from simulator.errors import Malformed, Refusal
from simulator.parameters import Upload

Raw = dict[str, Any]
MOST_BYTES = 50 * 1024 * 1024
"""Largest request Telegram reads."""


async def read_request(request: web.Request) -> Raw:
    """What a bot sent, from the query and the body.

    Raises:
        Malformed: a body that is no JSON object.
        Refusal: 413, a body over `MOST_BYTES`.
    """
    raw: Raw = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return raw
    try:
        if request.content_type == "application/json":
            return raw | _read_json(await request.read())
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except ValueError:
        raise Malformed("can't parse the request's body") from None
    for name, value in form.items():
        if isinstance(value, web.FileField):
            raw[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            raw[name] = value
    return _attach(raw)


async def read_answer(response: ClientResponse) -> Raw:
    """What a bot answered a webhook with; empty unless it is a call."""
    if response.content_type == "multipart/form-data":
        return _attach(await _read_multipart(MultipartReader.from_response(response)))
    body = await response.read()
    if response.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return _read_json(body) if body.lstrip().startswith(b"{") else {}
    except Malformed:
        return {}


async def _read_multipart(reader: Any) -> Raw:
    raw: Raw = {}
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name:
            content = bytes(await part.read(decode=True))
            mime = part.headers.get("Content-Type", "application/octet-stream")
            raw[part.name] = Upload(part.filename, mime, content) if part.filename else content.decode()
    return raw


def _read_json(body: bytes) -> Raw:
    try:
        read = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise Malformed("can't parse JSON object") from None
    if not isinstance(read, dict):
        raise Malformed("expected a JSON object")
    return read


def _attach(raw: Raw) -> Raw:
    """Put uploaded parts where `attach://<name>` asks for them."""
    for name, value in list(raw.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            part = raw.get(value.removeprefix("attach://"))
            if isinstance(part, Upload):
                raw[name] = part
                raw.pop(value.removeprefix("attach://"), None)
    return raw

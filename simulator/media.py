"""What is not text: how each kind of medium looks in the Bot API's JSON.

The rule: the same function serves people and bots, so both sides see one shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.messages import Account, StoredFile

if TYPE_CHECKING:
    from simulator.places import Places

Json = dict[str, Any]
MIME_TYPES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "sticker": "image/webp",
}
_SIZES: dict[str, Json] = {
    "photo": {"width": 800, "height": 600},
    "video": {"width": 640, "height": 360, "duration": 3},
    "animation": {"width": 320, "height": 320, "duration": 3},
    "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False},
    "voice": {"duration": 3},
    "document": {},
}
"""What a medium says of itself when its sender says nothing."""
_PLACE = {"latitude": 16.7136, "longitude": 98.5704}
"""Where a person is who shares a location without saying where: Mae Sot."""


def describe_media(places: Places, sender: Account, kind: str, fields: Json) -> tuple[Json, StoredFile | None]:
    """The JSON of a person's medium and its file, if the kind has one; an unknown kind is a ValueError."""
    if kind == "location":
        return {"location": _PLACE | fields}, None
    if kind == "venue":
        spot = {key: fields.pop(key, _PLACE[key]) for key in _PLACE}
        named = {"location": spot, "title": "Clinic", "address": "Mae Sot"}
        return {"venue": named | fields, "location": spot}, None
    if kind == "contact":
        own = {"phone_number": sender.phone_number or "66800000001", "first_name": sender.name}
        return {"contact": own | {"user_id": sender.id} | fields}, None
    if kind == "dice":
        return {"dice": {"emoji": "\N{GAME DIE}", "value": 4} | fields}, None
    if kind not in _SIZES:
        raise ValueError(f"people here cannot send a {kind}")
    content = fields.pop("content", b"\0" * 64)
    name = fields.pop("file_name", "paper.pdf" if kind == "document" else None)
    mime = fields.pop("mime_type", MIME_TYPES.get(kind, "application/pdf"))
    file = places.store(kind, content, name, mime)
    return describe_file(file, fields), file


def _pixels(content: bytes) -> Json:
    """Width and height of a PNG; nothing for any other picture."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        return {}
    return {"width": int.from_bytes(content[16:20]), "height": int.from_bytes(content[20:24])}


def describe_file(file: StoredFile, fields: Json) -> Json:
    """The JSON of a medium that is a file."""
    if file.kind == "photo":
        size = file.as_json() | _SIZES["photo"] | _pixels(file.content) | fields
        size.pop("mime_type", None)
        small = size | {"file_id": file.file_id + "s", "file_unique_id": file.unique_id + "s"}
        return {"photo": [small | {"width": 90, "height": 67}, size]}
    told = file.as_json() | _SIZES.get(file.kind, {}) | fields
    if file.kind == "animation":
        return {"animation": told, "document": file.as_json()}
    return {file.kind: told}

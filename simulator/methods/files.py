"""Files: finding the path under which one can be fetched.

The rule: over 20 MB a bot may hold a file's id, but not its bytes.
"""

from simulator.bots import Bot
from simulator.errors import bad_request
from simulator.methods.registry import Json, method
from simulator.parameters import need, text
from simulator.world import World

MOST_BYTES = 20 * 1024 * 1024
"""Largest file a bot may download."""


@method("getFile", file_id=need(text, "file_id not specified"))
def get_file(world: World, bot: Bot, p: Json) -> Json:
    """Say where a file can be fetched."""
    file = world.file(p["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > MOST_BYTES:
        raise bad_request("file is too big")
    told = {"file_id": p["file_id"], "file_unique_id": file.unique_id, "file_size": len(file.content)}
    return told | {"file_path": file.path}

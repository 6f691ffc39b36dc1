"""Small files for a person on the page who sends "a photo" or "a document" without choosing one.

The rule: made here from a few lines, so that no picture of anybody or anything is packaged.
"""

import struct
import zlib
from typing import Any


def paint(width: int = 240, height: int = 180) -> bytes:
    """A PNG of a calm sky over water."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = bytearray()
    for y in range(height):
        up = 1 - y / height
        colour = (int(150 + 80 * up), int(190 + 30 * up), 225) if up > 0.4 else (70, 130 + y // 6, 150 + y // 8)
        rows += b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (
        chunk(b"IHDR", head),
        chunk(b"IDAT", zlib.compress(bytes(rows), 9)),
        chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


SAMPLES: dict[str, dict[str, Any]] = {
    "photo": {"content": paint(), "width": 240, "height": 180},
    "document": {
        "content": b"A note from the page.\n",
        "file_name": "note.txt",
        "mime_type": "text/plain",
    },
    "sticker": {"emoji": "\N{WHITE SMILING FACE}"},
}
"""What goes out for each kind; a kind that is missing has a default of the world's."""

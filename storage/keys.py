"""The key ring: what seals personal fields and what hashes the values we look people up by.

One rule: keys come from settings or a key file, never from the database or a backup.

A ring is written as comma-separated `name:base64` pairs, for example `f2:…,f1:…,index:…,audit:…`.
`f<number>` seals fields (the highest number seals, all of them open), `index` makes blind indexes,
`audit` makes the references of the audit log. Every key is 32 random bytes.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
"""AES-256 and HMAC-SHA-256 both take 32 bytes."""
NONCE_BYTES = 12
"""The nonce length AES-GCM is defined for (NIST SP 800-38D)."""
NAMED = ("index", "audit")


class BadKeys(ValueError):
    """The key ring cannot be used; the message is one line and holds no key."""


class Unsealable(ValueError):
    """A sealed field cannot be opened: unknown key, other column, or changed bytes."""


@dataclass(frozen=True)
class KeyRing:
    """Keys in use. `fields` maps a key id (1 to 255) to its bytes."""

    fields: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    audit: bytes = field(repr=False)

    @property
    def current(self) -> int:
        """The id of the key that seals new values."""
        return max(self.fields)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt `text` for one column; `context` is its `table.column` and is bound to the result."""
        key_id, nonce = self.current, secrets.token_bytes(NONCE_BYTES)
        return bytes([key_id]) + nonce + AESGCM(self.fields[key_id]).encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt what `seal` made for the same column.

        Raises:
            Unsealable: the key is not in the ring, or the bytes were changed or moved to another column.
        """
        key = self.fields.get(sealed[0]) if sealed else None
        if key is None:
            raise Unsealable(f"{context}: no key with this id in the ring")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, context.encode()).decode()
        except InvalidTag as error:
            raise Unsealable(f"{context}: the value was changed or belongs to another column") from error

    def blind(self, value: str, context: str) -> bytes:
        """A keyed hash to look `value` up by, different in every column (32 bytes)."""
        return hmac.digest(self.index, f"{context}\0{value}".encode(), hashlib.sha256)

    def reference(self, value: str) -> bytes:
        """A keyed hash that stands for `value` in the audit log (32 bytes)."""
        return hmac.digest(self.audit, value.encode(), hashlib.sha256)

    def checks(self) -> dict[str, bytes]:
        """A keyed hash of a fixed text under each key (32 bytes, by the key's name): tells keys apart, shows none."""
        return {name: hmac.digest(key, f"key check\0{name}".encode(), hashlib.sha256) for name, key in self._named()}

    def written(self) -> str:
        """The ring as it stands in `BOT_KEYS` or a key file."""
        return ",".join(f"{name}:{base64.urlsafe_b64encode(key).decode()}" for name, key in self._named())

    def _named(self) -> list[tuple[str, bytes]]:
        fields = [(f"f{key_id}", self.fields[key_id]) for key_id in sorted(self.fields, reverse=True)]
        return [*fields, ("index", self.index), ("audit", self.audit)]


def new_ring() -> KeyRing:
    """Fresh random keys."""
    return KeyRing({1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))


def read_ring(text: str) -> KeyRing:
    """Parse a written ring.

    Raises:
        BadKeys: a key is missing, short, not base64, named twice, or used twice.
    """
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.replace("\n", ",").split(","))):
        name, _, encoded = part.partition(":")
        if name in keys:
            raise BadKeys(f"key '{name[:8]}' is given twice")
        keys[name] = _decode(name, encoded)
    fields = {int(name[1:]): key for name, key in keys.items() if _is_field(name)}
    unknown = [name for name in keys if name not in NAMED and not _is_field(name)]
    if unknown:
        raise BadKeys(f"key name '{unknown[0][:8]}' is unknown: use f1 to f255, index, audit")
    missing = [name for name in NAMED if name not in keys] + ([] if fields else ["f1"])
    if missing:
        raise BadKeys(f"key '{missing[0]}' is missing: make a ring with `python -m bot keys new`")
    if any(one == two for one, two in pairwise(sorted(keys.values()))):
        raise BadKeys("two keys are the same: every key must be drawn anew")
    return KeyRing(fields, keys["index"], keys["audit"])


def _is_field(name: str) -> bool:
    return name[:1] == "f" and name[1:].isascii() and name[1:].isdecimal() and 1 <= int(name[1:]) <= 255


def _decode(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKeys(f"key '{name[:8]}' is not base64") from error
    if len(key) != KEY_BYTES:
        raise BadKeys(f"key '{name[:8]}' has {len(key)} bytes, {KEY_BYTES} are needed")
    return key


_in_use: list[KeyRing] = []


def use(ring: KeyRing) -> None:
    """Make `ring` the one that the column types of this process seal and open with."""
    _in_use[:] = [ring]


def in_use() -> KeyRing:
    """The ring of this process.

    Raises:
        BadKeys: no ring was set before the first personal field was touched.
    """
    if not _in_use:
        raise BadKeys("no keys: set BOT_KEYS or BOT_KEYS_FILE (make a ring with `python -m bot keys new`)")
    return _in_use[0]

"""Looking for what people left behind: marks that are theirs alone, in every form in which bytes may hold them."""

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

SHORTEST = 4
"""Bytes of a form: less would be found by chance."""
AT_ONCE = 1 << 22
"""Bytes looked at in one step."""
Known = TypeVar("Known", str, bytes)


@dataclass
class Marks:
    """What is looked for: by kind, the forms and what each stands for."""

    forms: dict[bytes, str] = field(default_factory=dict)

    def text(self, kind: str, *texts: str) -> None:
        """Words that are somebody's, as they may be encoded."""
        for one in texts:
            self.forms |= {form: f"{kind} in {name}" for name, form in encodings(one)}

    def number(self, kind: str, *numbers: int) -> None:
        """Numbers that are somebody's: in digits, and as 8 bytes (PostgreSQL) or fewer (SQLite)."""
        self.text(kind, *map(str, numbers))
        for one in numbers:
            forms = {order: one.to_bytes(8, order) for order in ("big", "little")}
            self.forms |= {form: f"{kind} as 8 bytes, {order}-endian" for order, form in forms.items()}
            self.forms[forms["big"].lstrip(b"\0")] = f"{kind} as an integer of SQLite"

    def alike(self, kind: str, texts: Iterable[str]) -> None:
        """Words that begin alike: what they have in common is looked for, which finds each of them and more."""
        self.text(kind, _beginning(list(texts)))

    def alike_numbers(self, kind: str, numbers: Iterable[int]) -> None:
        """Numbers that begin alike, as digits and as bytes."""
        known = list(numbers)
        self.alike(kind, map(str, known))
        big = _beginning([one.to_bytes(8, "big") for one in known])
        little, big = big[::-1], big.lstrip(b"\0")
        self.forms |= {big: f"{kind} as 8 bytes, big-endian", little: f"{kind} as 8 bytes, little-endian"}


def _beginning(known: list[Known]) -> Known:
    first, last = min(known), max(known)
    same = next((place for place, pair in enumerate(zip(first, last, strict=True)) if pair[0] != pair[1]), len(first))
    return first[:same]


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """The forms of a text, with their names; letters also as a search would fold them."""
    for shape in {text, text.casefold()}:
        for name in ("utf-8", "utf-16-le", "utf-16-be"):
            plain = shape.encode(name)
            yield name, plain
            yield f"hex of {name}", plain.hex().encode()
            yield f"hex of {name}, capitals", plain.hex().upper().encode()
            for shift in range(3):
                begin, end = (0, 2, 3)[shift], (shift + len(plain)) * 8 // 6
                for letters in (base64.b64encode, base64.urlsafe_b64encode):
                    yield f"base64 of {name}, {shift} bytes on", letters(b"\0" * shift + plain)[begin:end]


def found(marks: Marks, data: bytes, at_once: int = AT_ONCE) -> set[str]:
    """Which marks stand in the data, as `kind in encoding`."""
    by_start: dict[int, list[bytes]] = defaultdict(list)
    for form in marks.forms:
        assert len(form) >= SHORTEST, f"too short to look for: {marks.forms[form]}"
        by_start[int.from_bytes(form[:3], "little")].append(form)
    starts = np.zeros(1 << 24, dtype=bool)
    starts[list(by_start)] = True
    hits = set()
    for offset in range(0, max(len(data) - 2, 0), at_once):
        here = np.frombuffer(data, np.uint8, min(at_once + 2, len(data) - offset), offset).astype(np.uint32)
        three = here[:-2] | here[1:-1] << 8 | here[2:] << 16
        for place in _where(starts[three]):
            forms = by_start[int(three[place])]
            hits |= {marks.forms[form] for form in forms if data.startswith(form, offset + place)}
    return hits


def found_in(marks: Marks, places: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Where marks stand; places without any are left out."""
    looked = {name: found(marks, data) for name, data in places.items()}
    return {name: hits for name, hits in looked.items() if hits}


def _where(true: npt.NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(true)]

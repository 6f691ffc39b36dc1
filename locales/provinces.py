"""The provinces of Thailand: codes, names in every language, and which lie at a border that many readers crossed.

The rule: elsewhere a province is its code of ISO 3166-2 without `TH-`; the empty code means everywhere.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "provinces.toml"
_THAI_SIGNS_IN_FRONT = re.compile("([เแโใไ])(.)")
_TITLES = re.compile(
    r"^(?:จังหวัด|จ\.|changwat|ខេត្ត|province of)\s*|\s*(?:province|metropolis|ပြည်နယ်|ခရိုင်)$", re.IGNORECASE
)
_OTHER_NAMES = {
    "krungthepmahanakhon": "10",
    "krungthep": "10",
    "กรุงเทพ": "10",
    "กรุงเทพฯ": "10",
    "กทม": "10",
    "ayutthaya": "14",
    "อยุธยา": "14",
    "korat": "30",
    "โคราช": "30",
    "maesot": "63",
}
"""Names in use beside those of the file, as `_bare` writes them."""


@dataclass(frozen=True)
class Province:
    """One province, with its name by language."""

    code: str
    name: dict[str, str]
    border: str = ""
    """The language spoken across its border, `my` or `km`."""


def _read() -> dict[str, Province]:
    with FILE.open("rb") as file:
        found = tomllib.load(file)
    return {
        code: Province(code, {key: name for key, name in entry.items() if key != "border"}, entry.get("border", ""))
        for code, entry in found.items()
    }


PROVINCES: dict[str, Province] = _read()


def _bare(name: str) -> str:
    return re.sub(r"[\s.'-]", "", _TITLES.sub("", name.strip())).lower()


_CODES = {_bare(name): one.code for one in PROVINCES.values() for name in one.name.values()} | _OTHER_NAMES


def code_of(name: str) -> str:
    """The code of a province by its name in any language, or by its code; empty for anything else."""
    bare = _bare(name)
    return bare if bare in PROVINCES else _CODES.get(bare, "")


def province_name(code: str, language: str) -> str:
    """The name of a province; empty for a code that is none."""
    found = PROVINCES.get(code)
    return found.name[language] if found else ""


def in_order(language: str) -> list[Province]:
    """All of them, in the order in which a reader of the language looks them up."""
    return sorted(PROVINCES.values(), key=lambda one: _sorting(one.name[language]))


def nearest_first(language: str, clinics: Iterable[str]) -> list[Province]:
    """The short list: the provinces of clinics (by any name), then those at the border, in order.

    Burmese is read at one border and Khmer at the other; whoever reads something else is shown both.
    """
    own = dict.fromkeys(code for name in clinics if (code := code_of(name)))
    shown = {"my": ("my",), "km": ("km",)}.get(language, ("my", "km"))
    border = [one for one in in_order(language) if one.border in shown and one.code not in own]
    return [*(PROVINCES[code] for code in own), *border]


def first_letter(name: str) -> str:
    """The letter under which a name is looked up: in Thai the consonant, also where a vowel sign stands before it."""
    return _sorting(name)[:1].upper()


def _sorting(name: str) -> str:
    return _THAI_SIGNS_IN_FRONT.sub(r"\2\1", name).casefold()

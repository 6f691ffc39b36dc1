"""What a CAP message is for us: whose language, which topic, which provinces, from when until when.

The rule: nothing is guessed silently. What was left out, cut or not understood is a note for the operator.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from alerts.cap.message import CapAlert, Info
from alerts.cap.refusals import CapUnusable
from locales.languages import LANGUAGES
from locales.provinces import PROVINCES, code_of

_SAME = {"tha": "th", "mya": "my", "bur": "my", "khm": "km", "eng": "en"}
"""Three-letter codes of our languages."""
_SCHEMES = re.compile(
    r"ISO[-_ ]?3166[-_ ]?2|TIS[-_ ]?1099.*|(?:TH[-_ ]?)?P[-_ ]?CODE|province.*|changwat.*", re.IGNORECASE
)
"""Names of geocodes whose values are provinces of Thailand, or begin with one."""
_CODE = re.compile(r"(?:TH[-_]?)?(\d\d)\d{0,4}", re.IGNORECASE)
_APART = re.compile(r"\s*(?:[,;/\n]|\band\b|และ|နှင့်|နဲ့|និង)\s*")
_THAILAND = re.compile(r"(?:all of |whole )?thailand|(?:ทั่ว|ทั้ง)?ประเทศ(?:ไทย)?|ทั่วประเทศ|ថៃ|ထိုင်း", re.IGNORECASE)

TOPIC_WORDS: dict[str, tuple[str, ...]] = {
    "vaccination": ("vaccin", "immuni", "วัคซีน", "ကာကွယ်ဆေး", "វ៉ាក់សាំង"),
    "outbreak": (
        "outbreak", "epidemic", "disease", "cholera", "dengue", "measles", "malaria", "influenza", "covid", "virus",
        "ระบาด", "โรค", "ရောဂါ", "ជំងឺ",
    ),
    "smoke": (
        "smoke", "haze", "pm2.5", "pm 2.5", "air quality", "dust", "wildfire", "ฝุ่น", "หมอกควัน", "ไฟป่า", "မီးခိုး", "ផ្សែង",
    ),
    "heat": ("heat", "hot weather", "ความร้อน", "อากาศร้อน", "အပူ", "កម្តៅ"),
    "flood": (
        "flood", "storm", "rain", "typhoon", "cyclone", "tsunami", "landslide", "river", "น้ำท่วม", "อุทกภัย", "พายุ",
        "ฝน", "น้ำหลาก", "ดินถล่ม", "สึนามิ", "ရေကြီး", "မုန်တိုင်း", "ទឹកជំនន់", "ព្យុះ",
    ),
}  # fmt: skip
"""Words of an event that tell its topic; the first topic with a hit is taken."""
TOPIC_OF_CATEGORY = {"Health": "outbreak"}


@dataclass(frozen=True)
class Understood:
    """What becomes of a message: one `info` block for each of our languages, and everything around it."""

    message: CapAlert
    infos: dict[str, Info]
    topic: str
    provinces: tuple[str, ...]
    everywhere: bool
    """Whether the message itself names the whole country."""
    starts_at: datetime | None
    valid_until: datetime | None
    left_out: tuple[str, ...] = ()
    """Languages of the message that we do not speak."""
    repeated: tuple[str, ...] = ()
    """Languages with more than one block, of which the first was taken."""
    places: tuple[str, ...] = field(default=())
    """Areas that are no province of Thailand."""

    @property
    def lead(self) -> Info:
        """The block that speaks for all."""
        return next(iter(self.infos.values()))

    @property
    def may_be_life_safety(self) -> bool:
        """Whether it says of itself that lives may depend on it at once. Only people decide."""
        return any(one.severity == "Extreme" and one.urgency == "Immediate" for one in self.infos.values())


def meaning_of(message: CapAlert, now: datetime) -> Understood:
    """What a message means for us.

    Raises:
        CapUnusable: it is not for the public, is no alert to tell, or tells nothing in any of our languages.
    """
    if message.scope != "Public":
        raise CapUnusable("scope")
    if message.msg_type in ("Ack", "Error"):
        raise CapUnusable("answer")
    if message.msg_type != "Alert" and not message.references:
        raise CapUnusable("missing", "references")
    infos, left_out, repeated = _by_language(message.infos)
    if not infos and message.msg_type != "Cancel":
        raise CapUnusable("languages" if message.infos else "missing", "info")
    used = list(infos.values())
    provinces, everywhere, places = _areas(used)
    expires = [one.expires for one in used if one.expires]
    effective = [one.effective for one in used if one.effective and one.effective > now]
    return Understood(
        message,
        infos,
        _topic(used),
        provinces,
        everywhere,
        min(effective) if effective else None,
        max(expires) if expires else None,
        left_out,
        repeated,
        places,
    )


def our_language(tag: str) -> str:
    """Our code for a language tag of RFC 3066 such as `en-US`; empty for a language we do not speak."""
    code = re.split("[-_]", tag.strip().lower())[0]
    code = _SAME.get(code, code)
    return code if code in LANGUAGES else ""


def _by_language(infos: Iterable[Info]) -> tuple[dict[str, Info], tuple[str, ...], tuple[str, ...]]:
    found: dict[str, Info] = {}
    left_out: dict[str, None] = {}
    repeated: dict[str, None] = {}
    for info in infos:
        language = our_language(info.language)
        if not language:
            left_out[info.language] = None
        elif language in found:
            repeated[language] = None
        else:
            found[language] = info
    ordered = {language: found[language] for language in LANGUAGES if language in found}
    return ordered, tuple(left_out), tuple(repeated)


def _areas(infos: Iterable[Info]) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    """Provinces by code or by name; whether it is the whole country; and the areas that are neither."""
    found: set[str] = set()
    everywhere, unknown = False, dict[str, None]()
    for area in (area for info in infos for area in info.areas):
        codes = {code for scheme, value in area.geocodes if (code := _province(scheme, value))}
        named = {code for part in _APART.split(area.description) if (code := code_of(part))}
        country = any(value.strip().upper() in ("TH", "THA") for _, value in area.geocodes)
        whole = country or bool(_THAILAND.fullmatch(area.description.strip()))
        everywhere = everywhere or whole
        found |= codes or named
        if not codes and not named and not whole:
            unknown[area.description] = None
    return tuple(sorted(found)), everywhere and not found, tuple(unknown)


def _province(scheme: str, value: str) -> str:
    if not _SCHEMES.fullmatch(scheme.strip()):
        return ""
    code = _CODE.fullmatch(value.strip())
    return code[1] if code and code[1] in PROVINCES else ""


def _topic(infos: list[Info]) -> str:
    told = " ".join(f"{one.event} {one.headline}" for one in infos).lower()
    for topic, hints in TOPIC_WORDS.items():
        if any(hint in told for hint in hints):
            return topic
    for category in (category for one in infos for category in one.categories):
        if category in TOPIC_OF_CATEGORY:
            return TOPIC_OF_CATEGORY[category]
    return "other"

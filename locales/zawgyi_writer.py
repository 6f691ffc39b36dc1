"""Unicode Burmese written in Zawgyi, for people whose phone shows nothing else.

Rule of the place: a syllable is taken apart, its pieces replaced by the glyph codes that fit beside each other, and put
down in the order they are drawn. `locales.zawgyi.to_unicode` of the result must give the text back.
"""

import re

_SYLLABLE = re.compile(
    "(?P<kinzi>\u1004\u103a\u1039)?(?P<base>[\u1000-\u102a\u103f\u1040-\u104f])(?P<stack>\u1039[\u1000-\u1021])?"
    "(?P<tail>[\u102b-\u1032\u1036-\u1038\u103a-\u103e]*)"
)
_STACKED = {
    0x1000: 0x1060, 0x1001: 0x1061, 0x1002: 0x1062, 0x1003: 0x1063, 0x1005: 0x1065, 0x1006: 0x1066, 0x1007: 0x1068,
    0x1008: 0x1069, 0x100B: 0x106C, 0x100C: 0x106D, 0x100F: 0x1070, 0x1010: 0x1071, 0x1011: 0x1073, 0x1012: 0x1075,
    0x1013: 0x1076, 0x1014: 0x1077, 0x1015: 0x1078, 0x1016: 0x1079, 0x1017: 0x107A, 0x1018: 0x107B, 0x1019: 0x107C,
    0x101C: 0x1085,
}  # fmt: skip
"""Consonant below another -> its small glyph."""
_PAIRS = {
    "\u100f\u1039\u100d": "\u1091",
    "\u100b\u1039\u100c": "\u1092",
    "\u100d\u1039\u100d": "\u106e",
    "\u100d\u1039\u100e": "\u106f",
    "\u100b\u1039\u100b": "\u1097",
}
"""Stacks that have one glyph for both letters."""
_WIDE = frozenset("\u1000\u1003\u1006\u100a\u100f\u1010\u1011\u1018\u101a\u101c\u101e\u101f\u1021\u103f")
_LOW = {"\u1014": "\u108f", "\u101b": "\u1090", "\u100a": "\u106b"}
"""Letters with a shortened form that makes room for what hangs below."""
_COMBINED = (
    ("\u103d\u103e", "\u108a"), ("\u103e\u102f", "\u1088"), ("\u103e\u1030", "\u1089"),
    ("\u102d\u1036", "\u108e"), ("\u102b\u103a", "\u105a"),
)  # fmt: skip
_KINZI = {"\u102d": "\u108b", "\u102e": "\u108c", "\u1036": "\u108d"}
_PLAIN = str.maketrans("\u103a\u103d\u103e", "\u1039\u103c\u103d")


def write_zawgyi(text: str) -> str:
    """`text` (Unicode, repaired) in Zawgyi; anything that is not Burmese stays as it is."""
    text = text.replace("\u104e\u1004\u103a\u1038", "\u104e").replace("\u1026", "\u1025\u102e")
    return _SYLLABLE.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    base, stack, tail = match["base"], match["stack"] or "", match["tail"]
    hangs = bool(stack) or any(sign in tail for sign in "\u103d\u103e\u102f\u1030")
    prefix = "\u1031" * tail.count("\u1031")
    if "\u103c" in tail:
        prefix += _ra(base, tail, bool(match["kinzi"]))
    tail = tail.replace("\u1031", "").replace("\u103c", "")
    return prefix + _base(base, stack, tail, hangs) + _tail(tail, match["kinzi"], stack, "\u103c" in match["tail"])


def _ra(base: str, tail: str, kinzi: bool) -> str:
    """The medial ra, drawn around its letter: eight shapes by width and by what stands above and below."""
    above = kinzi or any(sign in tail for sign in "\u102d\u102e\u1032\u1036")
    below = "\u103d" in tail
    narrow = {(False, False): 0x103B, (True, False): 0x107F, (False, True): 0x1081, (True, True): 0x1083}
    wide = {(False, False): 0x107E, (True, False): 0x1080, (False, True): 0x1082, (True, True): 0x1084}
    return chr((wide if base in _WIDE else narrow)[above, below])


def _base(base: str, stack: str, tail: str, hangs: bool) -> str:
    if base + stack in _PAIRS:
        return _PAIRS[base + stack]
    below = chr(_STACKED[ord(stack[1])]) if stack and ord(stack[1]) in _STACKED else stack
    if base == "\u1009":
        base = "\u106a" if stack else "\u1025" if tail.startswith(("\u103a", "\u1037\u103a")) else base
    elif base == "\u103f":
        base = "\u1086"
    elif hangs:
        base = _LOW.get(base, base)
    return base + below


def _tail(tail: str, kinzi: str | None, stack: str, ra: bool) -> str:
    deep = bool(stack) or ra or "\u103b" in tail
    if kinzi:
        above = next((sign for sign in _KINZI if sign in tail), "")
        tail = _KINZI.get(above, "\u1064") + (tail.replace(above, "", 1) if above else tail)
    tail = tail.replace("\u103b", "\u107d" if re.search("[\u103d\u103e]", tail) else "\u103a\ufeff")
    if deep:
        tail = re.sub("(?<!\u103e)\u102f", "\u1033", tail)
        tail = re.sub("(?<!\u103e)\u1030", "\u1034", tail)
    for pieces, glyph in _COMBINED:
        tail = tail.replace(pieces, glyph)
    # The byte order mark protects a medial ya, which now carries the asat's old code, from the translation below.
    tail = tail.replace("\u103a\ufeff", "\ufeff").translate(_PLAIN).replace("\ufeff", "\u103a")
    tail = re.sub("(?<=[\u102f\u1030\u1033\u1034])\u1037", "\u1094", tail)
    return re.sub("(?<=[\u103a\u103c\u103d\u107d\u1088-\u108a])\u1037", "\u1095", tail)

"""Cutting text where a reader would: never inside a letter with its signs.

Rule of the place: nothing outside cuts a text for people with `[:n]`.
"""

import regex

_CLUSTER = regex.compile(r"\X")
_DANGLING = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4\u17d2\u1039"
"""Signs that announce the next letter (Thai and Lao leading vowels, Khmer and Burmese stackers): never last."""


def cut(text: str, at_most: int, ending: str = "") -> str:
    """The longest beginning of `text` with at most `at_most` code points, whole grapheme clusters only.

    `ending` (such as an ellipsis) is added, within the limit, when something was cut off.
    """
    if len(text) <= at_most:
        return text
    room = max(at_most - len(ending), 0)
    end = 0
    for cluster in _CLUSTER.finditer(text[: room + 1]):
        if cluster.end() > room:
            break
        end = cluster.end()
    # One cluster larger than the limit is not writing; cutting inside it harms nobody.
    kept = text[: end or room]
    return kept.rstrip(_DANGLING).rstrip() + ending


def clusters(text: str) -> list[str]:
    """What a reader calls letters, one by one."""
    return [match.group() for match in _CLUSTER.finditer(text)]

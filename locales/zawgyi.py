"""Zawgyi, the old Burmese font encoding: told apart from Unicode, and converted both ways.

Rule of the place: always detect before converting; a converter run on Unicode by mistake ruins it.
"""

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myanmartools import ZawgyiDetector

_BURMESE = re.compile("[\u1000-\u109f]")

SURE = 0.95
"""Probability from which a text is taken for Zawgyi; below it the text is left as it is."""


@cache
def _detector() -> "ZawgyiDetector":
    with warnings.catch_warnings():
        # importlib.resources.open_binary is deprecated in 3.11 and 3.12 only; the package still uses it.
        warnings.simplefilter("ignore", DeprecationWarning)
        from myanmartools import ZawgyiDetector

        return ZawgyiDetector()


def is_zawgyi(text: str) -> bool:
    """Whether `text` is Burmese in Zawgyi. Reads at most the first 300 characters."""
    if not _BURMESE.search(text):
        return False
    return bool(_detector().get_zawgyi_probability(text[:300]) >= SURE)


def to_unicode(text: str) -> str:
    """Zawgyi text as Unicode. Call it only when `is_zawgyi` says so."""
    from para import zg_to_unicode

    return str(zg_to_unicode(text, force=True))


def to_zawgyi(text: str) -> str:
    """Unicode text in Zawgyi, for a person who chose to read it; other scripts in it stay as they are."""
    from locales.repair import repair
    from locales.zawgyi_writer import write_zawgyi

    return write_zawgyi(repair(text))

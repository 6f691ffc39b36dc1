"""What the bot's own words are: every sentence of `handlers/` and `bot/`, found by Babel's own Python extractor.

Rule of the place: a sentence is found where it is spoken (`say`, `label`, `thai`) or marked (`words`), nowhere else.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python

from locales.graphemes import clusters
from locales.languages import LANGUAGES

FOLDERS = ("handlers", "bot")
KEYWORDS = {"say": None, "label": None, "words": None, "thai": None}
"""Names of the calls whose first argument is a sentence."""

BUTTON = "button: keep it short"
"""The extracted comment of an entry that stands on a button: translators read it, the gate measures it."""
BUTTON_LENGTH = 40
"""What fits on a button of a small phone, in letters as a reader counts them."""


def ui_template(root: Path) -> Catalog:
    """Every sentence below `root`, without translations, in the order of files and lines."""
    template = Catalog(domain="ui")
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            place = path.relative_to(root).as_posix()
            for line, keyword, sentence in _sentences(path):
                comments = [BUTTON] if _is_short(keyword, sentence) else []
                template.add(sentence, locations=[(place, line)], auto_comments=comments)
    return template


def _sentences(path: Path) -> Iterator[tuple[int, str, str]]:
    with path.open("rb") as file:
        for line, keyword, found, _comments in extract_python(file, KEYWORDS, (), {}):
            sentence = found[0] if isinstance(found, tuple | list) else found
            # `catalogues.say("th")` asks for a translator; its argument is a language, not a sentence.
            if isinstance(sentence, str) and sentence and sentence not in LANGUAGES:
                yield line, str(keyword), sentence


def _is_short(keyword: str, sentence: str) -> bool:
    """A label stands on a button; a word kept in a table may, unless it is too long for one already."""
    return keyword == "label" or (keyword == "words" and len(clusters(sentence)) <= BUTTON_LENGTH)

"""The picture's letters against a browser's: same fonts, same words, same widths."""

import base64

import pytest

from handlers.pictures.fonts import FONTS
from handlers.pictures.lines import Style, width
from tests.browser.chromium import open_page
from tests.units.test_pictures import FILES, LONG, SHAPED

PAGE = "<style>@font-face {{ font-family: own; src: url(data:font/ttf;base64,{font}) }} \
span {{ font: 100px own; text-rendering: geometricPrecision; white-space: pre }}</style><span>{word}</span>"
MEASURE = "document.fonts.ready.then(() => document.querySelector('span').getBoundingClientRect().width)"


@pytest.mark.parametrize("script", ["thai", "myanmar", "khmer"])
async def test_words_are_as_wide_as_chromium_sets_them(chromium: str, script: str) -> None:
    long = LONG[{"thai": "th", "myanmar": "my", "khmer": "km"}[script]]
    font = base64.b64encode((FONTS / f"{FILES[script]}-regular.ttf").read_bytes()).decode()
    async with open_page(chromium, "about:blank") as page:
        for word in [*(word for kind, word, _ in SHAPED if kind == script), long]:
            await page.set_content(PAGE.format(font=font, word=word))
            assert width(word, Style(100)) == pytest.approx(await page.evaluate(MEASURE), abs=1), word

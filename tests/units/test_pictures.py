"""The ticket's picture: letters shaped, lines broken where a reader would, nothing cut off, nothing unreadable.

The advances stand in thousandths of the letters' size, as Chromium sets the same words in the same fonts
(tests/browser/test_letters.py measures that again).
"""

import io
import time
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from handlers.pictures.codes import QUIET, code_alone, draw_code, squares
from handlers.pictures.fonts import FONTS, INVISIBLE, LANGUAGE, SCRIPTS, Script, can_shape, font, script_of
from handlers.pictures.lines import (
    NEVER_FIRST,
    NEVER_LAST,
    SMALLEST,
    Style,
    draw,
    drawable,
    fit,
    runs,
    units,
    width,
    wrap,
)
from handlers.pictures.ticket import CODE_SIZE, WIDE, Ticket, draw_ticket
from handlers.screens.ticket import NEEDS, SPEAKS
from locales.catalogue import Catalogues
from locales.formats import clock, long_day, moment, short_day
from locales.languages import LANGUAGES
from scheduling.clinics import read_clinics

FILES = {"latin": "noto-sans", "thai": "noto-sans-thai", "myanmar": "noto-sans-myanmar", "khmer": "noto-sans-khmer"}
SHAPED: list[tuple[Script, str, int]] = [
    ("thai", "ก๋วยเตี๋ยวน้ำ", 4712),
    ("thai", "กตัญญู", 3036),
    ("myanmar", "နှစ်သိမ့်ဆွေးနွေးသူ", 7919),
    ("myanmar", "အင်္ဂါနေ့", 3366),
    ("myanmar", "ဥက္ကဋ္ဌ", 2444),
    ("myanmar", "ပစ္စည်း", 2805),
    ("khmer", "គ្លីនិក", 1906),
    ("khmer", "ស្ត្រី", 1215),
    ("khmer", "ខ្ញុំនិយាយ", 3464),
    ("khmer", "ថ្ងៃអង្គារ", 2769),
]
LONG = {
    "th": "คลินิกสุขภาพแรงงานข้ามชาติและครอบครัวประจำจังหวัดตากสาขาแม่สอดอาคารบริการด้านหลังชั้นสองห้องสองร้อยสิบสาม",
    "my": "ရွှေ့ပြောင်းလုပ်သားများနှင့်မိသားစုများအတွက်ကျန်းမာရေးဆေးခန်းမဲဆောက်မြို့နယ်ဌာနခွဲဒုတိယထပ်အခန်းနံပါတ်နှစ်ရာ့ဆယ့်သုံး",
    "km": "គ្លីនិកសុខភាពសម្រាប់ពលករចំណាកស្រុកនិងក្រុមគ្រួសារប្រចាំខេត្តតាកសាខាម៉ែសតអគារជាន់ទីពីរបន្ទប់លេខពីររយដប់បី",
    "en": "Health clinic for migrant workers and their families in the province of Tak, branch Mae Sot, second floor",
}
CATALOGUES = Catalogues()


def ticket(language: str = "my", **parts: tuple[str, ...]) -> Ticket:
    clinics, day = read_clinics(), date(2026, 11, 24)
    both = tuple(dict.fromkeys((language, "th", "en")))
    words = {
        "clinic": tuple(clinics.clinics["mae-sot"].name[each] for each in both),
        "days": tuple(long_day(day, each) for each in both),
        "speaks": tuple(CATALOGUES.say(each).label(SPEAKS[language]) for each in both[:2]),
        "service": tuple(clinics.services["mhpss-counselling"].name[each] for each in both[:2]),
        "emergency": tuple(
            CATALOGUES.say(each).label("🚑 Emergency? Call 1669. It is free, day and night.") for each in both
        ),
    }
    return Ticket("K7M4QX", time="09:30", **(words | parts))


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_this_machine_can_shape_letters() -> None:
    assert can_shape(), "FriBiDi is missing: apt-get install libfribidi0"


@pytest.mark.parametrize(("script", "word", "expected"), SHAPED)
def test_words_are_as_wide_as_a_browser_sets_them_and_unshaped_ones_are_not(
    script: Script, word: str, expected: int
) -> None:
    assert round(width(word, Style(1000))) == pytest.approx(expected, abs=2)
    unshaped = ImageFont.truetype(FONTS / f"{FILES[script]}-regular.ttf", 1000, layout_engine=ImageFont.Layout.BASIC)
    assert abs(unshaped.getlength(word) - expected) > 5


def test_a_thai_tone_mark_rises_above_a_vowel_instead_of_lying_on_it() -> None:
    bare, marked = (font("thai", 100, False).getbbox(word, anchor="ls", language="th")[1] for word in ("ที", "ที่"))
    assert marked < bare
    flat = ImageFont.truetype(FONTS / "noto-sans-thai-regular.ttf", 100, layout_engine=ImageFont.Layout.BASIC)
    assert flat.getmask("ที่").getbbox() != font("thai", 100, False).getmask("ที่", language="th").getbbox()


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("script", list(SCRIPTS))
def test_a_font_has_every_letter_that_is_drawn_with_it(script: Script, weight: str) -> None:
    has = set(TTFont(FONTS / f"{FILES[script]}-{weight}.ttf").getBestCmap())
    claimed = {point for first, last in SCRIPTS[script] for point in range(first, last + 1)}
    assert {hex(point) for point in claimed - has} == set()


def spoken() -> set[str]:
    """Everything a picture may say: the clinics file, days of three years, our own sentences."""
    clinics = read_clinics()
    names = [each.name for each in clinics.clinics.values()] + [each.name for each in clinics.services.values()]
    said = [text for name in names for text in name.values()]
    for language in LANGUAGES:
        for ahead in range(1096):
            day = date(2026, 1, 1) + timedelta(days=ahead)
            said += [long_day(day, language), short_day(day, language)]
        say = CATALOGUES.say(language)
        said += [say.label(each) for each in (*SPEAKS.values(), *NEEDS.values())]
        said.append(say.label("🚑 Emergency? Call 1669. It is free, day and night."))
    return set(said)


def test_every_letter_a_picture_may_say_has_a_font_but_for_emoji() -> None:
    letters = set("".join(spoken()))
    assert {letter for letter in letters if letter not in INVISIBLE and script_of(letter) is None} == {"🚑"}
    assert len(letters) > 150


def test_what_has_no_font_is_left_out_with_its_space() -> None:
    assert drawable("🚑 Call 1669 📞") == "Call 1669"
    assert drawable("诊所 Clinic") == "Clinic"


def test_digits_and_latin_words_stand_in_the_latin_font_whatever_is_around_them() -> None:
    assert runs("IOM ဆေးခန်း 09:30") == [("latin", "IOM "), ("myanmar", "ဆေးခန်း "), ("latin", "09:30")]
    assert runs("ที่ 24 พ.ศ. 2569") == [
        ("thai", "ที่"), ("latin", " 24 "), ("thai", "พ"), ("latin", "."), ("thai", "ศ"), ("latin", ". 2569")
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_is_set_smaller_then_broken_and_never_cut(language: str) -> None:
    text = LONG[language]
    fitted = fit(text, Style(56, True), WIDE - 120)
    assert fitted.style.size < 56
    assert all(width(line, fitted.style) <= WIDE - 120 for line in fitted.lines)
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    for above, below in pairwise(fitted.lines):
        assert above[-1] not in NEVER_LAST
        assert below[0] not in NEVER_FIRST


@pytest.mark.parametrize("language", LANGUAGES)
def test_however_narrow_a_line_is_no_letter_loses_its_signs(language: str) -> None:
    lines = wrap(LONG[language], Style(60), 150)
    assert len(lines) > 10
    assert "".join(lines).replace(" ", "") == LONG[language].replace(" ", "")
    for line in lines:
        assert drawable(line[0]) == line[0]
        assert line[-1] not in NEVER_LAST
        assert line[0] not in NEVER_FIRST
        assert line[0] not in "\u102d\u102e\u103a\u103b\u17b6\u17d2\u0e31\u0e48"


def test_a_burmese_syllable_keeps_the_consonant_that_ends_it() -> None:
    assert units("ဆေးခန်း") == ["ဆေး", "ခန်း"]
    assert units("မြန်မာ") == ["မြန်", "မာ"]
    assert units("အင်္ဂါနေ့") == ["အင်္ဂါ", "နေ့"]
    assert units("ស្ត្រី") == ["ស្ត្រី"]
    assert units("เวลา") == ["เว", "ลา"]


@pytest.mark.parametrize("word", ["ខ្ញុំនិយាយស្ត្រីប្រឹក្សា", "ကြွက်ဥက္ကဋ္ဌ", "ป้าซื้อปู่ฐู", "ÅgjÇ"])
def test_no_mark_reaches_out_of_its_line(word: str) -> None:
    fitted = fit(word, Style(80), 900, 1)
    sheet = Image.new("L", (WIDE, fitted.height + 200), 0)
    draw(ImageDraw.Draw(sheet), WIDE // 2, 100, fitted, "white")
    _, top, _, bottom = sheet.getbbox() or (0, 0, 0, 0)
    assert 100 <= top < bottom <= 100 + fitted.height


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_1080_wide_and_fits_a_phone(language: str) -> None:
    picture = opened(draw_ticket(ticket(language)))
    assert picture.size[0] == WIDE
    assert picture.size[1] <= 2 * WIDE + 300
    assert picture.format == "PNG"


def test_the_picture_of_a_long_clinic_and_service_is_whole() -> None:
    short, long = (
        opened(draw_ticket(each))
        for each in (ticket("km"), ticket("km", clinic=(LONG["km"], LONG["th"], LONG["en"]), service=(LONG["km"],)))
    )
    assert long.size[0] == short.size[0]
    assert long.size[1] > short.size[1]


def test_the_code_on_the_picture_is_square_for_square_what_a_scanner_expects() -> None:
    picture = opened(draw_ticket(ticket("my", service=()))).convert("L")
    expected = squares("K7M4QX")
    scale = CODE_SIZE // (len(expected) + 2 * QUIET)
    across = scale * (len(expected) + 2 * QUIET)
    left = (WIDE - across) // 2
    band = next(y for y in range(picture.height) if picture.getpixel((WIDE // 2, y)) == 255 == picture.getpixel((5, y)))
    first = next(
        y for y in range(band, picture.height) if picture.getpixel((left + int(scale * (QUIET + 0.5)), y)) == 0
    )
    assert first - band >= QUIET * scale, "the quiet zone is not empty"
    for row, line in enumerate(expected):
        for column, dark in enumerate(line):
            x = left + int(scale * (QUIET + column + 0.5))
            y = first + int(scale * (row + 0.5))
            assert (picture.getpixel((x, y)) == 0) == dark, (row, column)


def test_the_code_alone_needs_no_letters() -> None:
    assert opened(code_alone("K7M4QX")).size == draw_code("K7M4QX", 900).size


def test_a_picture_takes_less_than_a_third_of_a_second() -> None:
    taken = []
    for language in ("my", "km", "th", "my"):
        begin = time.process_time()
        draw_ticket(ticket(language))
        taken.append(time.process_time() - begin)
    assert min(taken) < 0.3, taken


def test_moments_are_words_that_can_be_drawn() -> None:
    clinic = read_clinics().clinics["mae-sot"]
    at = datetime(2026, 11, 24, 9, 30, tzinfo=clinic.zone)
    assert clock(at, clinic.zone) == "09:30"
    for language in LANGUAGES:
        assert drawable(moment(at, clinic.zone, language)) == moment(at, clinic.zone, language)
    assert SMALLEST >= 20
    assert set(LANGUAGE) == set(SCRIPTS)

"""`/signals`: operators see week by week what people ask about, with rises, in rounded figures."""

import csv
import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from answers import store
from answers.danger import SIGNS
from answers.signals import ZONE, day_of, forget_counts, week_of
from answers.texts import TopicTexts
from answers.topics import load_topics
from handlers.pictures.chart import WIDE, draw_chart
from handlers.pictures.lines import drawable
from handlers.press_codec import encode
from handlers.presses.signals import DrawSignals, SeeSignals
from handlers.screens import signals as screens
from handlers.screens.signals import SIGN_NAMES, chart
from locales.catalogue import Catalogues
from locales.languages import LANGUAGES
from people.authority import Role
from storage.database import Database
from storage.tables import AskedDay, AskedWeek
from tests.acts import ON_SQLITE, is_in, spoken
from tests.house import House

QUIET = 3
"""Questions of an ordinary day."""


async def asked(
    database: Database, today: date, subject: str, times: list[int], language: str = "my", province: str = "-"
) -> None:
    """Put counts into the last days, the last of `times` today."""
    counts = {}
    for ago, number in enumerate(reversed(times)):
        for parts in ((language, ""), ("", province)):
            counts[(today - timedelta(days=ago), subject, *parts)] = number
    async with database.writing() as session:
        await store.add_asked(session, counts)


async def a_rise(house: House) -> date:
    """Dengue was asked about three times a day, and twelve times today; other things as ever."""
    today = day_of(house.now)
    await asked(house.app.database, today, "dengue", [QUIET] * 13 + [12], "km", "23")
    await asked(house.app.database, today, "dengue", [1] * 14, "th", "63")
    await asked(house.app.database, today, "hics-price", [4] * 60, "my")
    await asked(house.app.database, today, "sign:snake", [2] * 8, "my")
    return today


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_an_operator_sees_weeks_and_rises_in_their_language(house: House, language: str) -> None:
    operator = await house.staff(1, Role.OPERATOR, language=language)
    nothing = "Nothing to show yet: nothing was asked about five times in a week."
    assert spoken(house, language, nothing) in await operator.says("/signals")
    await a_rise(house)
    shown = await operator.says("/signals")
    texts = house.app.house.texts
    assert is_in(language, shown)
    assert shown.index(texts.title("dengue", language)) < shown.index(texts.title("hics-price", language))
    assert "🔺" in shown
    assert spoken(house, language, "🚑 Danger sign: {sign}", sign="")[:9] in shown
    khmer = await operator.taps("ខ្មែរ")
    assert texts.title("dengue", language) in khmer
    assert texts.title("hics-price", language) not in khmer
    assert "• ខ្មែរ" in operator.labels
    await operator.taps(spoken(house, language, "📍 Province"))
    trat = await operator.taps({"th": "ตราด", "my": "တရတ်", "km": "ត្រាត"}[language])
    assert texts.title("dengue", language) in trat
    await operator.taps(spoken(house, language, "📊 Chart"))
    assert operator.messages[-1].kind == "photo"
    await operator.says("/signals")
    await operator.taps(spoken(house, language, "📄 Table as a file"))
    assert operator.messages[-1].kind == "document"


@ON_SQLITE
async def test_a_rise_is_named_with_its_day_and_numbers_are_rounded_down(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    await a_rise(house)
    shown = await operator.says("/signals")
    dengue = next(part for part in shown.split("\n\n") if part.startswith("Dengue"))
    # 23 + 12 and 7 a week: this week is three days old
    assert "🔺 More questions than usual on Wed " in dengue
    assert dengue.split("\n")[1].endswith("<5 <5 <5 <5 <5 <5 15+ 25+ 20+"), dengue
    assert "outbreak" not in shown.lower()
    price = next(part for part in shown.split("\n\n") if "🔺" not in part and "10+" in part and "\n" in part)
    assert price.split("\n")[1] == "25+ 25+ 25+ 25+ 25+ 25+ 25+ 25+ 10+"


@ON_SQLITE
async def test_a_rise_on_two_days_is_marked_twice(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    await asked(house.app.database, day_of(house.now), "dengue", [3] * 12 + [11, 14])
    assert "🔺🔺 More questions than usual on 2 of the last 7 days" in await operator.says("/signals")


@ON_SQLITE
async def test_the_usual_is_not_known_in_the_first_days(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    await asked(house.app.database, day_of(house.now), "dengue", [0, 0, 0, 0, 30])
    shown = await operator.says("/signals")
    assert "What is usual is known ten days after counting began." in shown
    assert "More questions than usual on" not in shown


@ON_SQLITE
async def test_small_numbers_are_never_shown_and_no_sum_gives_them_away(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    today = day_of(house.now)
    for language, province in zip(LANGUAGES, ("23", "63", "-", "27"), strict=True):
        await asked(house.app.database, today, "hiv-test", [4], language, province)  # 16, and none has five
    shown = await operator.says("/signals")
    assert "10+" in shown, "16 would say that every language had three or four"
    for name in ("ไทย", "မြန်မာ", "ខ្មែរ", "English"):
        assert "Nothing to show yet" in await operator.taps(name)
    await operator.says("/signals")
    assert "No province has enough questions yet." in await operator.taps("📍 Province")


@ON_SQLITE
async def test_the_file_holds_what_may_be_shown_and_no_formula(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    today = await a_rise(house)
    await operator.says("/signals")
    await operator.taps("📄 Table as a file")
    sent = operator.messages[-1].file
    assert sent
    head, *rows = csv.reader(io.StringIO(sent.content.decode("utf-8-sig"), newline=""))
    assert head[:6] == ["Week from", "Subject", "Name", "Language", "Province", "Questions"]
    week = week_of(today).isoformat()
    found = {(row[1], row[3], row[4]): (row[5], row[6]) for row in rows if row[0] == week}
    assert found[("dengue", "", "")] == ("20+", "1")
    assert found[("dengue", "ខ្មែរ", "")] == ("15+", "")
    assert found[("dengue", "ไทย", "")] == found[("dengue", "English", "")] == ("<5", "")
    assert found[("dengue", "", "Trat")] == ("15+", "")
    assert ("dengue", "", "Tak") not in found
    assert all(row[5].rstrip("+").isdecimal() or row[5] == "<5" for row in rows)


@ON_SQLITE
async def test_old_buttons_and_views_that_do_not_exist_are_out_of_date(house: House) -> None:
    operator = await house.staff(1, Role.OPERATOR)
    await a_rise(house)
    for press in (SeeSignals("km", "23", 0), SeeSignals("xx", "", 0), SeeSignals("", "", 99), DrawSignals("", "99")):
        assert "out of date" in await operator.presses(encode(press))


@ON_SQLITE
async def test_nobody_but_operators_sees_it(house: House) -> None:
    for number, role in enumerate(set(Role) - {Role.OPERATOR}, 20):
        clinic = "mae-sot" if role in (Role.STAFF, Role.LEAD) else ""
        one = await house.staff(number, role, clinic)
        for way in (one.says("/signals"), one.presses(encode(SeeSignals("", "", 0)))):
            assert "What people ask about" not in await way


async def test_days_are_kept_for_sixty_days_and_weeks_for_two_years(house: House) -> None:
    today = day_of(house.now)
    await asked(house.app.database, today, "dengue", [1] * 800)
    async with house.app.database.writing() as session:
        assert await forget_counts(session, house.now) > 0
    async with house.app.database.reading() as session:
        first = await session.scalar(select(func.min(AskedDay.day)))
        monday = await session.scalar(select(func.min(AskedWeek.week)))
    assert first == today - timedelta(days=60)
    assert monday
    assert timedelta(days=723) <= today - monday <= timedelta(days=730)
    async with house.app.database.writing() as session:
        assert await forget_counts(session, house.now) == 0


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_word_of_the_picture_can_be_drawn(language: str) -> None:
    """Also the longest titles: nothing is cut off, and nothing is an empty box."""
    from answers.signals import Line, Table, View

    texts, say = TopicTexts(load_topics(), Catalogues()), Catalogues().say(language)
    longest = sorted(load_topics(), key=lambda topic: -len(texts.title(topic, language)))[:8]
    mondays = tuple(date(2026, 9, 28) + timedelta(weeks=week) for week in range(9))
    lines = tuple(Line(topic, (0, 5, 0, 10, 5, 10, 15, 20, 145), (mondays[-1],)) for topic in longest)
    made = chart(say, texts, Table(View(), date(2026, 11, 25), mondays, lines, (), mondays[0]))
    assert all(drawable(panel.title) for panel in made.panels)
    assert [panel.above[-1] for panel in made.panels] == [True] * 8
    picture = Image.open(io.BytesIO(draw_chart(made)))
    assert picture.width == WIDE
    assert picture.height < 3 * WIDE
    one = Image.open(
        io.BytesIO(draw_chart(chart(say, texts, Table(View(), date(2026, 11, 25), mondays, lines[:1], (), None))))
    )
    assert one.height < picture.height


def test_every_danger_sign_has_a_name_for_operators() -> None:
    assert set(SIGN_NAMES) == set(SIGNS)
    assert len({screens.SIGN_NAMES[sign] for sign in SIGNS}) == len(SIGNS)
    assert str(ZONE) == "Asia/Bangkok"

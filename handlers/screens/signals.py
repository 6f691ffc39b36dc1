"""What people ask about, in words: a table that fits a phone, what stands around the chart, and the file.

The rule: a rise is "more questions than usual" and nothing else; nobody here says that there is an outbreak.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from answers.aberration import KNOWN_AFTER
from answers.signals import NO_ANSWER, NO_PROVINCE, SIGN, Line, Shown, Table, View
from answers.texts import TopicTexts
from handlers.pictures.chart import Chart, Panel
from handlers.presses.signals import DrawSignals, ExportSignals, PickSignals, SeeSignals
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.formats import calendar_day, short_day
from locales.languages import LANGUAGES, NATIVE
from locales.provinces import in_order, province_name

ON_A_PAGE = 8
"""Lines of one screen, and plots of one chart."""
FEW = "<5"
SIGN_NAMES: dict[str, str] = {
    "unconscious": words("Fainted, does not wake"),
    "not-breathing": words("Cannot breathe"),
    "chest-pain": words("Chest pain"),
    "stroke": words("Stroke"),
    "seizure": words("Fits"),
    "bleeding": words("Heavy bleeding"),
    "shock": words("Cold, pale, very weak"),
    "allergy": words("Sudden strong allergy"),
    "poison": words("Poison"),
    "snake": words("Snake bite"),
    "pregnancy": words("Danger in pregnancy"),
    "newborn": words("Newborn in danger"),
    "child": words("Child in danger"),
    "dehydration": words("Severe diarrhoea or vomiting"),
    "sepsis": words("High fever and confused"),
    "injury": words("Bad injury"),
    "heat": words("Heat stroke"),
    "suicide": words("Thoughts of dying"),
    "violence": words("Violence"),
    "belly": words("Very strong belly pain"),
    "eye": words("Eye injury or sudden blindness"),
    "sugar": words("Sugar far too high or low"),
    "cough-blood": words("Coughing blood"),
    "jaundice-bleed": words("Yellow eyes with bleeding or confusion"),
}
"""What operators call the danger signs."""


def title(say: Translator, texts: TopicTexts, subject: str) -> str:
    """A subject's name; a topic that is no more keeps its id."""
    if subject == NO_ANSWER:
        return say.label("❔ No answer found")
    if subject.startswith(SIGN):
        name = SIGN_NAMES.get(subject.removeprefix(SIGN))
        return say.label("🚑 Danger sign: {sign}", sign=say.label(name)) if name else subject
    return texts.title(subject, say.language) if texts.languages(subject) else subject


def table(say: Translator, texts: TopicTexts, found: Table, page: int) -> Screen:
    """One page: each subject with nine weeks, and the ways to look at it otherwise."""
    lines = found.lines[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    parts = [
        say("<b>What people ask about</b>"),
        escaped(_of(say, found.view)),
        *(_line(say, texts, line, found.today) for line in lines),
        _reading(say, found) if lines else say("Nothing to show yet: nothing was asked about five times in a week."),
        NOTHING if _knows_usual(found) else say("🔺 What is usual is known ten days after counting began."),
    ]
    view = found.view
    back = Button(say.label("◀ Back"), SeeSignals(view.language, view.province, page - 1)) if page else None
    more = len(found.lines) > (page + 1) * ON_A_PAGE
    on = Button(say.label("More ›"), SeeSignals(view.language, view.province, page + 1)) if more else None
    turning = tuple(button for button in (back, on) if button)
    files = (
        Button(say.label("📊 Chart"), DrawSignals(view.language, view.province)),
        Button(say.label("📄 Table as a file"), ExportSignals()),
    )
    rows = (turning, *_filters(say, view), files if found.lines else (), (menu_button(say),))
    return Screen(together(parts), tuple(row for row in rows if row))


def provinces(say: Translator, known: Iterable[str]) -> Screen:
    """Which province? Only those of which there is anything to show."""
    wanted = set(known)
    ordered = [one.code for one in in_order(say.language) if one.code in wanted]
    ordered += [NO_PROVINCE] if NO_PROVINCE in wanted else []
    buttons = [Button(_province(say, code), SeeSignals("", code, 0)) for code in ordered]
    text = together(
        [
            say("Which province? It is the one that people chose for alerts, not where they are."),
            NOTHING if buttons else say("No province has enough questions yet."),
        ]
    )
    back = Button(say.label("◀ Back"), SeeSignals("", "", 0))
    return Screen(text, (*grid(buttons, 2), *column(back, menu_button(say))))


def chart(say: Translator, texts: TopicTexts, found: Table) -> Chart:
    """The first page as a picture."""
    panels = [
        Panel(title(say, texts, line.subject), line.weeks, tuple(_rises(line, found.mondays)))
        for line in found.lines[:ON_A_PAGE]
    ]
    return Chart(
        say.label("What people ask about, week by week"),
        _of(say, found.view),
        tuple(panels),
        short_day(found.mondays[0], say.language),
        say.label("this week"),
        say.label("A week with more questions than usual on at least one day"),
        say.label("Too few to show: fewer than five"),
    )


def picture(say: Translator, found: Table, drawn: bytes | Callable[[], bytes]) -> Screen:
    """The picture with its words, which stand alone when it cannot be drawn."""
    text = together([say("<b>What people ask about</b>"), escaped(_of(say, found.view)), _caution(say)])
    return Screen(text, photo=drawn, fresh=True)


def file(say: Translator, content: tuple[str, bytes]) -> Screen:
    """The table as a file, which may be passed on."""
    text = say(
        "What people asked about in the last 12 months, rounded down to fives. It holds nothing about single people."
    )
    return Screen(text, column(menu_button(say)), file=content, keep=True, fresh=True)


def titles(say: Translator) -> list[str]:
    """What stands above the columns of the file."""
    return [
        say.label("Week from"),
        say.label("Subject"),
        say.label("Name"),
        say.label("Language"),
        say.label("Province"),
        say.label("Questions"),
        say.label("Days with more than usual"),
    ]


def rows(
    say: Translator,
    texts: TopicTexts,
    found: Mapping[tuple[date, str], Shown],
    rises: Mapping[tuple[date, str], int],
) -> list[list[str]]:
    """The file's lines: everybody, then each language, then each province that has enough."""
    made = []
    for (week, subject), one in sorted(found.items()):
        if not one.all:
            continue
        head = [week.isoformat(), subject, title(say, texts, subject)]
        made.append([*head, "", "", _figure(one.all), str(rises.get((week, subject), 0))])
        made += [[*head, NATIVE[key], "", _figure(one.languages.get(key, 0)), ""] for key in LANGUAGES]
        made += [[*head, "", _province(say, key), _figure(count), ""] for key, count in sorted(one.provinces.items())]
    return made


def _line(say: Translator, texts: TopicTexts, line: Line, today: date) -> Html:
    days = line.news(today)
    news = NOTHING
    if len(days) > 1:
        news = say("🔺🔺 More questions than usual on {count} of the last 7 days", count=len(days))
    elif days:
        news = say("🔺 More questions than usual on {day}", day=short_day(days[0], say.language))
    *before, now = map(_figure, line.weeks)
    name = say("<b>{title}</b>", title=title(say, texts, line.subject))
    figures = together([escaped(" ".join(before)), say("<b>{title}</b>", title=now)], " ")
    return together([name, figures, news], "\n")


def _reading(say: Translator, found: Table) -> Html:
    weeks = say(
        "Nine weeks each, the oldest first. The last number is this week, from {monday} to today."
        " Numbers are rounded down: 10+ means 10 or a few more, {few} means very few or none.",
        monday=calendar_day(found.mondays[-1], say.language),
        few=FEW,
    )
    return together([weeks, _caution(say)])


def _caution(say: Translator) -> Html:
    return say(
        "🔺 means more questions than usual. It does not say why: illness, news and alerts all make people ask."
        " Some marks come by chance."
    )


def _knows_usual(found: Table) -> bool:
    return found.counted_since is not None and (found.today - found.counted_since).days >= KNOWN_AFTER


def _filters(say: Translator, view: View) -> tuple[tuple[Button, ...], ...]:
    """Everybody, each language, provinces; the one that is shown carries a dot."""
    choices = [(say.label("All"), View()), *((NATIVE[key], View(language=key)) for key in LANGUAGES)]
    buttons = [
        Button(f"• {label}" if each == view else label, SeeSignals(each.language, "", 0)) for label, each in choices
    ]
    place = _province(say, view.province) if view.province else say.label("📍 Province")
    buttons.append(Button(f"• {place}" if view.province else place, PickSignals()))
    return grid(buttons, 3)


def _rises(line: Line, mondays: Iterable[date]) -> Iterable[bool]:
    for monday in mondays:
        yield any(0 <= (day - monday).days < 7 for day in line.above)


def _figure(least: int) -> str:
    return f"{least}+" if least else FEW


def _province(say: Translator, code: str) -> str:
    return say.label("No province chosen") if code == NO_PROVINCE else province_name(code, say.language)


def _of(say: Translator, view: View) -> str:
    if view.language:
        return NATIVE[view.language]
    return _province(say, view.province) if view.province else say.label("All languages, all provinces")

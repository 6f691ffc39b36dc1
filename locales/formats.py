"""Days, times and amounts as people write them. The only place that composes a date.

Thai years are Buddhist (2569 is 2026), the clock has 24 hours everywhere, digits are Latin except in the long
Burmese date. Never a short numeric date: 25/8/26 means two different days in two eras. Names come from CLDR
through Babel; eras, digits and order are ours because CLDR's are wrong for these readers.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta, get_day_names, get_month_names

BUDDHIST = 543
"""Years between the Buddhist era as Thailand counts it and the common era."""
_BURMESE_DIGITS = str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")


def day_name(day: date, language: str) -> str:
    """The weekday as people say it: `วันอังคาร`, `အင်္ဂါနေ့`, `ថ្ងៃអង្គារ`, `Tuesday`."""
    name = str(get_day_names("wide", locale=language)[day.weekday()])
    if language == "my":
        return f"{name}နေ့"
    if language == "km":
        return f"ថ្ងៃ{name}"
    return name


def long_day(day: date, language: str) -> str:
    """A day in full, with its year in the reader's era."""
    name, rest = day_name(day, language), calendar_day(day, language)
    if language == "th":
        return f"{name}ที่ {rest}"
    return f"{rest} {name}" if language == "my" else f"{name} {rest}"


def calendar_day(day: date, language: str) -> str:
    """A day without its weekday: the date of a text or of a review."""
    month = str(get_month_names("wide", locale=language)[day.month])
    if language == "th":
        return f"{day.day} {month} พ.ศ. {day.year + BUDDHIST}"
    if language == "my":
        year, number = (str(part).translate(_BURMESE_DIGITS) for part in (day.year, day.day))
        return f"{year} ခုနှစ် {month}လ {number} ရက်"
    if language == "km":
        return f"ទី{day.day} ខែ{month} ឆ្នាំ{day.year}"
    return f"{day.day} {month} {day.year}"


def calendar_year(year: int, language: str) -> str:
    """A year by itself, in the reader's era: `2569` in Thai is 2026."""
    return str(year + BUDDHIST if language == "th" else year)


def month_year(day: date, language: str) -> str:
    """A month with its year in the reader's era, above a calendar: `พฤศจิกายน พ.ศ. 2569`."""
    month = str(get_month_names("wide", context="stand-alone", locale=language)[day.month])
    if language == "th":
        return f"{month} พ.ศ. {day.year + BUDDHIST}"
    if language == "my":
        return f"{str(day.year).translate(_BURMESE_DIGITS)} ခုနှစ် {month}လ"
    if language == "km":
        return f"ខែ{month} ឆ្នាំ{day.year}"
    return f"{month} {day.year}"


def week_letters(language: str) -> list[str]:
    """The weekdays above a calendar, Sunday first as on walls in Thailand, in two or three letters."""
    names = get_day_names("short", context="stand-alone", locale=language)
    return [str(names[number]).rstrip(".") for number in (6, 0, 1, 2, 3, 4, 5)]


def short_day(day: date, language: str) -> str:
    """A day for a button: weekday, day and month in letters, no year, Latin digits."""
    month = str(get_month_names("abbreviated", locale=language)[day.month])
    weekday = str(get_day_names("abbreviated", locale=language)[day.weekday()])
    if language == "my":  # CLDR cuts Burmese months to syllables nobody uses alone
        return f"{get_month_names('wide', locale=language)[day.month]} {day.day} {weekday}"
    if language == "km":
        return f"{weekday} ទី{day.day} {month}"
    return f"{weekday} {day.day} {month}"


def weekdays(numbers: Iterable[int], language: str) -> str:
    """Weekdays for a list, Monday 0: `Mon-Fri`, `จ. พ. ศ.`; three or more in a row as from one to the other."""
    names = get_day_names("abbreviated", locale=language)
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{names[run[0]]}-{names[run[-1]]}")
        else:
            parts += [str(names[number]) for number in run]
    return " ".join(parts)


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day, 24 hours, Latin digits: `09:30`."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A day in full with its time, as a visit is told."""
    day, time = long_day(at.astimezone(zone).date(), language), clock(at, zone)
    if language == "th":
        return f"{day} เวลา {time} น."
    if language == "my":
        return f"{day} အချိန် {time}"
    if language == "km":
        return f"{day} ម៉ោង {time}"
    return f"{day}, {time}"


def short_moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Day and time for a button or a list: no year."""
    return f"{short_day(at.astimezone(zone).date(), language)} {clock(at, zone)}"


def span(length: timedelta, language: str) -> str:
    """A length of time: `2 hours`. CLDR's unit patterns are wrong for Burmese and Khmer, its timedeltas are not."""
    return format_timedelta(length, locale=language, threshold=1.5)


def amount(baht: int) -> str:
    """A number of baht with its thousands marked: `1,600`."""
    return f"{baht:,}"

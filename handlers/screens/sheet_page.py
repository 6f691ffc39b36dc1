"""The printable day sheet: one HTML page that needs nothing but itself, for a printer at a clinic without internet.

The rule: everything is in the file, and every text in it is put in as text, never as markup.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from handlers.screens import calling
from locales.catalogue import Catalogues, words
from locales.formats import clock, long_day
from locales.languages import NATIVE, SOURCE
from scheduling.clinics import Clinics
from scheduling.rules import Status
from scheduling.sheets import Line, Sheet

TITLE = words("Day sheet")
STYLE = """
@page { size: A4; margin: 12mm }
body { font: 11pt/1.35 "Noto Sans", "Noto Sans Thai", "Noto Sans Myanmar", "Noto Sans Khmer", Leelawadee,
       "Myanmar Text", "Khmer UI", Padauk, sans-serif; color: #000; margin: 0 }
h1 { font-size: 15pt; margin: 0 }
h2 { font-size: 12pt; margin: 6mm 0 1mm }
p { margin: 1mm 0 }
table { border-collapse: collapse; width: 100%; margin-top: 3mm }
th, td { border: 1px solid #555; padding: 1.2mm 2mm; text-align: left; vertical-align: middle }
th { font-size: 9pt; font-weight: normal }
tr { break-inside: avoid }
thead { display: table-header-group }
.code { font: bold 17pt "Noto Sans Mono", "DejaVu Sans Mono", monospace; letter-spacing: .05em; white-space: nowrap }
.time { font-size: 14pt; white-space: nowrap }
.box { font-size: 17pt; text-align: center; width: 12mm }
.small { font-size: 9pt }
"""
EMPTY_LINES = 6
"""Lines left free for people who come without a booking."""


def page(catalogues: Catalogues, language: str, clinics: Clinics, sheet: Sheet) -> bytes:
    """The page as UTF-8: headings in the reader's language and in all others, big codes, boxes to tick."""
    clinic = clinics.clinics[sheet.clinic_id]
    spoken = list(dict.fromkeys((language, *NATIVE)))
    html = Element("html", lang=language)
    head, body = SubElement(html, "head"), SubElement(html, "body")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "title").text = f"{sheet.clinic_id} {sheet.day}"
    SubElement(head, "style").text = STYLE
    SubElement(body, "h1").text = " · ".join(
        dict.fromkeys((clinic.name[language], clinic.name["th"], clinic.name[SOURCE]))
    )
    for each in spoken:
        words_ = catalogues.say(each)
        line = SubElement(body, "p", lang=each)
        line.text = f"{words_.label(TITLE)}: {long_day(sheet.day, each)}"
    _visits(body, catalogues, language, clinics, sheet)
    _calls(body, catalogues, language, clinics, sheet)
    written: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written


def _visits(body: Element, catalogues: Catalogues, language: str, clinics: Clinics, sheet: Sheet) -> None:
    say, zone = catalogues.say(language), clinics.clinics[sheet.clinic_id].zone
    table = SubElement(body, "table")
    titles = SubElement(SubElement(table, "thead"), "tr")
    for title in (
        say.label("Time"),
        say.label("Code"),
        say.label("Service"),
        say.label("Language"),
        say.label("here"),
        say.label("done"),
    ):
        SubElement(titles, "th").text = title
    rows = SubElement(table, "tbody")
    for line in sheet.lines:
        _row(SubElement(rows, "tr"), catalogues, language, clinics, line, clock(line.slot.starts_at, zone))
    for _ in range(EMPTY_LINES):
        free = SubElement(rows, "tr")
        for kind in ("time", "code", "", "", "box", "box"):
            SubElement(free, "td", {"class": kind} if kind else {}).text = "☐" if kind == "box" else "\u00a0"


def _row(row: Element, catalogues: Catalogues, language: str, clinics: Clinics, line: Line, time: str) -> None:
    say, booking = catalogues.say(language), line.booking
    service = clinics.services[line.slot.service].name
    SubElement(row, "td", {"class": "time"}).text = time
    SubElement(row, "td", {"class": "code"}).text = booking.code
    named = SubElement(row, "td")
    named.text = service[language]
    if language != "th":
        SubElement(SubElement(named, "div", {"class": "small"}), "span", lang="th").text = service["th"]
    spoken = SubElement(row, "td")
    spoken.text = NATIVE.get(line.language, "")
    notes = [
        say.label("interpreter: {spoken}", spoken=NATIVE[booking.interpreter]) if booking.interpreter else "",
        say.label("{count} min late", count=booking.late_minutes) if booking.late_minutes else "",
        say.label("did not come") if booking.status == Status.NO_SHOW else "",
    ]
    for note in filter(None, notes):
        SubElement(spoken, "div", {"class": "small"}).text = note
    SubElement(row, "td", {"class": "box"}).text = "☐"
    SubElement(row, "td", {"class": "box"}).text = "☑" if booking.status == Status.DONE else "☐"


def _calls(body: Element, catalogues: Catalogues, language: str, clinics: Clinics, sheet: Sheet) -> None:
    if not sheet.calls:
        return
    say, zone = catalogues.say(language), clinics.clinics[sheet.clinic_id].zone
    SubElement(body, "h2").text = say.label("📞 Messages do not reach:")
    for call in sheet.calls:
        line = SubElement(body, "p")
        SubElement(line, "span", {"class": "code"}).text = f"☐ {clock(call.slot.starts_at, zone)} {call.booking.code}"
        told = [say.label(calling.WHY[call.reason]), NATIVE.get(call.language, "")]
        SubElement(line, "span").text = " · ".join(["", *filter(None, told)])

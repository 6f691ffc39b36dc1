"""From a chosen time to a kept place: it is held for ten minutes, everything is shown once, one tap keeps it.

The rule: what was chosen stands in the buttons. The name alone, which is typed, waits in the sealed draft of the step.
"""

from datetime import date
from typing import Any

from handlers import asking
from handlers.booking import ask_consent
from handlers.presses.booking import AskName, ChooseHow, KeepPlace
from handlers.presses.visits import TakeSlot
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import booking as screens
from handlers.screens.booking import Chosen
from handlers.screens.start import outdated
from locales.catalogue import NOTHING, Html
from locales.graphemes import clusters
from people import dialogue
from scheduling import booking, holding
from scheduling.booking import Details
from scheduling.holding import Held
from scheduling.rules import Whom
from scheduling.series import due_days
from storage.tables import Slot

NAMING = "visit-name"
"""The step in which the next message is the name to call."""
NAMED = "visit-named"
"""The name is there; what is written now is a question like any other."""
LISTED = "visit-series"
"""The visits that belong together were listed; the name stays with them."""
LONGEST_NAME = 40
QUESTION = 80
"""A message of more letters is no name at all."""


async def take_slot(request: Request, pressed: TakeSlot) -> Screen:
    """Keep the chosen time for ten minutes and ask whether everything is right."""
    if asked := ask_consent(request):
        return asked
    clinics = request.house.clinics
    held = await holding.hold(request.session, request.known, pressed.slot_id, clinics=clinics, now=request.now)
    if held.visit:
        family = ChooseHow(pressed.slot_id, True, "")
        return screens.kept_already(request.say, held.visit, clinics.clinics[held.slot.clinic_id], family)
    spoken = request.language if screens.asks_language(request.language, clinics, held.slot) else ""
    return await show(request, held, not held.for_self, spoken if spoken in screens.SPOKEN else "")


async def choose_how(request: Request, pressed: ChooseHow) -> Screen:
    """The same screen with another choice."""
    if not understood(pressed.language):
        return outdated(request.say)
    if asked := ask_consent(request):
        return asked
    held = await _held(request, pressed.slot_id, pressed.family)
    if held.visit:
        return screens.kept_already(
            request.say,
            held.visit,
            request.house.clinics.clinics[held.slot.clinic_id],
            ChooseHow(pressed.slot_id, True, pressed.language),
        )
    return await show(request, held, pressed.family or not held.for_self, pressed.language)


async def ask_name(request: Request, pressed: AskName) -> Screen:
    """Wait for a name."""
    if not understood(pressed.language):
        return outdated(request.say)
    if asked := ask_consent(request):
        return asked
    draft = {"slot": pressed.slot_id, "family": pressed.family, "language": pressed.language, "name": ""}
    await dialogue.begin(request.session, request.known.id, NAMING, draft, request.now)
    return screens.ask_name(request.say, ChooseHow(pressed.slot_id, pressed.family, pressed.language))


async def take_name(request: Request) -> Screen:
    """The typed name; a question stays a question."""
    if request.finding and request.finding.hard:
        return Screen()  # the emergency card was shown before anything else
    name = " ".join(request.text.split())
    letters = len(clusters(name))
    found = request.finding  # a name may look a little like a sign of danger: only a sure one is a question
    sure_danger = found is not None and found.danger is not None and found.outcome == "answer"
    if sure_danger or "?" in name or letters > QUESTION:
        return await asking.answer_text(request)
    draft = request.draft
    slot_id, family, language = int(draft["slot"]), bool(draft["family"]), str(draft["language"])
    if letters > LONGEST_NAME:
        return screens.name_too_long(request.say, LONGEST_NAME, ChooseHow(slot_id, family, language))
    await dialogue.begin(request.session, request.known.id, NAMED, draft | {"name": name}, request.now)
    held = await _held(request, slot_id, family)
    return await show(request, held, family or not held.for_self, language)


async def keep(request: Request, pressed: KeepPlace) -> Screen:
    """Everything is right: the held place becomes a visit."""
    if not understood(pressed.language):
        return outdated(request.say)
    if asked := ask_consent(request):
        return asked
    step, clinics = await dialogue.current(request.session, request.known.id, request.now), request.house.clinics
    details = _details(pressed, step)
    if pressed.named and not details.name and not await _is_kept(request, pressed.slot_id, details.whom):
        held = await _held(request, pressed.slot_id, pressed.family)
        return await show(request, held, pressed.family, pressed.language, screens.name_forgotten(request.say))
    visit = await booking.book(
        request.session,
        request.known,
        pressed.slot_id,
        details,
        clinics=clinics,
        now=request.now,
        new_code=request.house.new_code,
    )
    if step and step[0] in (NAMING, NAMED, LISTED):
        await dialogue.end(request.session, request.known.id)  # the name has become the visit's, or is not wanted
    return screens.kept(request.say, visit, clinics.clinics[visit.slot.clinic_id])


async def details_of(request: Request, pressed: KeepPlace | ChooseHow) -> Details:
    """What was chosen and typed for a time."""
    return _details(pressed, await dialogue.current(request.session, request.known.id, request.now))


async def show(request: Request, held: Held, family: bool, language: str, note: Html = NOTHING) -> Screen:
    """Is everything right?"""
    return screens.confirm(
        request.say,
        request.house.clinics,
        Chosen(
            held.slot,
            family,
            language,
            _name(await dialogue.current(request.session, request.known.id, request.now), held.slot.id),
            held.until,
            held.for_self,
            tuple(due(request, held.slot)),
        ),
        note,
    )


def due(request: Request, slot: Slot) -> list[date]:
    """The days of the repeat visits of a slot's service."""
    clinics = request.house.clinics
    return due_days(slot.starts_at, clinics.clinics[slot.clinic_id], clinics.services[slot.service].series)


def understood(language: str) -> bool:
    """Whether this is a language an interpreter can be asked for."""
    return language in ("", *screens.SPOKEN)


async def _held(request: Request, slot_id: int, family: bool) -> Held:
    clinics = request.house.clinics
    return await holding.hold(request.session, request.known, slot_id, clinics=clinics, now=request.now, family=family)


def _details(pressed: KeepPlace | ChooseHow, step: tuple[str, dict[str, Any]] | None) -> Details:
    whom = Whom.FAMILY if pressed.family else Whom.SELF
    return Details(whom, pressed.language, _name(step, pressed.slot_id) or None)


def _name(step: tuple[str, dict[str, Any]] | None, slot_id: int) -> str:
    if step is None or step[0] not in (NAMED, LISTED) or step[1]["slot"] != slot_id:
        return ""
    return str(step[1]["name"] or "")


async def _is_kept(request: Request, slot_id: int, whom: Whom) -> bool:
    visits = await booking.visits_to_come(request.session, request.known, request.now)
    return any(visit.slot.id == slot_id and visit.booking.whom == whom for visit in visits)

"""`python -m bot clinics check|apply FILE`: a clinics file before people meet it, and its openings in the database.

The rule: applying the same file again changes nothing. What staff opened in the chat is theirs: only openings that
stood in the file before, and are gone from it, are ended.
"""

import asyncio
import os
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.clock import wall
from bot.commands.maintenance import CannotDo
from bot.commands.terminal import counted
from bot.settings import read_settings
from scheduling import making, openings, plans, store
from scheduling.clinics import PACKAGED, WEEKDAYS, Clinics, Hours, read_clinics, read_with_faults
from scheduling.plans import Template
from storage import keys, migrate
from storage.database import Database
from storage.refusal import Refusal


def check_file(path: Path) -> list[str]:
    """Everything that is wrong with a clinics file, one line each."""
    clinics, faults = read_with_faults(path)
    for clinic_id, clinic in clinics.clinics.items() if clinics else ():
        for number, hours in enumerate(clinic.openings):
            try:
                plans.check(template_of(clinic_id, hours), hours.valid_from)
            except Refusal as refusal:
                kind = type(refusal).__name__
                faults.append(f"{path.name}: clinics.{clinic_id}.openings.{number}: makes no times ({kind})")
    return faults


def template_of(clinic_id: str, hours: Hours) -> Template:
    """The opening that a block of the file means."""
    return Template(
        clinic_id,
        hours.service,
        frozenset(WEEKDAYS.index(name) for name in hours.weekdays),
        hours.opens,
        hours.closes,
        hours.every,
        hours.capacity,
        hours.valid_from,
        hours.valid_until,
        tuple(sorted(hours.except_days)),
        hours.walkin_share,
        tuple(hours.languages),
    )


async def apply_file(path: Path, now: datetime | None = None) -> list[str]:
    """Bring a file's openings into the database and put the file where BOT_CLINICS points; what changed, line by line.

    Raises:
        CannotDo: the file has faults, BOT_CLINICS names no file of one's own, or the database is not ready.
    """
    if faults := check_file(path):
        raise CannotDo("\n".join([*faults, "nothing was changed"]))
    settings = read_settings()
    target = settings.clinics
    if target == PACKAGED:
        raise CannotDo("BOT_CLINICS is not set: name a file of your own there; the packaged examples stay as they are")
    clinics = read_clinics(path)
    before = read_with_faults(target)[0] if target.exists() else None
    assert clinics  # it has no faults  # noqa: S101
    keys.use(settings.ring())
    database = Database(settings.database_url)
    try:
        if await migrate.current(database) != migrate.newest():
            raise CannotDo("the database is not at the newest schema: run `python -m bot migrate` first")
        lines = await bring_in(database, clinics, before, now or wall())
    finally:
        await database.close()
    placed = await asyncio.to_thread(_place, path, target)
    lines += [f"{target}: {placed}"]
    if placed != "unchanged":
        lines.append("a bot that is running reads names and texts at its next start")
    return lines


async def bring_in(database: Database, clinics: Clinics, before: Clinics | None, now: datetime) -> list[str]:
    """Make the openings of a file that are not there, and end those that only the file `before` had."""
    lines = []
    for clinic_id, clinic in clinics.clinics.items():
        site = plans.site_of(clinic_id, clinic)
        wanted = [template_of(clinic_id, hours) for hours in clinic.openings]
        old = before.clinics[clinic_id].openings if before and clinic_id in before.clinics else []
        dropped = [one for one in (template_of(clinic_id, hours) for hours in old) if one not in wanted]
        async with database.writing() as session:
            known = {
                making.template_of(one): one for one in await store.openings_of(session, clinic_id, site.today(now))
            }
            for template in dropped:
                if opening := known.get(template):
                    does = await openings.end(session, None, opening, site.today(now), site, now=now)
                    kept = f", {counted(does.kept_visits, 'visit')} kept" if does.kept_visits else ""
                    gone = counted(does.gone, "empty time")
                    lines.append(f"{clinic_id}: ended {_named(template)}: {gone} gone{kept}")
            for template in wanted:
                if template.valid_until and template.valid_until < site.today(now):
                    continue
                minutes = clinics.services[template.service].minutes
                _, made = await openings.make(session, None, template, site, minutes, now=now)
                if template not in known:
                    lines.append(f"{clinic_id}: opened {_named(template)}: {counted(made, 'time')} so far")
    return lines or ["openings: nothing has changed"]


def _named(template: Template) -> str:
    days = " ".join(WEEKDAYS[number] for number in sorted(template.weekdays))
    until = f" until {template.valid_until}" if template.valid_until else ""
    hours = f"{template.opens:%H:%M}-{template.closes:%H:%M}"
    return f"{template.service} {days} {hours} from {template.valid_from}{until}"


def _place(path: Path, target: Path) -> str:
    """Put the file in place in one step, keeping the one before beside it."""
    content = path.read_bytes()
    if target.exists() and target.read_bytes() == content:
        return "unchanged"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.copy2(target, target.with_name(target.name + ".old"))
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
    return "replaced" if target.with_name(target.name + ".old").exists() else "written"

"""`python -m bot check`: everything that is wrong, named in one run, before a person meets it."""

from pathlib import Path

from sqlalchemy.engine import make_url
from telegram.error import TelegramError

from answers.content import ContentError
from answers.corpus import load_corpus
from bot.commands.words import catalogue_faults
from bot.secrecy import open_to_others
from bot.settings import BadSettings, Settings, read_settings
from handlers.pictures.fonts import can_shape
from scheduling.clinics import BadClinics, read_clinics
from storage import migrate
from storage.database import Database
from storage.failures import is_outage
from storage.keycheck import confirm_ring
from storage.keys import BadKeys


async def check(*, offline: bool) -> list[str]:
    """One line per fault; `offline` looks at content and catalogues only."""
    faults = content_faults() + catalogue_faults()
    if offline:
        return faults
    try:
        settings = read_settings()
    except BadSettings as error:
        return faults + str(error).splitlines()
    faults += settings.faults() + setting_faults(settings) + file_faults(settings) + picture_faults()
    faults += await database_faults(settings)
    faults += await telegram_faults(settings)
    return faults


def content_faults() -> list[str]:
    """What is wrong with topics, phrasings and danger signs."""
    try:
        load_corpus(None)
    except ContentError as error:
        return [str(error)]
    return []


def picture_faults() -> list[str]:
    """Whether tickets can be drawn: without FriBiDi, letters would stand side by side instead of joined."""
    if can_shape():
        return []
    return ["pictures: FriBiDi is missing (Debian: apt-get install libfribidi0): tickets have a QR code and no picture"]


def setting_faults(settings: Settings) -> list[str]:
    """Keys and clinics."""
    faults = []
    try:
        settings.ring()
    except BadSettings as error:
        faults.append(str(error))
    try:
        clinics = read_clinics(settings.clinics)
        if clinics.illustrative:
            faults.append("BOT_CLINICS: the clinics are the packaged examples; put in your own before people see them")
    except BadClinics as error:
        faults.append(str(error))
    return faults


def file_faults(settings: Settings) -> list[str]:
    """Files and folders of ours that other accounts of the machine may look into."""
    url = make_url(settings.database_url)
    files = [Path(".env")]
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        files += [file.parent, *sorted(file.parent.glob(f"{file.name}*")), *sorted(file.parent.glob("*.keys"))]
        files += [file.parent / "tombstones"]
    found = open_to_others(*files, *filter(None, [settings.tombstones]))
    if settings.tombstones_path() is None:
        found.append("BOT_TOMBSTONES: is not set: people erased after a backup would come back with it")
    return found


async def database_faults(settings: Settings) -> list[str]:
    """Whether the database answers, has the newest schema, and was made with these keys."""
    database = Database(settings.database_url)
    try:
        current = await migrate.current(database)
        if current == migrate.newest():
            async with database.writing() as session:
                await confirm_ring(session, settings.ring())
    except BadKeys as error:
        return [str(error)]
    except BadSettings:
        return []  # no ring: named already
    except Exception as error:
        if not is_outage(error):
            raise
        return [f"BOT_DATABASE_URL: no database answers ({type(error).__name__})"]
    finally:
        await database.close()
    if current != migrate.newest() and not database.is_sqlite:
        return ["the database is not at the newest schema: run `python -m bot migrate`"]
    return []


async def telegram_faults(settings: Settings) -> list[str]:
    """Whether Telegram knows the token."""
    if not settings.token.get_secret_value():
        return []
    from bot.commands.maintenance import bot_name

    try:
        await bot_name(settings)
    except (TelegramError, BadSettings) as error:
        return [f"BOT_TOKEN: Telegram does not answer to it ({type(error).__name__})"]
    return []

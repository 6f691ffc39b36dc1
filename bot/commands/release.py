"""After a content release: whoever asked what the content answers now is told, once."""

from answers.loop import tell_answered
from answers.phrasings import load_phrasings
from answers.store import WAITING, waiting_questions
from bot.clock import Now
from handlers.request import House
from storage.database import Database


async def tell_whoever_asked(house: House, database: Database, now: Now) -> int:
    """Owe the new answers; how many questions they end. Runs at every start and changes nothing the second time."""
    async with database.writing(patient=True) as session:  # each question is searched for in between
        if not await waiting_questions(session, *WAITING):
            return 0  # hundreds of files need not be read
        phrasings = {(line.lang, line.label, line.text.strip()) for line in load_phrasings(house.topics)}
        return await tell_answered(session, house.finder.ask, phrasings, now())

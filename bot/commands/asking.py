"""`ask` and `evaluate` on the terminal: search and danger signs without token or database."""

from pathlib import Path

from answers import command
from answers import evaluate as evaluation
from answers.texts import TopicTexts
from answers.topics import load_topics
from bot.house import build_finder
from bot.settings import read_settings
from locales.catalogue import Catalogues


def ask(question: str | None, language: str, *, as_json: bool, explain: bool) -> int:
    """Answer one question, or JSON lines from standard input."""
    texts = TopicTexts(load_topics(), Catalogues())
    finder = build_finder(read_settings(), texts)
    return command.run(finder, texts, question, language, as_json=as_json, explain=explain)


def evaluate(folder: Path, *, as_json: bool) -> int:
    """Measure a folder of questions."""
    texts = TopicTexts(load_topics(), Catalogues())
    return evaluation.run(build_finder(read_settings(), texts), folder, as_json=as_json)

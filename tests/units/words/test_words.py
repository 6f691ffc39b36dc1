"""The catalogues against their sources: in step, complete, and never churned."""

import ast
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from answers.gate import topic_faults
from answers.phrasings import Phrasing
from answers.topics import load_topics
from bot.commands.words import DOMAINS, ROOT, TRANSLATED, catalogue_faults, catalogue_path, refresh
from locales.catalogue import FOLDER, Translator
from locales.template import BUTTON, FOLDERS, KEYWORDS, ui_template

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SOURCE = """
NAMES = {"one": words("Clinic")}
SPEAKER = catalogues.say("th")

def screen(say, name):
    return say("Your time is {time}", time=1), say.label("Book"), say(name), thai("Show 100 % of it")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small tree of sources: four sentences and one topic."""
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "screen.py").write_text(SOURCE)
    (tmp_path / "answers" / "topics").mkdir(parents=True)
    text = (ROOT / "answers" / "topics" / "antibiotics.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("related")]
    (tmp_path / "answers" / "topics" / "antibiotics.toml").write_text("\n".join(kept), "utf-8")
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the small tree's catalogues are written."""
    return tmp_path / "locales"


def translate(path: Path, english: str, translation: str, comment: str = "") -> None:
    """As a translator does, in the file."""
    text = path.read_text("utf-8")
    entry = f'msgid "{english}"\nmsgstr ""'
    assert entry in text
    text = text.replace(entry, f'msgid "{english}"\nmsgstr "{translation}"')
    path.write_text(text.replace("msgctxt", f"# {comment}\nmsgctxt") if comment else text, "utf-8")


@pytest.mark.parametrize(("count", "said"), [(0, "0 visits"), (1, "1 visit"), (2, "2 visits"), ("10+", "10+ visits")])
def test_english_tells_one_from_many_on_screens_and_buttons(count: object, said: str) -> None:
    say, thai = Translator("en", {}), Translator("th", {"{count:visit|visits}": "{count} นัด"})
    assert say("<b>{count:visit|visits}</b>", count=count) == f"<b>{said}</b>"
    assert say.label("{count:visit|visits}", count=count) == said
    assert thai("{count:visit|visits}", count=count) == f"{count} นัด"


def test_the_real_catalogues_have_no_fault() -> None:
    assert catalogue_faults() == []


def test_the_real_catalogues_are_in_step_byte_for_byte(tmp_path: Path) -> None:
    for language in TRANSLATED:
        shutil.copytree(FOLDER / language, tmp_path / language)
    assert refresh(LATE, folder=tmp_path) == []


def test_refreshing_twice_changes_nothing(root: Path, folder: Path) -> None:
    assert len(refresh(EARLY, root, folder)) == len(TRANSLATED) * len(DOMAINS)
    before = {path: path.read_bytes() for path in folder.rglob("*.po")}
    assert refresh(LATE, root, folder) == []
    assert {path: path.read_bytes() for path in folder.rglob("*.po")} == before


def test_sentences_are_found_where_they_are_spoken_and_buttons_are_marked(root: Path) -> None:
    found = {message.id: BUTTON in message.auto_comments for message in ui_template(root) if message.id}
    assert found == {"Clinic": True, "Your time is {time}": False, "Book": True, "Show 100 % of it": False}


def test_no_sentence_hides_in_a_variable_where_the_extractor_cannot_see_it() -> None:
    hidden = []
    for path in [path for name in FOLDERS for path in (ROOT / name).rglob("*.py")]:
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        plain = {
            target.id
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in nodes:
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in KEYWORDS and node.args[0].id in plain:
                    hidden.append(f"{path.name}:{node.lineno}: {node.args[0].id}")
    assert hidden == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_new_catalogue_has_one_plural_form_and_no_line_numbers(language: str, root: Path, folder: Path) -> None:
    refresh(EARLY, root, folder)
    path = catalogue_path(folder, language, "ui")
    text = path.read_text("utf-8")
    assert "nplurals=1; plural=0;" in text
    assert f'"Language: {language}\\n"' in text
    assert "#: handlers/screen.py\n" in text
    assert "python-format" not in text
    assert not text.endswith("\n\n")
    with path.open("rb") as file:
        assert read_po(file).num_plurals == 1


def test_a_translation_stays_when_lines_move(root: Path, folder: Path) -> None:
    refresh(EARLY, root, folder)
    path = catalogue_path(folder, "th", "ui")
    translate(path, "Book", "จอง")
    before = path.read_bytes()
    (root / "handlers" / "screen.py").write_text("\n\n\n" + SOURCE)
    assert refresh(LATE, root, folder) == []
    assert path.read_bytes() == before


def test_a_dropped_sentence_is_dropped_and_a_new_one_is_empty(root: Path, folder: Path) -> None:
    refresh(EARLY, root, folder)
    path = catalogue_path(folder, "th", "ui")
    translate(path, "Book", "จอง")
    (root / "handlers" / "screen.py").write_text('say("Something quite different")')
    refresh(LATE, root, folder)
    text = path.read_text("utf-8")
    assert "จอง" not in text
    assert 'msgid "Something quite different"\nmsgstr ""' in text


def test_a_changed_answer_turns_its_translation_fuzzy_and_unreviewed(root: Path, folder: Path) -> None:
    refresh(EARLY, root, folder)
    path = catalogue_path(folder, "th", "answers")
    topic = root / "answers" / "topics" / "antibiotics.toml"
    title = load_topics(topic.parent)["antibiotics"].title
    translate(path, title, "ยาปฏิชีวนะ", comment="reviewed: Somchai, 2026-12-01")
    topic.write_text(topic.read_text("utf-8").replace(title, "Quite another title"), "utf-8")
    refresh(LATE, root, folder)
    text = path.read_text("utf-8")
    entry = next(part for part in text.split("\n\n") if "antibiotics.title" in part)
    assert 'msgid "Quite another title"' in entry
    assert 'msgstr "ยาปฏิชีวนะ"' in entry
    assert "fuzzy" in entry
    assert "reviewed" not in entry


def test_a_catalogue_that_cannot_be_read_is_one_fault(root: Path, folder: Path) -> None:
    refresh(EARLY, root, folder)
    path = catalogue_path(folder, "my", "ui")
    path.write_text(path.read_text("utf-8") + 'msgid "cut off\n', "utf-8")
    assert any(line.startswith("my/ui.po: line") for line in catalogue_faults(root, folder))


def test_missing_catalogues_are_named(root: Path, folder: Path) -> None:
    assert "km/ui.po: “Book”: missing" in catalogue_faults(root, folder)
    assert "km/answers.po: antibiotics.title: missing" in catalogue_faults(root, folder)


def test_a_topic_without_phrasings_in_a_language_is_named(root: Path) -> None:
    topics = load_topics(root / "answers" / "topics")
    asked = [Phrasing(language, "antibiotics", "?") for language in ("th", "my", "en")]
    assert topic_faults(topics, asked) == ["phrasings/km/antibiotics.txt: no phrasing"]


@pytest.mark.parametrize(
    ("find", "put", "fault"),
    [
        ("review_months = 24", "review_months = 0", "'review_months': must be more than 0"),
        ("facts = [", "facts = []\nvolatile = [", "neither a source nor a fact"),
        ("", '\n[[sources]]\nid = "x"\ntitle = "T"\npublisher = "P"\nurl = "u"\ndate = " "\n', "'x' has no date"),
        ("", '\n[[sources]]\nid = "x"\ntitle = ""\npublisher = "P"\nurl = "u"\ndate = "2026"\n', "'x' has no title"),
    ],
)
def test_a_topic_without_origin_date_or_review_is_named(root: Path, find: str, put: str, fault: str) -> None:
    file = root / "answers" / "topics" / "antibiotics.toml"
    text = file.read_text("utf-8")
    if find:
        lines = [line for line in text.splitlines() if not (line.startswith("volatile") and "volatile" in put)]
        text = "\n".join(lines).replace(find, put)
    else:
        text += put
    file.write_text(text, "utf-8")
    asked = [Phrasing(language, "antibiotics", "?") for language in ("th", "my", "km", "en")]
    assert any(fault in line for line in topic_faults(load_topics(file.parent), asked))

"""Wrong content files are refused in one line that names the file and the field."""

from datetime import date
from pathlib import Path

import pytest

from answers.content import ContentError
from answers.danger import SIGNS, Watch, load_signs
from answers.phrasings import load_chatter, load_phrasings
from answers.texts import TopicTexts
from answers.topics import CATEGORIES, load_topics
from locales.catalogue import Catalogues

TOPIC = """
title = "Tooth"
answer = "Go."
do_now = ""
category = "chronic"
urgency = "routine"
phones = []
red_flags = []
related = []
service = ""
facts = []
open_questions = []
volatile = []
checked = 2026-11-22
review_months = 12
legal_review = false
"""


def refused(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_topics(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('urgency = "routine"', 'urgency = "soon"'), "field 'urgency': 'soon' is not one of"),
        (("checked = 2026-11-22", 'checked = "today"'), "field 'checked': must be of kind date, not str"),
        (("review_months = 12", "review_months = true"), "field 'review_months': must be of kind int"),
        (("phones = []", "phones = [1669]"), "field 'phones': must be a list of texts"),
        (('title = "Tooth"', 'title = " "'), "field 'title': is empty"),
        (('title = "Tooth"', ""), "field 'title': is missing"),
        (("facts = []", "facts = []\nfakts = []"), "field 'fakts': is not known here"),
        (("related = []", 'related = ["moon"]'), "field 'related': there is no topic 'moon'"),
        (('answer = "Go."', "answer = "), "cannot be read"),
        (
            ("legal_review = false", 'legal_review = false\n[[sources]]\nid = "x"'),
            "field 'sources[0].title': is missing",
        ),
    ],
)
def test_a_wrong_topic_is_named_with_file_and_field(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    (tmp_path / "tooth.toml").write_text(TOPIC.replace(*change), encoding="utf-8")
    message = refused(tmp_path)
    assert "tooth.toml" in message
    assert told in message


def test_a_topic_is_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "tooth.toml").write_text(TOPIC, encoding="utf-8")
    topic = load_topics(tmp_path)["tooth"]
    assert (topic.title, topic.answer, topic.review_months, topic.phones) == ("Tooth", "Go.", 12, ())


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "tooth.toml").write_bytes(b'title = "\xff"')
    assert "tooth.toml: cannot be read" in refused(tmp_path)


def test_phrasings_of_no_topic_are_refused(tmp_path: Path) -> None:
    (tmp_path / "th").mkdir()
    (tmp_path / "th" / "moon.txt").write_text("พระจันทร์\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"phrasings/th/moon\.txt.*no topic 'moon'"):
        load_phrasings(["tooth"], tmp_path)


def test_missing_phrasings_and_comments_are_fine(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "tooth.txt").write_text("# a remark\n\n  my tooth hurts \n", encoding="utf-8")
    assert [line.text for line in load_phrasings(["tooth", "ear"], tmp_path)] == ["my tooth hurts"]
    assert load_chatter(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("moon", 'hard = []\nreviewed_by = ""\nreviewed_on = ""', "'moon' is no danger sign"),
        ("snake", 'hard = ["("]\nreviewed_by = ""\nreviewed_on = ""', "field 'hard': '(' is no pattern"),
        ("snake", 'hard = []\nreviewed_on = ""', "field 'reviewed_by': is missing"),
    ],
)
def test_a_wrong_danger_file_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=f"danger/en/{name}.toml|en/{name}.toml") as caught:
        load_signs(tmp_path)
    assert told in str(caught.value)


def test_a_wrong_long_ago_pattern_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "long-ago.txt").write_text("last (year\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"danger/en/long-ago\.txt"):
        Watch([], tmp_path)


def test_the_content_of_this_repository_is_whole() -> None:
    topics = load_topics()
    assert len(topics) == 97
    assert {topic.category for topic in topics.values()} == set(CATEGORIES)
    assert {flag for topic in topics.values() for flag in topic.red_flags} <= set(SIGNS)
    phrasings = load_phrasings(topics)
    for lang in ("th", "my", "km", "en"):
        assert {line.label for line in phrasings if line.lang == lang} == set(topics)
        assert {sign.id for sign in load_signs() if sign.lang == lang} == set(SIGNS)


def test_a_signed_english_text_is_no_draft_any_more(tmp_path: Path) -> None:
    (tmp_path / "tooth.toml").write_text(TOPIC.replace("title =", "reviewed = 2026-12-01  # NAME\ntitle =", 1), "utf-8")
    text = TopicTexts(load_topics(tmp_path), Catalogues()).get("tooth", "en")
    assert text
    assert text.reviewed == date(2026, 12, 1)

"""`ask` and `evaluate` as programs and people use them."""

import io
import json
from pathlib import Path

import pytest

from answers import command, evaluate, fit
from answers.ask import Finder
from answers.content import ContentError
from answers.measures import Share
from answers.texts import TopicTexts
from answers.topics import load_topics
from locales.catalogue import Catalogues


@pytest.fixture(scope="module")
def texts() -> TopicTexts:
    return TopicTexts(load_topics(), Catalogues())


def records(finder: Finder, texts: TopicTexts, *lines: str) -> tuple[int, list[dict[str, object]]]:
    out = io.StringIO()
    status = command.run(finder, texts, None, "en", as_json=True, given=lines, out=out)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_lines_in_json_lines_out(finder: Finder, texts: TopicTexts) -> None:
    status, answers = records(
        finder,
        texts,
        '{"lang": "en", "text": "price of the health card"}',
        "",
        '{"lang": "my", "text": "မင်္ဂလာပါ"}',
        '{"lang": "en", "text": "he is not breathing"}',
    )
    assert status == 0
    price, hello, danger = answers
    assert set(price) == {"outcome", "topics", "lang", "danger"}
    assert price["topics"][0]["id"] == "hics-price"  # type: ignore[index]
    assert (hello["outcome"], hello["lang"], hello["danger"]) == ("smalltalk", "my", None)
    assert (danger["outcome"], danger["danger"]) == ("danger", "not-breathing")


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"lang": "en"}', '{"lang": "xx", "text": "a"}', '{"text": 5}'])
def test_a_line_that_cannot_be_read_ends_nothing(finder: Finder, texts: TopicTexts, line: str) -> None:
    status, answers = records(finder, texts, line, '{"text": "price of the health card"}')
    assert status == 1
    assert "error" in answers[0]
    assert answers[1]["outcome"] in ("answer", "choose")


def test_a_person_reads_titles_in_their_language(finder: Finder, texts: TopicTexts) -> None:
    out = io.StringIO()
    assert command.run(finder, texts, "price of the health card", "th", out=out) == 0
    assert texts.title("hics-price", "th") in out.getvalue()


def test_explaining_shows_text_scores_and_limits(finder: Finder, texts: TopicTexts) -> None:
    out = io.StringIO()
    command.run(finder, texts, "Price of  the health CARD", "en", explain=True, out=out)
    assert "read as     price of the health card [en]" in out.getvalue()
    assert "hics-price" in out.getvalue()
    assert "limits" in out.getvalue()


def write(folder: Path, name: str, *entries: object) -> None:
    (folder / name).write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")


def test_evaluating_counts_what_it_says(finder: Finder, tmp_path: Path) -> None:
    write(
        tmp_path,
        "questions.jsonl",
        {"lang": "en", "text": "price of the health card", "topics": ["hics-price"]},
        {"lang": "en", "text": "price of the health card now", "topics": ["dental"]},
    )
    write(tmp_path, "out_of_scope.jsonl", {"lang": "en", "text": "who won the football match", "kind": "offtopic"})
    write(
        tmp_path,
        "emergencies.jsonl",
        {"lang": "en", "text": "he is not breathing", "emergency": True, "kind": "not-breathing"},
        {"lang": "en", "text": "where is the toilet", "emergency": False, "kind": "general"},
    )
    report = evaluate.measure(finder, tmp_path)
    figures = report.figures["en"]
    assert figures["right topic first"] == Share(1, 2)
    assert figures["off-topic answered with a topic"] == Share(0, 1)
    assert figures["danger interrupted at once"] == Share(1, 1)
    assert figures["look-alikes interrupted"] == Share(0, 1)
    assert report.missed == {"dental": 1}
    out = io.StringIO()
    assert evaluate.run(finder, tmp_path, out=out) == 0
    assert "50.0% (1/2; 9%-91%)" in out.getvalue()
    again = io.StringIO()
    evaluate.run(finder, tmp_path, as_json=True, out=again)
    assert json.loads(again.getvalue())["figures"]["en"]["right topic first"]["hits"] == 1


def test_evaluating_nothing_or_nonsense_is_one_clear_line(finder: Finder, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no questions"):
        evaluate.measure(finder, tmp_path)
    write(tmp_path, "questions.jsonl", {"lang": "en", "text": "a"})
    with pytest.raises(ContentError, match=r"questions\.jsonl: line 1: field 'topics': is missing"):
        evaluate.measure(finder, tmp_path)


def test_wilson_intervals_are_honest_about_small_numbers() -> None:
    assert Share(0, 0).value is None
    assert Share(5, 5).interval()[0] == pytest.approx(0.566, abs=0.001)
    assert Share(0, 100).interval() == pytest.approx((0.0, 0.037), abs=0.001)


def test_fitting_ahead_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit.main(["--cache", str(tmp_path), "--embedder", str(tmp_path)]) == 1
    assert "model.onnx is missing" in capsys.readouterr().err

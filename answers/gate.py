"""What a topic must have before anybody reads it, beyond what its file already had to have to be read at all."""

from collections.abc import Iterable, Mapping

from answers.content import LANGS
from answers.phrasings import Phrasing
from answers.topics import Topic


def topic_faults(topics: Mapping[str, Topic], phrasings: Iterable[Phrasing]) -> list[str]:
    """One line a fault: no phrasings in a language, no origin, a source without a date, no review interval."""
    asked = {(line.lang, line.label) for line in phrasings}
    faults = []
    for topic in topics.values():
        file = f"topics/{topic.id}.toml"
        faults += [f"phrasings/{lang}/{topic.id}.txt: no phrasing" for lang in LANGS if (lang, topic.id) not in asked]
        # General knowledge has facts without a source: it stays a draft until a clinician has signed it.
        if not topic.sources and not topic.facts:
            faults.append(f"{file}: field 'sources': neither a source nor a fact behind this answer")
        faults += [f"{file}: source '{each.id}' has no date" for each in topic.sources if not each.date.strip()]
        faults += [f"{file}: source '{each.id}' has no title" for each in topic.sources if not each.title.strip()]
        if topic.review_months <= 0:
            faults.append(f"{file}: field 'review_months': must be more than 0")
    return faults

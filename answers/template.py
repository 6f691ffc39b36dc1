"""What the answers' catalogue holds: title, answer and do-now of every topic, in English as written by its author."""

from collections.abc import Mapping

from babel.messages.catalog import Catalog

from answers.texts import PARTS, context
from answers.topics import Topic
from locales.template import BUTTON


def answers_template(topics: Mapping[str, Topic]) -> Catalog:
    """Every part of every topic, without translations; the context is `<topic>.<part>`."""
    template = Catalog(domain="answers")
    for topic in topics.values():
        for part in PARTS:
            text: str = getattr(topic, part)
            if text:  # an empty msgid would be the catalogue's header
                comments = [BUTTON] if part == "title" else []
                template.add(text, context=context(topic.id, part), auto_comments=comments)
    return template

"""An alert as its readers see it, in their language.

The rule: previews, the approval and the sending itself show this one screen, so that what was read is what goes out.
"""

import html
import re

from alerts import rules
from handlers.screen import Screen, column
from handlers.screens.choices import stop_such
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from storage.tables import Alert


def message(say: Translator, alert: Alert, text: str, *, mark: Html = NOTHING) -> Screen:
    """The alert with its picture or document and the way back; `mark` says that it was corrected or has ended."""
    words = together([heading(say, alert.topic), mark, escaped(text), way_back(say, alert.topic)])
    rows = column(stop_such(say, alert.topic))
    if alert.attachment and alert.attachment_kind == "photo":
        return Screen(words, rows, photo=alert.attachment)
    return Screen(words, rows, document=alert.attachment)


def heading(say: Translator, topic: str) -> Html:
    """What kind of message it is."""
    return say("📰 <b>Health news</b>") if topic == rules.NEWS else say("📢 <b>Health alert</b>")


def way_back(say: Translator, topic: str) -> Html:
    """How to stop such messages."""
    return say("To stop news: /choices") if topic == rules.NEWS else say("To stop alerts: /alerts_off")


def frame(say: Translator) -> int:
    """UTF-16 units of a message that stand around the text, whatever it is about."""
    around = [together([heading(say, topic), "-", way_back(say, topic)]) for topic in (rules.NO_TOPIC, rules.NEWS)]
    return max(rules.length(html.unescape(re.sub(r"<[^>]*>", "", each))) for each in around)

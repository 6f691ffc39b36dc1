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
    words = together([say("📢 <b>Health alert</b>"), mark, escaped(text), way_back(say)])
    rows = column(stop_such(say, alert.topic))
    if alert.attachment and alert.attachment_kind == "photo":
        return Screen(words, rows, photo=alert.attachment)
    return Screen(words, rows, document=alert.attachment)


def way_back(say: Translator) -> Html:
    """How to stop such messages."""
    return say("To stop alerts: /alerts_off")


def frame(say: Translator) -> int:
    """UTF-16 units of a message that stand around the text."""
    around = together([say("📢 <b>Health alert</b>"), "-", way_back(say)])
    return rules.length(html.unescape(re.sub(r"<[^>]*>", "", around)))

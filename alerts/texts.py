"""A text that an operator typed, before it becomes one of an alert's: the same for a draft and for a correction."""

from alerts import rules
from alerts.refusals import OtherLanguage, TextEmpty, TextTooLong
from locales.zawgyi import is_zawgyi, to_unicode


def accepted(text: str, language: str, *, frame: int, attached: bool) -> str:
    """The text as it is kept: without space around it, Burmese in Unicode also where it was typed in Zawgyi.

    Args:
        frame: UTF-16 units that the words around the text take.
        attached: whether it stands below a picture or a document.

    Raises:
        TextEmpty, OtherLanguage, TextTooLong: as they say.
    """
    text = text.strip()
    if language == "my" and is_zawgyi(text):
        text = to_unicode(text)
    if not text:
        raise TextEmpty
    if other := rules.other_language(text, language):
        raise OtherLanguage(language, other)
    most = rules.room(frame, attached=attached)
    if rules.length(text) > most:
        raise TextTooLong(most, rules.length(text), attached)
    return text

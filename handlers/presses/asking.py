"""Buttons around answers and the emergency card."""

from handlers.press_codec import Press, press


@press("em1")
class Emergency(Press):
    """The emergency card."""


@press("er1")
class EmergencyRooms(Press):
    """Which province are you in?"""


@press("ep1")
class ShowEmergencyRoom(Press):
    """The emergency room of a province."""

    province: str


@press("th1")
class ShowThai(Press):
    """The same in Thai, to show to somebody: a topic."""

    topic: str


@press("ca1")
class BrowseTopics(Press):
    """All categories."""


@press("cg1")
class OpenCategory(Press):
    """The topics of one."""

    category: str


@press("to1")
class ShowTopic(Press):
    """One answer, in the language given or (empty) the person's own."""

    topic: str
    language: str


@press("ol1")
class OtherLanguages(Press):
    """Which other languages a topic can be read in."""

    topic: str


@press("li1")
class Listen(Press):
    """A topic's recording."""

    topic: str
    language: str


@press("he1")
class Helped(Press):
    """Whether an answer helped."""

    topic: str
    language: str
    yes: bool


@press("no1")
class NoneOfThese(Press):
    """None of the topics that were offered."""


@press("kq1")
class KeepQuestion(Press):
    """Keep the question this message replies to, without a name."""

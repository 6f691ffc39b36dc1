"""Buttons of content editors."""

from handlers.press_codec import Press, press


@press("cn1")
class NextQuestion(Press):
    """The next kept question after one, for editors."""

    after: int


@press("cp1")
class TakeAsPhrasing(Press):
    """A kept question is a way of asking for a topic."""

    question_id: int
    topic: str


@press("cw1")
class NeedsTopic(Press):
    """A kept question needs a topic that does not exist yet."""

    question_id: int


@press("cd1")
class DropQuestion(Press):
    """A kept question is not for us."""

    question_id: int

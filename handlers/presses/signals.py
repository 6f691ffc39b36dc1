"""Buttons of what people ask about."""

from handlers.press_codec import Press, press


@press("ys1")
class SeeSignals(Press):
    """What a language or a province asks about (empty: everybody), one page of it."""

    language: str
    province: str
    page: int


@press("yp1")
class PickSignals(Press):
    """Which province?"""


@press("yc1")
class DrawSignals(Press):
    """The same as a chart."""

    language: str
    province: str


@press("yx1")
class ExportSignals(Press):
    """Everything as a file."""

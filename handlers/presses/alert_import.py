"""Buttons about alerts that were taken in from another agency."""

from handlers.press_codec import Press, press


@press("ai1")
class ProposeImported(Press):
    """Ask for approval, although the agency marks it as no real alert."""

    alert_id: int
    stars: int

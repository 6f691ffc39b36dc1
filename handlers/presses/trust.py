"""Buttons of roles and invites."""

from handlers.press_codec import Press, press


@press("iv1")
class PickInvite(Press):
    """Which role to invite to; the clinic follows where the role belongs to one."""

    role: str


@press("iw1")
class MakeInvite(Press):
    """Make the link."""

    role: str
    clinic: str

"""Buttons of roles, invites and the audit log."""

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


@press("rl1")
class ListRoles(Press):
    """Who holds which role, one page of it."""

    page: int


@press("rs1")
class ShowRole(Press):
    """One role of one person."""

    grant_id: int


@press("ra1")
class AskRevoke(Press):
    """End this role? What its holder will lose."""

    grant_id: int


@press("rr1")
class RevokeRole(Press):
    """End it."""

    grant_id: int


@press("au1")
class ShowLog(Press):
    """The audit log, one page of it; `size` entries on each."""

    size: int
    page: int

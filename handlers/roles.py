"""Who works here: the owner's invites, the list of roles, and the end of one. Every rule of them lives in `people/`."""

from handlers.presses.trust import AskRevoke, ListRoles, MakeInvite, PickInvite, RevokeRole, ShowRole
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import roles as screens
from handlers.screens.start import outdated
from handlers.start import INVITE_PREFIX
from people import invites, roles
from people.authority import Action, Role
from people.recognise import require

AT_CLINICS = (Role.STAFF, Role.LEAD)
"""Roles that belong to one clinic."""


async def invite(request: Request) -> Screen:
    """`/invite`: which role."""
    await require(request.session, request.person, Action.INVITE, now=request.now)
    return screens.choose_role(request.say)


async def pick_invite(request: Request, pressed: PickInvite) -> Screen:
    """Which clinic, where the role belongs to one."""
    await require(request.session, request.person, Action.INVITE, now=request.now)
    if pressed.role in AT_CLINICS:
        return screens.choose_invite_clinic(request.say, request.house.clinics, pressed.role)
    return await make_invite(request, MakeInvite(pressed.role, ""))


async def make_invite(request: Request, pressed: MakeInvite) -> Screen:
    """The link."""
    owner = await require(request.session, request.person, Action.INVITE, now=request.now)
    known = pressed.clinic in request.house.clinics.clinics if pressed.role in AT_CLINICS else not pressed.clinic
    if pressed.role not in list(Role) or not known:
        return outdated(request.say)
    role = Role(pressed.role)
    code = await invites.invite(
        request.session, role, pressed.clinic, now=request.now, new_secret=request.house.new_secret, owner=owner
    )
    return screens.invite(request.say, role, invite_link(request.house.bot_name, code))


def invite_link(bot_name: str, code: str) -> str:
    """The deep link that carries an invite's code."""
    return f"https://t.me/{bot_name}?start={INVITE_PREFIX}{code}"


async def list_roles(request: Request, pressed: ListRoles | None = None) -> Screen:
    """`/roles`: who holds which role, by their staff codes."""
    owner = await require(request.session, request.person, Action.SEE_ROLES, now=request.now)
    everybody = await roles.everybody(request.session)
    return screens.roles(
        request.say, request.house.clinics, everybody, roles.tag(owner.id), request.now, pressed.page if pressed else 0
    )


async def show_role(request: Request, pressed: ShowRole) -> Screen:
    """One role of one person."""
    owner = await require(request.session, request.person, Action.SEE_ROLES, now=request.now)
    one = await roles.holding(request.session, pressed.grant_id)
    if one is None:
        return await list_roles(request)
    return screens.role(request.say, request.house.clinics, one, one.grant.person_id == owner.id)


async def ask_revoke(request: Request, pressed: AskRevoke) -> Screen:
    """What its holder will lose."""
    await require(request.session, request.person, Action.SEE_ROLES, now=request.now)
    one = await roles.holding(request.session, pressed.grant_id)
    if one is None:
        return await list_roles(request)
    return screens.ask_revoke(request.say, request.house.clinics, one)


async def revoke(request: Request, pressed: RevokeRole) -> Screen:
    """End a role; pressed again, it says that the role has ended."""
    owner = await require(request.session, request.person, Action.REVOKE, now=request.now)
    await roles.revoke(request.session, owner, pressed.grant_id, request.now)
    return screens.revoked(request.say)

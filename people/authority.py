"""Who may do what: the one table. Whatever is not listed here, nobody may do.

Authority is checked in the use case against the person, at the moment of acting; buttons carry no rights.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from storage.tables import Grant


class Role(StrEnum):
    """What a person can be besides a person."""

    STAFF = "staff"
    LEAD = "lead"
    EDITOR = "editor"
    OPERATOR = "operator"
    OWNER = "owner"


class Action(StrEnum):
    """Everything that can be asked of the bot."""

    ASK = "ask"
    CHOOSE = "choose"
    BOOK = "book"
    KEEP_PIN = "keep-pin"
    SEE_DAY = "see-day"
    OPEN_SLOTS = "open-slots"
    CLOSE_TIME = "close-time"
    MARK_VISIT = "mark-visit"
    ACT_FOR = "act-for"
    UNDO = "undo"
    EXPORT = "export"
    FEED = "feed"
    WRITE_ALERT = "write-alert"
    PROPOSE_ALERT = "propose-alert"
    APPROVE_ALERT = "approve-alert"
    STOP_ALERT = "stop-alert"
    RUN_ALERT = "run-alert"
    SEE_ALERTS = "see-alerts"
    INVITE = "invite"
    SEE_ROLES = "see-roles"
    REVOKE = "revoke"
    SEE_AUDIT = "see-audit"
    EDIT_CONTENT = "edit-content"
    ANSWER = "answer"
    LINK_GROUP = "link-group"
    SEE_SIGNALS = "see-signals"
    SEE_STATUS = "see-status"


@dataclass(frozen=True)
class Rule:
    """Which roles may act, and where: on `own` things, at the `clinic` of the grant, or `everywhere`."""

    roles: frozenset[Role] | None
    """None: every person."""
    scope: Literal["own", "clinic", "everywhere"]
    step_up: bool = False
    """Whether the PIN is asked for, unless it was given a few minutes ago."""
    second: bool = False
    """Whether another person who may do the same must agree to exactly this."""


def _rule(scope: Literal["clinic", "everywhere"], *roles: Role, step_up: bool = False, second: bool = False) -> Rule:
    return Rule(frozenset(roles), scope, step_up, second)


EVERYONE = Rule(None, "own")
RULES: dict[Action, Rule] = {
    Action.ASK: EVERYONE,
    Action.CHOOSE: EVERYONE,
    Action.BOOK: EVERYONE,
    Action.KEEP_PIN: _rule("everywhere", *Role),
    Action.SEE_DAY: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.OPEN_SLOTS: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.CLOSE_TIME: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.MARK_VISIT: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.ACT_FOR: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.UNDO: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.EXPORT: _rule("clinic", Role.STAFF, Role.LEAD, step_up=True, second=True),
    Action.FEED: _rule("clinic", Role.LEAD, step_up=True),
    Action.WRITE_ALERT: _rule("everywhere", Role.OPERATOR),
    Action.PROPOSE_ALERT: _rule("everywhere", Role.OPERATOR, step_up=True),
    Action.APPROVE_ALERT: _rule("everywhere", Role.OPERATOR, step_up=True, second=True),
    Action.STOP_ALERT: _rule("everywhere", Role.OPERATOR),  # no PIN: a wrong alert must stop at once
    Action.RUN_ALERT: _rule("everywhere", Role.OPERATOR, step_up=True),
    Action.SEE_ALERTS: _rule("everywhere", Role.OPERATOR),
    Action.INVITE: _rule("everywhere", Role.OWNER, step_up=True),
    Action.SEE_ROLES: _rule("everywhere", Role.OWNER),
    Action.REVOKE: _rule("everywhere", Role.OWNER, step_up=True),
    Action.SEE_AUDIT: _rule("everywhere", Role.OWNER),
    Action.EDIT_CONTENT: _rule("everywhere", Role.EDITOR),
    Action.ANSWER: _rule("clinic", Role.STAFF, Role.LEAD),
    Action.LINK_GROUP: _rule("clinic", Role.LEAD),
    Action.SEE_SIGNALS: _rule("everywhere", Role.OPERATOR),
    Action.SEE_STATUS: _rule("everywhere", Role.OPERATOR, Role.OWNER),
}


def may(grants: list[Grant], action: Action, clinic_id: str = "") -> bool:
    """Whether someone holding `grants` may do `action`, at `clinic_id` where the action belongs to a clinic."""
    rule = RULES[action]
    if rule.roles is None:
        return True
    held = [grant for grant in grants if grant.role in rule.roles]
    if rule.scope == "everywhere":
        return bool(held)
    return any(grant.clinic_id == clinic_id for grant in held)


def clinics_of(grants: list[Grant], action: Action) -> list[str]:
    """The clinics at which someone holding `grants` may do `action`."""
    roles = RULES[action].roles or frozenset()
    return sorted({grant.clinic_id for grant in grants if grant.role in roles and grant.clinic_id})

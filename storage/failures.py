"""What the database's failures mean: try at once again, or nothing can be stored now.

The rule: only what is known to be the database's own fault counts as an outage; a wrong statement is a defect of ours.
"""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

TRANSIENT_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialisation failure, deadlock, lock not available."""
AWAY_STATES = ("08", "25006", "25P03", "53", "57", "58")
"""How its words begin when it cannot serve us now: no connection, no primary, gave us up, full, ending, failing."""
NOT_PRIMARY = "25006"
"""It answers, but only to be read: another server has become the primary, or this connection may only look."""
OUTAGES = (OperationalError, InterfaceError, TimeoutError, OSError)
"""What is always the database's fault and never the statement's."""


def is_transient(error: BaseException) -> bool:
    """Whether running the same transaction again may succeed at once: a lock, a deadlock, a lost race."""
    if not isinstance(error, DBAPIError):
        return False
    return state_of(error) in TRANSIENT_STATES or "database is locked" in str(error.orig)


def is_outage(error: BaseException) -> bool:
    """Whether the database is away or full: nothing was stored, and nothing may be confirmed."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None):
        return True  # without a statement it was connecting or committing that failed
    return isinstance(error, OUTAGES) or state_of(error).startswith(AWAY_STATES)


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed later: at once, or once the database is back."""
    return is_transient(error) or is_outage(error)


def is_refused(error: DBAPIError) -> bool:
    """Whether this is how the database refuses to write in a transaction that only looks."""
    return state_of(error) == NOT_PRIMARY or "attempt to write a readonly database" in str(error.orig)


def state_of(error: BaseException) -> str:
    """PostgreSQL's five letters for what went wrong; the driver's own errors come bare while it connects."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or "")

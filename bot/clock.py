"""The only place that asks what time it is and draws at random."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U: nothing to mistake when a code is read aloud."""
CODE_LENGTH = 6


def wall() -> datetime:
    """Real time, aware, in UTC."""
    return datetime.now(UTC)


def jitter(wait: timedelta) -> timedelta:
    """Up to a fifth longer, so that processes which failed together do not come back together."""
    return wait * (1 + secrets.randbelow(201) / 1000)


def new_code() -> str:
    """A booking's code, such as `K7M4QX`: a name for a visit, never a key to one."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    """128 random bits as letters that fit into a link and into a button."""
    return secrets.token_hex(16)


def new_layout() -> str:
    """The ten digits in an order of their own, for the keys of one entry."""
    digits = list("0123456789")
    secrets.SystemRandom().shuffle(digits)
    return "".join(digits)

"""Launch data of a Mini App, signed as Telegram signs it, so that a bot's web page can trust who opens it.

The rule: the signature is made with the bot's own token; the page learns nothing else.
"""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit


def sign_app_url(url: str, token: str, user: dict[str, Any], now: int) -> str:
    """`url` with launch data in its fragment. `user` is the Bot API's User, `now` a Unix time.

    Raises:
        ValueError: an address that is not http or https.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("a Mini App has an http or https address")
    launch = urlencode(
        {
            "tgWebAppData": sign(token, user, now),
            "tgWebAppVersion": "9.0",
            "tgWebAppPlatform": "web",
        }
    )
    return urlunsplit(parts._replace(fragment=launch))


def sign(token: str, user: dict[str, Any], now: int) -> str:
    """The initData string for one person at one moment."""
    fields = {
        "auth_date": str(now),
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
    }
    checked = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode(fields | {"hash": hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest()})

"""How a bot gets its updates: by asking (getUpdates) or by a webhook.

The rule: never both at once, and never two askers; the one who asked first is told so.
"""

import asyncio
import ipaddress
import itertools
import re
from typing import Any
from urllib.parse import urlsplit

from simulator import errors
from simulator.bots import Bot, Webhook
from simulator.errors import Malformed, conflict
from simulator.methods.registry import Json, method
from simulator.parameters import Parameter, Upload, boolean, decoded, integer, need, text
from simulator.shapes import between, list_of
from simulator.updates import KINDS
from simulator.world import World

LONGEST_WAIT = 50
"""Seconds; Telegram shortens longer polls."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class RawUpdates(list[bytes]):
    """Updates already written as JSON."""


def _kinds(value: Any, name: str) -> list[str]:
    wanted: list[str] = list_of(text)(decoded(value, name), name)
    for kind in wanted:
        if kind not in KINDS:
            raise Malformed(f'there is no kind of update called "{kind}"')
    return wanted


def _secret(value: Any, name: str) -> str:
    read = text(value, name)
    if read and not _SECRET.fullmatch(read):
        raise Malformed("secret token contains unallowed characters")
    return read


def _upload(value: Any, name: str) -> Upload:
    if not isinstance(value, Upload):
        raise Malformed("bad webhook: certificate must be uploaded")
    return value


@method(
    "getUpdates",
    offset=Parameter(integer),
    limit=Parameter(between(1, 100)),
    timeout=Parameter(between(0, 2**31 - 1)),
    allowed_updates=Parameter(_kinds),
)
async def get_updates(world: World, bot: Bot, p: Json) -> RawUpdates:
    """Confirm what is older than `offset`, and wait up to `timeout` seconds for more."""
    if bot.webhook is not None:
        raise conflict(errors.WEBHOOK_ACTIVE)
    if bot.poller is not None and not bot.poller.done():
        bot.poller.set_exception(conflict(errors.OTHER_POLLER))
    if "allowed_updates" in p:
        bot.updates.allowed = p["allowed_updates"]
    bot.updates.confirm(p.get("offset", 0))
    seconds = min(p.get("timeout", 0), LONGEST_WAIT)
    if not bot.updates and seconds:
        await _wait(bot, seconds)
    waiting = itertools.islice(bot.updates.pending, p.get("limit", 100))
    return RawUpdates(update.body for update in waiting)


async def _wait(bot: Bot, seconds: int) -> None:
    """Wait for an update, for the time to pass, or for somebody else to ask, which is a conflict."""
    bot.poller = ended = asyncio.get_running_loop().create_future()
    more = asyncio.ensure_future(bot.updates.wait_for_more())
    try:
        await asyncio.wait((more, ended), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            ended.result()
    finally:
        more.cancel()
        if bot.poller is ended:
            bot.poller = None


def _check_url(url: str) -> None:
    """Telegram wants HTTPS; on this machine alone plain HTTP will do."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise Malformed("bad webhook: An HTTPS URL must be provided for webhook")


@method(
    "setWebhook",
    url=need(text),
    certificate=Parameter(_upload),
    ip_address=Parameter(text),
    max_connections=Parameter(between(1, 100)),
    allowed_updates=Parameter(_kinds),
    drop_pending_updates=Parameter(boolean),
    secret_token=Parameter(_secret),
)
def set_webhook(world: World, bot: Bot, p: Json) -> bool:
    """Have updates posted to an address; an empty one ends that."""
    if p["url"]:
        _check_url(p["url"])
    if p.get("drop_pending_updates"):
        bot.updates.drop()
    if "allowed_updates" in p:
        bot.updates.allowed = p["allowed_updates"]
    if not p["url"]:
        world.set_webhook(bot, None)
        return True
    connections = p.get("max_connections", 40)
    world.set_webhook(bot, Webhook(p["url"], p.get("secret_token"), connections, p.get("ip_address")))
    if bot.poller is not None and not bot.poller.done():
        bot.poller.set_exception(conflict("terminated by setWebhook request"))
    return True


@method("deleteWebhook", drop_pending_updates=Parameter(boolean))
def delete_webhook(world: World, bot: Bot, p: Json) -> bool:
    """End posting; what waits can then be asked for."""
    if p.get("drop_pending_updates"):
        bot.updates.drop()
    world.set_webhook(bot, None)
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, bot: Bot, p: Json) -> Json:
    """Say where updates go, how many wait and what went wrong last."""
    hook = bot.webhook
    told: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    if hook is not None:
        told["max_connections"] = hook.max_connections
        if hook.ip_address:
            told["ip_address"] = hook.ip_address
        if hook.last_error_date is not None:
            told |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    if bot.updates.allowed:
        told["allowed_updates"] = bot.updates.allowed
    return told

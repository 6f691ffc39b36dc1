"""Sending points on the map: a bare location, or a venue with a name and an address.

The rule: coordinates off the globe are refused.
"""

from simulator.bots import Bot
from simulator.errors import Malformed
from simulator.methods.registry import BUSINESS, SENT, Json, paced_method
from simulator.methods.sending import put
from simulator.parameters import Parameter, need, number, text
from simulator.shapes import between
from simulator.world import World

_PLACE = {"latitude": need(between(-90, 90, number)), "longitude": need(between(-180, 180, number))}


@paced_method(
    "sendLocation",
    **SENT,
    **BUSINESS,
    **_PLACE,
    horizontal_accuracy=Parameter(between(0, 1500, number)),
    live_period=Parameter(between(60, 0x7FFFFFFF)),
    heading=Parameter(between(1, 360)),
    proximity_alert_radius=Parameter(between(1, 100_000)),
)
def send_location(world: World, bot: Bot, p: Json) -> Json:
    """Send a point on the map."""
    names = (*_PLACE, "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    content = {"location": {name: p[name] for name in names if name in p}}
    return put(world, bot, p, kind="location", content=content).as_json()


@paced_method(
    "sendVenue",
    **SENT,
    **BUSINESS,
    **_PLACE,
    title=need(text),
    address=need(text),
    foursquare_id=Parameter(text),
    foursquare_type=Parameter(text),
    google_place_id=Parameter(text),
    google_place_type=Parameter(text),
)
def send_venue(world: World, bot: Bot, p: Json) -> Json:
    """Send a point on the map with a name and an address."""
    if not p["title"].strip():
        raise Malformed("venue title must be non-empty")
    told = {name: value for name, value in p.items() if name in ("title", "address") or "_place_" in name}
    spot = {name: p[name] for name in _PLACE}
    sent = put(world, bot, p, kind="venue", content={"venue": {"location": spot} | told, "location": spot})
    return sent.as_json()

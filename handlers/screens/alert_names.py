"""What the topics of alerts are called."""

from alerts.rules import NEWS, NO_TOPIC
from locales.catalogue import words

TOPIC_NAMES: dict[str, str] = {
    "flood": words("Flood and storm"),
    "smoke": words("Smoke and dust in the air"),
    "heat": words("Heat"),
    "outbreak": words("An illness that spreads"),
    "vaccination": words("Vaccination"),
    "clinic": words("Changes at a clinic"),
    "registration": words("Registration and papers"),
    NO_TOPIC: words("Other news about health"),
    NEWS: words("News, not urgent"),
}
"""By topic of `alerts.rules.TOPICS`."""

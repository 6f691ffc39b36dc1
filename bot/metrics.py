"""What is counted. No label ever names a person, a chat or a code."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.version import VERSION
from delivery.rules import POLICIES


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        """All at zero."""
        self.registry = CollectorRegistry()
        self.updates = Counter("bot_updates", "Updates handled", ["kind", "outcome"], registry=self.registry)
        self.handling = Histogram(
            "bot_handling_seconds", "From update to committed decision", ["kind"], registry=self.registry
        )
        self.answers = Counter("bot_answers", "Questions by outcome", ["outcome", "language"], registry=self.registry)
        self.bookings = Counter("bot_bookings", "Attempts to take a place", ["result"], registry=self.registry)
        self.settled = Counter(
            "bot_owed_settled",
            "Owed messages by lane, kind and end",
            ["lane", "kind", "outcome"],
            registry=self.registry,
        )
        self.lateness = Histogram(
            "bot_reminder_lateness_seconds",
            "How late reminders were sent",
            buckets=(1, 5, 15, 60, 300, 900, 3600),
            registry=self.registry,
        )
        self.waiting = Gauge("bot_owed_waiting", "Owed messages due now", ["lane"], registry=self.registry)
        self.oldest = Gauge(
            "bot_owed_oldest_seconds", "Age of the oldest due message", ["lane"], registry=self.registry
        )
        self.silence = Gauge(
            "reminder_silence_seconds", "For how long the oldest due reminder has waited", registry=self.registry
        )
        self.lines = Gauge("bot_waiting_people", "People on the waiting list", registry=self.registry)
        self.offers = Gauge("bot_offers", "Offers of the last month by state", ["state"], registry=self.registry)
        self.handoff_late = Counter(
            "bot_handoff_late", "Questions to health workers that waited too long", registry=self.registry
        )
        self.requests = Counter(
            "bot_telegram_requests", "Bot API requests", ["method", "outcome"], registry=self.registry
        )
        self.ready = Gauge("bot_ready", "Whether a part of readiness is well", ["part"], registry=self.registry)
        self.wipes = Gauge("bot_wipes_waiting", "Chats with messages to delete by now", registry=self.registry)
        self.oldest_wipe = Gauge(
            "bot_wipes_oldest_seconds", "For how long the oldest of them has waited", registry=self.registry
        )
        self.set_aside = Gauge(
            "bot_updates_set_aside", "Updates of the last day that failed three times", registry=self.registry
        )
        self.alerts = Gauge("bot_alerts_live", "Alerts under way by state", ["state"], registry=self.registry)
        self.webhook_pending = Gauge(
            "bot_webhook_pending", "Updates that Telegram still holds for us", registry=self.registry
        )
        self.webhook_failed = Gauge(
            "bot_webhook_failed_timestamp_seconds", "When Telegram last failed to reach us", registry=self.registry
        )
        self.build = Gauge("bot_build_info", "The release that runs", ["version"], registry=self.registry)
        self.build.labels(VERSION).set(1)
        ProcessCollector(registry=self.registry)
        self._begin_at_nothing()

    def _begin_at_nothing(self) -> None:
        """What an alarm counts is there from the start: the first one of a series that begins at 1 is no increase."""
        for kind, policy in POLICIES.items():
            for outcome in ("failed", "unknown"):
                self.settled.labels(str(int(policy.lane)), kind, outcome)
        for update in ("press", "text", "command"):
            for outcome in ("failed", "outage"):
                self.updates.labels(update, outcome)

    def text(self) -> bytes:
        """The exposition that Prometheus reads."""
        return generate_latest(self.registry)

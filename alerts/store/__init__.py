"""All SQL of the package, by subject; callers say `store.put_text`."""

from alerts.store.audience import audience, concerned
from alerts.store.drafts import (
    alert_by_id,
    begin,
    change_draft,
    change_state,
    drop_draft,
    drop_text,
    hold,
    latest,
    open_draft,
    put_text,
    texts_of,
)
from alerts.store.owed import KINDS, owe_to_audience, put_off

__all__ = [
    "KINDS",
    "alert_by_id",
    "audience",
    "begin",
    "change_draft",
    "change_state",
    "concerned",
    "drop_draft",
    "drop_text",
    "hold",
    "latest",
    "open_draft",
    "owe_to_audience",
    "put_off",
    "put_text",
    "texts_of",
]

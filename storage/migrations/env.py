"""Alembic's entry: runs the migrations on the connection that `storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import Table
from storage.types import Instant, Sealed


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types with their import; autogenerate alone would leave the import out."""
    if kind == "type" and isinstance(item, Instant | Sealed):
        autogen.imports.add("from storage import types")
        return f"types.Sealed({item.context!r})" if isinstance(item, Sealed) else "types.Instant()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

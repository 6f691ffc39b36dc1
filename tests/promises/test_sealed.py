"""A sealed value is bound to its own table and column, in the code and in every migration."""

import ast

import pytest

from storage.keys import Unsealable, new_ring
from storage.tables import Table
from storage.types import Sealed
from tests.promises.tree import dotted, modules


def in_code() -> dict[str, str]:
    """Column to context, as the tables say."""
    return {
        f"{table.name}.{column.name}": column.type.context
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }


def in_migrations() -> dict[str, str]:
    """Column to context, as the migrations say: `create_table` and `batch_alter_table` with their columns."""
    found: dict[str, str] = {}
    for module in modules("storage/migrations/versions"):
        for node in ast.walk(module.tree):
            for table, inside in _about_tables(node):
                for call in ast.walk(inside):
                    if isinstance(call, ast.Call) and dotted(call.func) == "sa.Column":
                        found |= _sealed(table, call)
    return found


def _about_tables(node: ast.AST) -> list[tuple[str, ast.AST]]:
    calls: list[tuple[ast.Call, ast.AST]] = [(node, node)] if isinstance(node, ast.Call) else []
    if isinstance(node, ast.With):
        calls = [(item.context_expr, node) for item in node.items if isinstance(item.context_expr, ast.Call)]
    wanted = ("op.create_table", "op.batch_alter_table", "op.add_column")
    return [
        (str(call.args[0].value), inside)
        for call, inside in calls
        if dotted(call.func) in wanted and isinstance(call.args[0], ast.Constant)
    ]


def _sealed(table: str, column: ast.Call) -> dict[str, str]:
    name, kind = column.args[0], column.args[1]
    if not (isinstance(kind, ast.Call) and dotted(kind.func).endswith("Sealed")):
        return {}
    assert isinstance(name, ast.Constant)
    assert isinstance(kind.args[0], ast.Constant)
    return {f"{table}.{name.value!s}": str(kind.args[0].value)}


def test_every_sealed_column_is_bound_to_its_own_name() -> None:
    found = in_code()
    assert {"people.telegram_id", "slots.service", "dialogues.draft"} <= found.keys()
    assert {column: context for column, context in found.items() if column != context} == {}


def test_the_migrations_bind_the_same_columns_to_the_same_names() -> None:
    assert in_migrations() == in_code()


def test_a_value_moved_to_another_column_does_not_open() -> None:
    ring = new_ring()
    one, other, *_ = sorted(in_code())
    sealed = ring.seal("12345", one)
    assert ring.open(sealed, one) == "12345"
    assert b"12345" not in sealed
    with pytest.raises(Unsealable):
        ring.open(sealed, other)

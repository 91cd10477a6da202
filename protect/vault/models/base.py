"""Shared parts of the vault's models: sealed columns never hold plaintext."""

from django.db.models import BinaryField, CheckConstraint, F, Func, Q, Value
from django.db.models.lookups import Exact

FORMAT_1_BYTE = b"\x01"  # the first byte of everything sealed


def sealed_constraint(table: str, column: str, *, may_be_empty: bool = False) -> CheckConstraint:
    """Return the constraint that a column begins with the version byte of our sealed formats.
    `may_be_empty` also permits empty bytes. Source: docs/adr/0010-vault.md."""
    first = Func(F(column), Value(1), Value(1), function="SUBSTR", output_field=BinaryField())
    condition: Exact | Q = Exact(first, Value(FORMAT_1_BYTE, output_field=BinaryField()))
    if may_be_empty:
        condition = Q(**{column: b""}) | Q(condition)
    return CheckConstraint(condition=condition, name=f"{table}_{column}_is_sealed")

"""The role that the application has in production: what roles.sql grants, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import connection

ROLES = Path(__file__).resolve().parents[2] / "deploy/roles.sql"


def make_role() -> str:
    """Make the role in this transaction and return its name."""
    role = f"app_{uuid4().hex[:8]}"
    grants = ROLES.read_text("utf-8").replace(':"app"', role).replace(":'app'", f"'{role}'")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        cursor.execute("\n".join(x for x in grants.splitlines() if not x.startswith("--")))
    return role


@contextmanager
def working_as(role: str) -> Iterator[None]:
    """Work as a role until the block ends; a refusal ends the transaction's work as well."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")

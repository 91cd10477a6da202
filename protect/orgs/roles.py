"""Roles: their level and permissions, from roles.toml."""

from __future__ import annotations

import re
from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.orgs.enums import NEEDS_KEYS, Level, Permission

CODE = re.compile(r"[a-z][a-z0-9_]{,39}")  # it stands in columns and in the audit


class Role(Record):
    """What roles.toml says about one role."""

    level: Level
    gives_keys: bool
    permissions: frozenset[Permission]


@cache
def roles() -> dict[str, Role]:
    """Return the roles by code.

    Errors: DataError for an unknown permission, for keys outside a team, for a permission that
    needs a key in a role that gives none, and for running the platform from elsewhere.
    """
    by_code = tables.load("orgs", "roles", Role)
    for code, role in by_code.items():
        if not CODE.fullmatch(code):
            raise _bad(
                code, "This is not a valid code.", "use small letters, digits and _, at most 40."
            )
        if role.gives_keys and role.level != Level.TEAM:
            raise _bad(code, "Only teams have keys.", "set level = team or gives_keys = false.")
        if not role.gives_keys and role.permissions & NEEDS_KEYS:
            wrong = min(role.permissions & NEEDS_KEYS)
            raise _bad(code, f"“{wrong}” needs a key.", "drop it or set gives_keys = true.")
        if Permission.OPERATE in role.permissions and role.level != Level.PLATFORM:
            raise _bad(code, "“operate” is for the platform.", "drop it or set level = platform.")
    return by_code


def permissions_of(code: str) -> frozenset[Permission]:
    """Return the permissions of a role; none for one that roles.toml no longer has."""
    role = roles().get(code)
    return role.permissions if role else frozenset()


def level_of(code: str) -> Level | None:
    """Return the level of a role; None for one that roles.toml no longer has."""
    role = roles().get(code)
    return role.level if role else None


def gives_keys(code: str) -> bool:
    """Return whether a role gives keys; False for one that roles.toml no longer has."""
    role = roles().get(code)
    return role is not None and role.gives_keys


def _bad(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row("orgs", "roles", code, problem=problem, remedy=remedy)

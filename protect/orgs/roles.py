"""Roles: their level and permissions, from roles.toml, and their names."""

from __future__ import annotations

import re
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.kernel import tables
from protect.orgs.enums import NEEDS_KEYS, Level, Permission

CODE = re.compile(r"[a-z][a-z0-9_]{,39}")  # it stands in columns and in the audit


class Role(tables.Record):
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
            remedy = "use small letters, digits and _, at most 40."
            raise _bad(code, "This is not a valid code.", remedy)
        if role.gives_keys and role.level != Level.TEAM:
            raise _bad(code, "Only teams have keys.", "set level = team or gives_keys = false.")
        if not role.gives_keys and role.permissions & NEEDS_KEYS:
            wrong = min(role.permissions & NEEDS_KEYS)
            raise _bad(code, f"“{wrong}” needs a key.", "drop it or set gives_keys = true.")
        if Permission.OPERATE in role.permissions and role.level != Level.PLATFORM:
            raise _bad(code, "“operate” is for the platform.", "drop it or set level = platform.")
    return by_code


def giving(permission: Permission) -> list[str]:
    """Return the roles that give a permission, by code."""
    return [code for code, role in roles().items() if permission in role.permissions]


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


ROLES = {
    # Translators: a role: works on files of a team.
    "caseworker": _("Case worker"),
    # Translators: a role: works on files, and lets colleagues into the team.
    "supervisor": _("Supervisor"),
    # Translators: a role: answers what other teams send.
    "receiver": _("Receiver"),
    # Translators: a role: sees sums of an organisation, never a file.
    "coordinator": _("Coordinator"),
    # Translators: a role: manages an organisation, its teams and people; reads no file.
    "organisation_admin": _("Administrator"),
    # Translators: a role: sees who did what, reads no file.
    "protection_officer": _("Data protection officer"),
    # Translators: a role: holds trainings.
    "trainer": _("Trainer"),
    # Translators: a role: holds information sessions in a community.
    "ambassador": _("Ambassador"),
    # Translators: a role: keeps the directory and its languages.
    "editor": _("Editor"),
    # Translators: a role: calls services and confirms what is written about them.
    "verifier": _("Verifier"),
    # Translators: a role: judges what people report about services.
    "moderator": _("Moderator"),
    # Translators: a role: reads reports.
    "reader": _("Reader"),
    # Translators: a role: runs the installation.
    "operator": _("Operator"),
}
ROLE_HINTS: dict[str, Promise] = {
    # Translators: what a case worker does; under the name of the role.
    "caseworker": _("Opens and writes the team's files."),
    # Translators: what a supervisor does; under the name of the role.
    "supervisor": _("Works on the team's files, lets people in and manages the team."),
    # Translators: what a receiver does; under the name of the role.
    "receiver": _("Answers what other teams send to this team."),
    # Translators: what a coordinator does; under the name of the role.
    "coordinator": _("Answers for the directory of the country, hands in figures. Opens no file."),
    # Translators: what an administrator does; under the name of the role.
    "organisation_admin": _("Manages people and teams. Opens no file."),
    # Translators: what a data protection officer does; under the name of the role.
    "protection_officer": _("Sees who did what, and who may do what. Opens no file."),
    # Translators: what a trainer does; under the name of the role.
    "trainer": _("Holds trainings. Opens no file."),
    # Translators: what an ambassador does; under the name of the role.
    "ambassador": _("Holds information sessions. Opens no file."),
    # Translators: what an editor does; under the name of the role.
    "editor": _("Keeps the directory right and translates. Opens no file."),
    # Translators: what a verifier does; under the name of the role.
    "verifier": _("Calls services and confirms what is written about them. Opens no file."),
    # Translators: what a moderator does; under the name of the role.
    "moderator": _("Judges what people report about services. Opens no file."),
    # Translators: what a reader of reports does; under the name of the role.
    "reader": _("Reads reports. Opens no file."),
    # Translators: what an operator does; under the name of the role.
    "operator": _("Runs the platform. Opens no file."),
}


def role_name(code: str) -> str:
    return str(ROLES.get(code, code.replace("_", " ").capitalize()))


def role_hint(code: str) -> Promise | str:
    return ROLE_HINTS.get(code, "")

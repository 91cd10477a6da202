"""Roles: their level and permissions, from roles.toml, and their names."""

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
    needs a key in a role that gives none, and for running the platform from elsewhere."""
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


# Translators, of each below: a role.
ROLES = {
    "caseworker": _("Case worker"),  # works on files of a team
    "supervisor": _("Supervisor"),  # works on files, and lets colleagues into the team
    "receiver": _("Receiver"),  # answers what other teams send
    "coordinator": _("Coordinator"),  # sees sums of an organisation, never a file
    "organisation_admin": _("Administrator"),  # of an organisation, its teams and people
    "protection_officer": _("Data protection officer"),  # sees who did what, reads no file
    "trainer": _("Trainer"),  # holds trainings
    "ambassador": _("Ambassador"),  # holds information sessions in a community
    "editor": _("Editor"),  # keeps the directory and its languages
    "verifier": _("Verifier"),  # calls services and confirms what is written about them
    "moderator": _("Moderator"),  # judges what people report about services
    "reader": _("Reader"),  # reads reports
    "operator": _("Operator"),  # runs the installation
}
# Translators, of each below: what a person with a role does; under the name of the role.
ROLE_HINTS: dict[str, Promise] = {
    "caseworker": _("Opens and writes the team's files."),
    "supervisor": _("Works on the team's files, lets people in and manages the team."),
    "receiver": _("Answers what other teams send to this team."),
    "coordinator": _("Answers for the directory of the country, hands in figures. Opens no file."),
    "organisation_admin": _("Manages people and teams. Opens no file."),
    "protection_officer": _("Sees who did what, and who may do what. Opens no file."),
    "trainer": _("Holds trainings. Opens no file."),
    "ambassador": _("Holds information sessions. Opens no file."),
    "editor": _("Keeps the directory right and translates. Opens no file."),
    "verifier": _("Calls services and confirms what is written about them. Opens no file."),
    "moderator": _("Judges what people report about services. Opens no file."),
    "reader": _("Reads reports. Opens no file."),
    "operator": _("Runs the platform. Opens no file."),
}


def role_name(code: str) -> str:
    return str(ROLES.get(code, code.replace("_", " ").capitalize()))


def role_hint(code: str) -> Promise | str:
    return ROLE_HINTS.get(code, "")

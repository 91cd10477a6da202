"""Roles: their level and permissions, from roles.toml, and their names."""

import re
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.kernel import tables
from protect.orgs.enums import KEY_PERMISSIONS, Level, Permission

CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]{,39}")  # of a role's code, as in audit entries


class Role(tables.Record):
    level: Level
    gives_keys: bool
    permissions: frozenset[Permission]


@cache
def roles() -> dict[str, Role]:
    """Return the roles by code.
    Errors: DataError for an unknown permission, for keys outside a team, for a permission
    that needs a key in a role without keys, and for `operate` below the platform level."""
    by_code = tables.load("orgs", "roles", Role)
    for code, role in by_code.items():
        if not CODE_PATTERN.fullmatch(code):
            remedy = "use small letters, digits and _, at most 40."
            raise _bad_role(code, "This is not a valid code.", remedy)
        if role.gives_keys and role.level != Level.TEAM:
            remedy = "set level = team or gives_keys = false."
            raise _bad_role(code, "Only teams have keys.", remedy)
        if not role.gives_keys and role.permissions & KEY_PERMISSIONS:
            wrong = min(role.permissions & KEY_PERMISSIONS)
            raise _bad_role(code, f"“{wrong}” needs a key.", "drop it or set gives_keys = true.")
        if Permission.OPERATE in role.permissions and role.level != Level.PLATFORM:
            remedy = "drop it or set level = platform."
            raise _bad_role(code, "“operate” is for the platform.", remedy)
    return by_code


def roles_with(permission: Permission) -> list[str]:
    """Return the codes of the roles that give a permission."""
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


def _bad_role(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row_error("orgs", "roles", code, problem=problem, remedy=remedy)


# Translators, of each below: a role.
ROLE_NAMES = {
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
    "translator": _("Translator"),  # of pages for the public
    "specialist": _("Specialist in gender-based violence"),  # reads pages before they are public
    "campaigner": _("Campaigner"),  # prints posters, sends and counts copies
    "reader": _("Reader"),  # reads reports
    "operator": _("Operator"),  # runs the installation
}
# Translators, of each below: what a person with a role does; under the name of the role.
ROLE_HINTS: dict[str, Promise] = {
    "caseworker": _("Opens and writes the team's files."),
    "supervisor": _("Works on the team's files, admits members and manages the team."),
    "receiver": _("Answers what other teams send to this team."),
    "coordinator": _("Manages the country's directory, trainings and reports. Opens no file."),
    "organisation_admin": _("Manages people and teams. Opens no file."),
    "protection_officer": _("Reviews the history and permissions. Opens no file."),
    "trainer": _("Gives trainings. Opens no file."),
    "ambassador": _("Holds information sessions. Opens no file."),
    "editor": _("Edits the directory and translates it. Opens no file."),
    "verifier": _("Calls services and verifies their entries. Opens no file."),
    "moderator": _("Decides on reports about services. Opens no file."),
    "translator": _("Translates pages and services, reads translations. Opens no file."),
    "specialist": _("Reads pages as a specialist before they are public. Opens no file."),
    "campaigner": _("Runs campaigns: prints, sends and counts materials. Opens no file."),
    "reader": _("Reads reports. Opens no file."),
    "operator": _("Runs the platform. Opens no file."),
}


def role_name(code: str) -> str:
    return str(ROLE_NAMES.get(code, code.replace("_", " ").capitalize()))


def role_hint(code: str) -> Promise | str:
    return ROLE_HINTS.get(code, "")

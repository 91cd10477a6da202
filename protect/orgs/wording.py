"""Words for the codes of roles.toml, in the active language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def role(code: str) -> str:
    """Return the name of a role; of one added by a data folder, its code."""
    return str(ROLES.get(code, code.replace("_", " ").capitalize()))


def role_hint(code: str) -> Promise | str:
    """Return in a sentence what a role does; "" for one that an office added."""
    return ROLE_HINTS.get(code, "")

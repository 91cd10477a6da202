"""Words for the codes of roles.toml, in the active language."""

from __future__ import annotations

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
    # Translators: a role: reads reports.
    "reader": _("Reader"),
    # Translators: a role: runs the installation.
    "operator": _("Operator"),
}


def role(code: str) -> str:
    """Return what a role is called; a role that a data folder has added is called by its code."""
    return str(ROLES.get(code, code.replace("_", " ").capitalize()))

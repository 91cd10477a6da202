"""Next steps after a refusal of the desk: what to do, and the button that leads there."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.interchange.errors import FileTooLarge
from protect.kernel.errors import ProtectError
from protect.orgs.errors import InvitationGone, TeamEndStopped
from protect.uploads.errors import UploadRefused
from protect.vault.errors import PartnerKeyMismatch, RecordDamaged, ResetLinkGone, TeamKeyMismatch

UPLOADS = "/files"  # how the addresses end that take files
ENDING = "/retire"  # how the address ends at which a team is ended
SENTENCES = re.compile(r"(?<=[.!?؟])\s+")
OF_MAIL = (InvitationGone, ResetLinkGone)  # reached by a link in a mail: there is no earlier page


class Link(NamedTuple):
    verb: str
    url: str


class NextStep(NamedTuple):
    todo: str  # "" where the refusal says it
    verb: str
    url: str
    others: tuple[Link, ...] = ()


def next_step(request: HttpRequest, error: ProtectError) -> NextStep:
    """Return the next step after a refusal. Queries no database."""
    if isinstance(error, OF_MAIL):
        return NextStep("", _("Sign in"), reverse("vault:sign_in"))
    if isinstance(error, PartnerKeyMismatch):
        return NextStep(_partner_key_mismatch(), _("Back to the desk"), "/")
    if isinstance(error, TeamKeyMismatch):
        return NextStep(_key_mismatch(), _("Back to the desk"), "/")
    if isinstance(error, RecordDamaged):
        return _from_damaged(request, error)
    if isinstance(error, TeamEndStopped):
        return NextStep("", _("Back to the team"), request.path.removesuffix(ENDING))
    takes_files = request.path.endswith(UPLOADS)
    if takes_files and isinstance(error, UploadRefused):
        return NextStep("", _("Back to the note"), request.path.removesuffix(UPLOADS))
    if takes_files and isinstance(error, FileTooLarge):
        return NextStep("", _("Back to the import"), request.path.removesuffix(UPLOADS))
    todo = _("Go back to where you were, or begin at the desk.")
    return NextStep(todo, _("Go on from here"), "/")


def _key_mismatch() -> str:
    # Translators: shown when the keys in the database are not those that the team has made.
    return _(
        "The database may have been changed by a person who is not in your team. Do not write "
        "anything about survivors here until this is cleared up. Call a colleague in your team on "
        "a number that you know, and ask whether they see this page too. Then call your data "
        "protection officer, who sees in the history of your organisation what was refused and "
        "when."
    )


def _partner_key_mismatch() -> str:
    # Translators: shown when the key of a team of another organisation is not what it has made.
    return _(
        "The database may have been changed by somebody who wants to read what you send. You can "
        "go on with your own notes and with other partners. Call the partner on a number that you "
        "know and tell them. Then call your data protection officer, who sees in the history of "
        "your organisation what was found and when."
    )


def _from_damaged(request: HttpRequest, error: RecordDamaged) -> NextStep:
    note, team = error.facts.get("note"), error.facts.get("team")
    if note is None:
        return NextStep(_damaged(), _("Back to the desk"), "/")
    versions = reverse("vault:note_versions", args=[note])
    is_elsewhere = request.get_full_path() != versions
    others = (Link(_("See earlier versions"), versions),)
    return NextStep(
        _damaged(),
        _("Back to the notes"),
        reverse("vault:note_list", args=[team]),
        others if error.facts["earlier"] and is_elsewhere else (),
    )


def _damaged() -> str:
    # Translators: shown when a note or file does not open, or an older text stands in its place.
    return _(
        "The database may have been changed, or a disk is failing. The data protection officers "
        "of your organisation see in its history what was found: they are told on their desk, and "
        "by mail at most once an hour. Call them on a number that you know and say the reference. "
        "Do not erase this and do not write it anew in the same place: it shows what happened, "
        "and the operator of this system can look for it in a backup."
    )


def split_message(error: ProtectError) -> tuple[str, str]:
    """Return the first sentence of an error, for a heading, and the others, "" for none."""
    first, *others = SENTENCES.split(error.text(), maxsplit=1)
    return first, "".join(others)

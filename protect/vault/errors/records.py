"""Why the vault refuses a record: it was changed, damaged or erased."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.kernel.ids import grouped, short_code
from protect.vault.enums import Kind

if TYPE_CHECKING:
    from protect.vault.models import Record


class RecordChanged(ProtectError):
    """A colleague saved in between. Both texts are shown; nothing is lost."""

    code = "record_changed"
    # Translators: two people edited the same text; both versions stand on the page.
    message = _("Somebody else saved this in the meantime. Both texts are below; nothing is lost.")


class ChangedBeforeErasing(RecordChanged):
    """A colleague saved what is about to be erased. Its newer text is shown; nothing is erased."""

    # Translators: somebody wants to erase a text that a colleague has changed meanwhile.
    message = _(
        "Somebody else saved this in the meantime, so nothing was erased. Read the newer text "
        "below first."
    )


class RecordDamaged(ProtectError):
    """Sealed bytes do not open, or were not written by the team. Nothing is altered."""

    code = "record_damaged"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {reference} is a code to tell to the person in charge of data protection. The
    # page says below what to do.
    message = _(
        "This is not stored as it was last saved. So it is not shown or used. Reference: "
        "{reference}"
    )

    @classmethod
    def of(cls, record: Record, *, reference: str = "", is_newest: bool = True) -> Self:
        """Return the refusal of a record, or of a part of it that has a reference of its own.

        A note is named by its number, as the history names it; the facts say what an alarm is about
        and how its page is left.
        Units: `is_newest`: whether its newest version is the one that was saved last.
        """
        target = f"{record.kind}:{record.pk}"
        if record.kind != Kind.NOTE:
            return cls(reference=reference or str(record.pk), target=target)
        return cls(
            reference=reference or grouped(short_code(record.kind, str(record.pk))),
            target=target,
            note=str(record.pk),
            team=str(record.owner_team_id),
            earlier=record.version - 1 if is_newest else 0,
        )


class RecordGone(ProtectError):
    """It was withdrawn or erased while a member had it open."""

    code = "record_gone"
    status = HTTPStatus.GONE
    # Translators: shown when something was withdrawn or deleted.
    message = _("This is no longer here. It was withdrawn or deleted.")

"""Photographs of posters in their places: kept first, and shown to others once the user confirms
that no person is shown."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from protect.campaigns.base.access import country_context
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.distribution import access
from protect.campaigns.distribution.models import Distribution, Photograph
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument, clean_document
from protect.uploads.refusal_reasons import JPEG, PNG
from protect.uploads.scanners import scanner_of

MAX_SIDE = 1600  # pixels of the longer side
KEPT_UNCONFIRMED = timedelta(days=1)


SIGNATURES = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}  # first bytes of a picture


class Caption(NamedTuple):
    """What stands below a photograph. Neither text names a person."""

    place: str
    caption: str = ""


def clean_picture(content: bytes) -> CleanDocument:
    """Return a picture scanned, re-encoded and made smaller. Takes seconds: call it outside a
    transaction. Errors: UploadRefused; ParsersBusy; campaigns_photograph_not_a_picture."""
    scanner = scanner_of(settings.SCANNER)
    picture = clean_document("", content, scanner=scanner, max_side=MAX_SIDE)
    if picture.media_type not in (JPEG, PNG):
        raise CampaignRefusal("campaigns_photograph_not_a_picture")
    return picture


def type_of(content: bytes) -> str:
    """Return the type of a stored picture by its bytes: the type in its row may be forged.
    Errors: Http404 for what is no picture."""
    found = (kind for mark, kind in SIGNATURES.items() if content.startswith(mark))
    if (kind := next(found, None)) is None:
        raise Http404
    return kind


@transaction.atomic
def keep_picture(
    scope: Scope, entry: Distribution, picture: CleanDocument, *, at: datetime
) -> Photograph:
    """Keep a picture for its user until it is confirmed; one that the user kept earlier for the
    same entry is deleted. Errors: Http404; PermissionDenied."""
    found = access.get_distribution(scope, entry.pk)
    country_context(scope, found.file.country_id, at=at)
    user = must_be_signed_in(scope)
    Photograph.objects.filter(distribution=found, added_by=user, confirmed_at=None).delete()
    return Photograph.objects.create(
        distribution=found,
        media_type=picture.media_type,
        content=picture.content,
        place=found.place,
        added_at=at,
        added_by_id=user,
    )


@transaction.atomic
def confirm_photograph(
    scope: Scope, entry: Distribution, pk: UUID, caption: Caption, *, at: datetime
) -> Photograph:
    """Show a kept picture to all who see the log; its user has confirmed that it shows no people.
    Errors: Http404; PermissionDenied; campaigns_photograph_gone."""
    found = access.get_distribution(scope, entry.pk)
    audit = country_context(scope, found.file.country_id, at=at)
    row = kept_photographs(scope, found).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise CampaignRefusal("campaigns_photograph_gone")
    row.place, row.caption = caption
    row.confirmed_at = at
    row.save(update_fields=["place", "caption", "confirmed_at"])
    audit.record("campaigns.add_photograph", found)
    return row


def find_kept(scope: Scope, entry: Distribution, pk: UUID | None) -> Photograph | None:
    """Return the picture that the user keeps for an entry and has not confirmed, if it is there."""
    return kept_photographs(scope, entry).filter(pk=pk).first() if pk else None


def kept_photographs(scope: Scope, entry: Distribution) -> QuerySet[Photograph]:
    """Return the pictures that the user keeps for an entry and has not confirmed."""
    rows = Photograph.objects.filter(distribution=entry, confirmed_at=None)
    return rows.filter(added_by=must_be_signed_in(scope))


@transaction.atomic
def remove_photograph(scope: Scope, photograph: Photograph, *, at: datetime) -> Distribution:
    """Delete a photograph, such as one that shows a person; return its entry of the log.
    Errors: Http404; PermissionDenied."""
    found = access.get_photograph(scope, photograph.pk)
    entry: Distribution = found.distribution
    audit = country_context(scope, entry.file.country_id, at=at)
    found.delete()
    audit.record("campaigns.remove_photograph", entry)
    return entry


def delete_unconfirmed(*, at: datetime) -> int:
    """Delete pictures that no user has confirmed for a day; return how many."""
    rows = Photograph.objects.filter(confirmed_at=None, added_at__lt=at - KEPT_UNCONFIRMED)
    count, _by_model = rows.delete()
    return count

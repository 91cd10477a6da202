"""Photographs of posters in their places."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

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


def clean_picture(content: bytes) -> CleanDocument:
    """Return a picture scanned, re-encoded and made smaller. Takes seconds: call it outside a
    transaction. Errors: UploadRefused; ParsersBusy; campaigns_photograph_not_a_picture."""
    scanner = scanner_of(settings.SCANNER)
    picture = clean_document("", content, scanner=scanner, max_side=MAX_SIDE)
    if picture.media_type not in (JPEG, PNG):
        raise CampaignRefusal("campaigns_photograph_not_a_picture")
    return picture


@transaction.atomic
def add_photograph(
    scope: Scope, entry: Distribution, picture: CleanDocument, *, at: datetime
) -> Photograph:
    """Store a photograph of copies at their place; the user has confirmed that it shows no people.
    Errors: Http404; PermissionDenied."""
    found = access.get_distribution(scope, entry.pk)
    row = Photograph.objects.create(
        distribution=found,
        media_type=picture.media_type,
        content=picture.content,
        added_at=at,
        added_by_id=must_be_signed_in(scope),
    )
    audit = country_context(scope, found.file.country_id, at=at)
    audit.record("campaigns.add_photograph", found)
    return row


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

"""The letterhead of an organisation, as its donor requires it: saved, and as papers carry it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.documents import access, models
from protect.trainings.documents.paper import content, sheets
from protect.uploads import clean_documents, refusal_reasons

MOST_KILOBYTES = 500
PICTURES = (refusal_reasons.JPEG, refusal_reasons.PNG)


@dataclass(frozen=True, slots=True)
class Head:
    """A letterhead to be saved. Sentences are by the tag of their language."""

    alt: str
    funding: Mapping[str, str]
    disclaimer: Mapping[str, str]
    picture: clean_documents.CleanDocument | None = None  # None: the one that there is
    has_none: bool = False  # the one that there is goes


@transaction.atomic
def save_head(
    scope: Scope, organisation: Organisation, head: Head, *, at: datetime
) -> models.PaperHead:
    """Save the letterhead of an organisation.
    Units: a picture has at most MOST_KILOBYTES of 1,000 bytes, as it was written anew.
    Errors: PermissionDenied; trainings_emblem_unfit; trainings_emblem_unspoken."""
    audit = AuditContext(
        at=at, actor=scope.user_id, organisation=access.must_certify(scope, organisation.pk)
    )
    _must_fit(head.picture)
    models.PaperHead.objects.get_or_create(pk=organisation.pk, defaults={"changed_at": at})
    row = models.PaperHead.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if head.has_none:
        row.picture = None
    if head.picture is not None:
        row.picture = head.picture.content
    if row.picture is not None and not head.alt:
        raise TrainingRefusal("trainings_emblem_unspoken")
    row.alt = head.alt if row.picture is not None else ""
    row.funding, row.disclaimer = dict(head.funding), dict(head.disclaimer)
    row.changed_at = at
    row.save(update_fields=["picture", "alt", "funding", "disclaimer", "changed_at"])
    audit.record("trainings.save_paper_head", row)
    return row


def _must_fit(picture: clean_documents.CleanDocument | None) -> None:
    if picture is None:
        return
    if len(picture.content) > MOST_KILOBYTES * 1000 or picture.media_type not in PICTURES:
        raise TrainingRefusal("trainings_emblem_unfit", most=MOST_KILOBYTES)


class Letterhead(NamedTuple):
    """Nothing of it is needed: an organisation without a head has papers too."""

    emblem: content.Emblem | None = None
    statements: tuple[content.Sentence, ...] = ()  # how it is paid for, and the disclaimer


def head_of(organisation: UUID, tag: str) -> Letterhead:
    """Return a letterhead in a language; a sentence without that language comes in another."""
    row = models.PaperHead.objects.filter(pk=organisation).first()
    if row is None:
        return Letterhead()
    emblem = content.Emblem(bytes(row.picture), row.alt) if row.picture is not None else None
    sentences = (
        _choose_sentence(each, sheets.language_of(tag)) for each in (row.funding, row.disclaimer)
    )
    return Letterhead(emblem, tuple(each for each in sentences if each is not None))


def _choose_sentence(texts: Mapping[str, str], tag: str) -> content.Sentence | None:
    """Return a sentence in a language, else in English, else in the first that there is."""
    tags = (tag, "en", *sorted(texts))
    return next((content.Sentence(each, texts[each]) for each in tags if texts.get(each)), None)

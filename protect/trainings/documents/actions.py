"""Saving an organisation's letterhead, and reading it for a document in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.documents import access, models
from protect.trainings.documents.paper import content, sheets
from protect.uploads import clean_documents, refusal_reasons

MAX_EMBLEM_KB = 500  # of 1,000 bytes
EMBLEM_TYPES = (refusal_reasons.JPEG, refusal_reasons.PNG)  # media types


@dataclass(frozen=True, slots=True)
class LetterheadInput:
    """A letterhead to save. `funding` and `disclaimer` hold a sentence by language tag."""

    alt: str  # the picture in words; not stored without a picture
    funding: Mapping[str, str]
    disclaimer: Mapping[str, str]
    picture: clean_documents.CleanDocument | None = None  # None: keep the stored one
    removes_picture: bool = False  # delete the stored picture, unless `picture` replaces it


@transaction.atomic
def save_letterhead(
    scope: Scope, organisation: Organisation, letterhead: LetterheadInput, *, at: datetime
) -> models.PaperHead:
    """Save a letterhead. Errors: PermissionDenied; trainings_emblem_unfit, for a picture over
    MAX_EMBLEM_KB or neither PNG nor JPEG; trainings_emblem_unspoken, for one without `alt`."""
    issuer = access.must_manage_or_plan_for(scope, organisation.pk)
    audit = scope.audit(issuer, at=at)
    _must_be_small_png_or_jpeg(letterhead.picture)
    models.PaperHead.objects.get_or_create(pk=organisation.pk, defaults={"changed_at": at})
    row = models.PaperHead.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if letterhead.removes_picture:
        row.picture = None
    if letterhead.picture is not None:
        row.picture = letterhead.picture.content
    if row.picture is not None and not letterhead.alt:
        raise TrainingRefusal("trainings_emblem_unspoken")
    row.alt = letterhead.alt if row.picture is not None else ""
    row.funding, row.disclaimer = dict(letterhead.funding), dict(letterhead.disclaimer)
    row.changed_at = at
    row.save(update_fields=["picture", "alt", "funding", "disclaimer", "changed_at"])
    audit.record("trainings.save_paper_head", row)
    return row


def _must_be_small_png_or_jpeg(picture: clean_documents.CleanDocument | None) -> None:
    if picture is None:
        return
    if len(picture.content) > MAX_EMBLEM_KB * 1000 or picture.media_type not in EMBLEM_TYPES:
        raise TrainingRefusal("trainings_emblem_unfit", most=MAX_EMBLEM_KB)


class Letterhead(NamedTuple):
    """The emblem and statements of a letterhead. Both are optional."""

    emblem: content.Emblem | None = None
    statements: tuple[content.Sentence, ...] = ()  # on funding, and the disclaimer


def letterhead_of(organisation: UUID, tag: str) -> Letterhead:
    """Return an organisation's letterhead; sentences in `tag`, else English, else any other."""
    row = models.PaperHead.objects.filter(pk=organisation).first()
    if row is None:
        return Letterhead()
    emblem = content.Emblem(bytes(row.picture), row.alt) if row.picture is not None else None
    paper_tag = sheets.paper_language(tag)
    sentences = (_choose_sentence(texts, paper_tag) for texts in (row.funding, row.disclaimer))
    return Letterhead(emblem, tuple(filter(None, sentences)))


def _choose_sentence(texts: Mapping[str, str], tag: str) -> content.Sentence | None:
    """Return a sentence in a language, else in English, else in any language."""
    tags = (tag, "en", *sorted(texts))
    return next((content.Sentence(tag, texts[tag]) for tag in tags if texts.get(tag)), None)

"""Films: upload, make, describe, publish."""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.module_loading import import_string

from protect.campaigns.base.access import owner_context
from protect.campaigns.base.enums import FilmState, MaterialKind
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.films import access
from protect.campaigns.films.access import PART_BYTES
from protect.campaigns.films.errors import SubtitlesRefused
from protect.campaigns.films.models import Film, FilmPart, FilmText
from protect.campaigns.films.subtitle_rules import HINTS, Problem
from protect.campaigns.materials.access import get_own_material
from protect.campaigns.materials.actions import must_be_live
from protect.campaigns.materials.models import Material
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope
from protect.uploads import parser_process
from protect.uploads.refusal_reasons import MEBIBYTE, Refused

MAKE_TASK_PATH = "protect.campaigns.films.tasks.make"
ORIGINAL_PART_BYTES = MEBIBYTE
log = logging.getLogger("protect")


@dataclass(frozen=True, slots=True)
class FilmTextInput:
    """What a user typed about a film in one language. `subtitles`: WebVTT, b"" for none."""

    title: str
    transcript: str
    subtitles: bytes = b""


class Subtitles(NamedTuple):
    """Checked subtitles. `hints`: problems that do not refuse them."""

    text: str
    hints: list[Problem]


@transaction.atomic
def upload_film(
    scope: Scope, material: Material, language: str, content: Iterable[bytes], *, at: datetime
) -> Film:
    """Store an uploaded video and have the film made from it. The film before is no longer shown.
    Errors: Http404; campaigns_material_taken_down; campaigns_not_a_film."""
    found = get_own_material(scope, material.pk)
    row = Material.objects.select_for_update(of=("self",)).get(pk=found.pk)
    must_be_live(row)
    if row.kind != MaterialKind.FILM:
        raise CampaignRefusal("campaigns_not_a_film")
    fields = {
        "language_id": language,
        "state": FilmState.WAITING,
        "uploaded_at": at,
        "uploaded_by_id": must_be_signed_in(scope),
        "published_at": None,
    }
    film, _is_new = Film.objects.update_or_create(material=row, defaults=fields)
    FilmPart.objects.filter(film=film, is_original=True).delete()
    for position, part in enumerate(_pieces(content, ORIGINAL_PART_BYTES)):
        FilmPart.objects.create(film=film, is_original=True, position=position, content=part)
    owner_context(scope, row.organisation_id, at=at).record("campaigns.upload_film", row)
    transaction.on_commit(lambda: import_string(MAKE_TASK_PATH).enqueue(str(film.pk)), robust=True)
    return film


def make_film(pk: UUID) -> Film | None:
    """Make the film from its uploaded video, in minutes. Return None for a film that does not wait,
    or whose video was replaced meanwhile. Call it outside a transaction."""
    film = Film.objects.filter(pk=pk, state=FilmState.WAITING).first()
    if film is None:
        return None
    parts = FilmPart.objects.filter(film=film, is_original=True).order_by("position")
    content = b"".join(bytes(each) for each in parts.values_list("content", flat=True).iterator())
    try:
        answer = parser_process.parse_without_turn("film", content)
    except Refused as refusal:
        log.warning("film not made: %s", refusal.code)
        return _store_result(film, FilmState.FAILED)
    return _store_result(film, FilmState.READY, answer.body, int(answer.facts["seconds"]))


@transaction.atomic
def _store_result(film: Film, state: FilmState, made: bytes = b"", seconds: int = 0) -> Film | None:
    """Store a made film, or that it could not be made; the uploaded video is deleted."""
    row = Film.objects.select_for_update(of=("self",)).get(pk=film.pk)
    if (row.state, row.uploaded_at) != (FilmState.WAITING, film.uploaded_at):
        return None
    FilmPart.objects.filter(film=row).delete()
    for position, part in enumerate(_pieces([made], PART_BYTES)):
        FilmPart.objects.create(film=row, is_original=False, position=position, content=part)
    row.state, row.seconds, row.file_bytes = state, seconds, len(made)
    row.file_digest = hashlib.sha256(made).hexdigest() if made else ""
    row.save(update_fields=["state", "seconds", "file_bytes", "file_digest"])
    return row


def check_subtitles(content: bytes, seconds: int) -> Subtitles:
    """Return subtitles that were read in a process of their own. `seconds`: the length of the film,
    0 if it is not known. Errors: SubtitlesRefused; ParsersBusy."""
    try:
        answer = parser_process.parse("subtitles", content, seconds=seconds)
    except Refused as refusal:
        raise SubtitlesRefused([], refusal.code) from None
    found = json.loads(answer.body)
    problems = [Problem(*each) for each in found["problems"]]
    if refusing := [each for each in problems if each.code not in HINTS]:
        raise SubtitlesRefused(refusing)
    return Subtitles(found["text"], problems)


@transaction.atomic
def save_text(
    scope: Scope, film: Film, tag: str, given: FilmTextInput, *, at: datetime
) -> FilmText:
    """Store what a film says in one language. Errors: Http404; campaigns_material_taken_down;
    SubtitlesRefused; ParsersBusy; campaigns_film_without_transcript, if a published film would
    lose the one that it needs."""
    found = access.get_own_film(scope, film.material_id)
    checked = check_subtitles(given.subtitles, found.seconds) if given.subtitles.strip() else None
    row = _lock_live(found)
    if row.published_at and tag == row.language_id and not given.transcript.strip():
        raise CampaignRefusal("campaigns_film_without_transcript")
    fields = {
        "title": given.title,
        "transcript": given.transcript,
        "subtitles": checked.text if checked else "",
        "hints": [list(each) for each in checked.hints] if checked else [],
        "changed_at": at,
        "changed_by_id": must_be_signed_in(scope),
    }
    text, _is_new = FilmText.objects.update_or_create(film=row, language_id=tag, defaults=fields)
    audit = owner_context(scope, found.material.organisation_id, at=at)
    audit.record("campaigns.describe_film", found.material)
    return text


@transaction.atomic
def publish_film(scope: Scope, film: Film, *, is_published: bool, at: datetime) -> Film:
    """Show a film to the public, or no longer. Errors: Http404; campaigns_material_taken_down;
    campaigns_film_not_ready; campaigns_film_without_transcript."""
    found = access.get_own_film(scope, film.material_id)
    row = _lock_live(found)
    if is_published:
        _must_be_complete(row)
    row.published_at = (row.published_at or at) if is_published else None
    row.save(update_fields=["published_at"])
    verb = "publish" if is_published else "unpublish"
    audit = owner_context(scope, found.material.organisation_id, at=at)
    audit.record(f"campaigns.{verb}_film", found.material)
    return row


def _must_be_complete(film: Film) -> None:
    """Check that a film was made, and has a transcript in the language that is spoken in it.
    Errors: campaigns_film_not_ready; campaigns_film_without_transcript."""
    if film.state != FilmState.READY:
        raise CampaignRefusal("campaigns_film_not_ready")
    texts = FilmText.objects.filter(film=film, language=film.language_id)
    if not any(text.transcript.strip() for text in texts):
        raise CampaignRefusal("campaigns_film_without_transcript")


def _lock_live(film: Film) -> Film:
    must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=film.material_id))
    return Film.objects.select_for_update(of=("self",)).get(pk=film.pk)


def _pieces(content: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield bytes in pieces of one size; the last may be shorter."""
    held = bytearray()
    for part in content:
        held += part
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)

"""Translate minutes into a further language. Approved minutes are translated, too: what was
approved does not change by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.meetings import access as meetings
from protect.coordination.meetings.models import Meeting
from protect.coordination.translated_minutes.lines import item_pairs
from protect.coordination.translated_minutes.models import TranslatedText
from protect.coordination.translated_minutes.rules import digest_of
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


class TypedText(NamedTuple):
    """A translation as typed. `seen`: digest of the translation that the page showed; `source`:
    digest of the source text that it showed; `is_still_right`: whether a translation of an earlier
    source was confirmed."""

    text: str
    seen: str
    source: str
    is_still_right: bool = False

    @property
    def is_untouched(self) -> bool:
        return digest_of(self.text) == self.seen and not self.is_still_right


@transaction.atomic
def save_texts(
    scope: Scope, meeting: Meeting, language: str, typed: Mapping[str, TypedText], *, at: datetime
) -> dict[str, str]:
    """Save translations by their keys; an emptied one is deleted. Return the typed texts that were
    not saved, because another person saved the same one since the page was opened.
    Errors: Http404; PermissionDenied; coordination_group_closed."""
    found = meetings.get_run_meeting(scope, meeting.pk)
    group = lock_group(scope, found.group)
    sources = {pair.source.key: pair for line in item_pairs(found, language) for pair in line.pairs}
    changed = {key: given for key, given in typed.items() if not given.is_untouched}
    conflicts, editor = {}, must_be_signed_in(scope)
    for key, given in changed.items():
        pair = sources.get(key)
        if pair is None or (
            given.seen != digest_of(pair.translation) and given.text != pair.translation
        ):  # the line was removed meanwhile
            conflicts[key] = given.text
        else:
            _store(found, language, key, given, editor, at)
    if len(conflicts) < len(changed):
        audit = groups.group_context(scope, group, at=at)
        audit.record("coordination.translate_minutes", found)
    return conflicts


def _store(
    meeting: Meeting, language: str, key: str, given: TypedText, editor: UUID, at: datetime
) -> None:
    rows = TranslatedText.objects.filter(meeting=meeting, language=language, key=key)
    if not given.text:
        rows.delete()
        return
    values = {
        "text": given.text,
        "source_digest": given.source,
        "edited_at": at,
        "edited_by_id": editor,
    }
    TranslatedText.objects.update_or_create(
        meeting=meeting, language=language, key=key, defaults=values
    )

"""Rounds of mappings, their interviews, and the coding of answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.coordination.base.access import owner_context
from protect.coordination.groups.models import Group
from protect.coordination.mappings import access, rules
from protect.coordination.mappings.enums import Method
from protect.coordination.mappings.errors import CodingChanged, MappingRefusal
from protect.coordination.mappings.figures import region_of_interview
from protect.coordination.mappings.models import Interview, MappingRound, Passage
from protect.coordination.presence import axes
from protect.orgs.access import must_be_signed_in
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.questionnaires.access import Answers
from protect.questionnaires.models import FormVersion
from protect.questionnaires.schemas import Definition, Values

ROUND_FIELDS = ("title", "purpose", "group", "starts_on", "ends_on")
INTERVIEW_FIELDS = (
    *("held_on", "place_id", "area_id", "setting", "people", "language_id"),
    *("has_interpreter", "late_reason"),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked and answered: the method, the version of the question set, the answers."""

    method: Method
    version: FormVersion
    definition: Definition
    answers: Answers


@transaction.atomic
def create_round(
    scope: Scope, organisation: UUID, values: Mapping[str, Any], *, at: datetime
) -> MappingRound:
    """Begin a round in the country of an organisation. `values`: by the names of ROUND_FIELDS.
    Errors: PermissionDenied; coordination_round_elsewhere; coordination_text_names_person."""
    audit = owner_context(scope, organisation, at=at)
    owner = Organisation.objects.get(pk=organisation)
    _must_fit(owner, values)
    fields = {name: values[name] for name in ROUND_FIELDS}
    row = MappingRound.objects.create(
        organisation=owner, country_id=owner.country, created_at=at, **fields
    )
    audit.record("coordination.create_round", row)
    return row


@transaction.atomic
def change_round(
    scope: Scope, row: MappingRound, values: Mapping[str, Any], *, at: datetime
) -> MappingRound:
    """Change a round. Errors: Http404; PermissionDenied; as `create_round`."""
    found = lock_round(scope, row)
    _must_fit(found.organisation, values)
    for name in ROUND_FIELDS:
        setattr(found, name, values[name])
    found.save(update_fields=ROUND_FIELDS)
    access.round_context(scope, found, at=at).record("coordination.change_round", found)
    return found


@transaction.atomic
def close_round(scope: Scope, row: MappingRound, *, is_closed: bool, at: datetime) -> MappingRound:
    """Close a round, or reopen it. One that is so already does not change. Errors: Http404;
    PermissionDenied."""
    found = lock_round(scope, row)
    if (found.closed_at is not None) != is_closed:
        found.closed_at = at if is_closed else None
        found.save(update_fields=["closed_at"])
        verb = "close" if is_closed else "reopen"
        access.round_context(scope, found, at=at).record(f"coordination.{verb}_round", found)
    return found


@transaction.atomic
def add_interview(
    scope: Scope,
    row: MappingRound,
    conversation: Conversation,
    values: Mapping[str, Any],
    *,
    at: datetime,
) -> Interview:
    """Add an interview or focus group with its answers; each answer in words can be coded.
    `values`: by the names of INTERVIEW_FIELDS. In a closed round `late_reason` is needed.
    Errors: Http404; PermissionDenied; coordination_round_closed; coordination_text_names_person."""
    found = lock_round(scope, row)
    _must_be_open(found, values["late_reason"])
    texts = answer_texts(conversation.definition, conversation.answers.values)
    must_be_safe([values["late_reason"], *(text for _key, _place, text in texts)])
    last = found.interviews.aggregate(last=Max("number"))["last"]
    interview = Interview.objects.create(
        round=found,
        number=(last or 0) + 1,
        method=conversation.method,
        form_version=conversation.version,
        answers=conversation.answers.to_json(),
        entered_at=at,
        entered_by_id=must_be_signed_in(scope),
        **{name: values[name] for name in INTERVIEW_FIELDS},
    )
    areas = [code] if (code := region_of_interview(interview)) else []
    for key, position, text in texts:
        Passage.objects.create(
            interview=interview, key=key, position=position, text=text, areas=areas
        )
    access.round_context(scope, found, at=at).record("coordination.add_interview", interview)
    return interview


@transaction.atomic
def change_interview(
    scope: Scope,
    interview: Interview,
    answers: Answers,
    definition: Definition,
    values: Mapping[str, Any],
    *,
    at: datetime,
) -> Interview:
    """Correct an interview. The codes of an answer stay if its text stays; a changed answer must be
    coded again. Errors: as `add_interview`."""
    found = access.get_run_interview(scope, interview.pk)
    locked = lock_round(scope, found.round)
    _must_be_open(locked, values["late_reason"])
    texts = answer_texts(definition, answers.values)
    must_be_safe([values["late_reason"], *(text for _key, _place, text in texts)])
    row = Interview.objects.select_for_update(of=("self",)).get(pk=found.pk)
    for name in INTERVIEW_FIELDS:
        setattr(row, name, values[name])
    row.answers = answers.to_json()
    row.save(update_fields=[*INTERVIEW_FIELDS, "answers"])
    _replace_passages(row, texts)
    access.round_context(scope, locked, at=at).record("coordination.change_interview", row)
    return row


@transaction.atomic
def code_passage(
    scope: Scope,
    passage: Passage,
    codes: Mapping[str, Iterable[str]],
    version: int,
    *,
    at: datetime,
) -> Passage:
    """Code an answer to needs, groups and regions, if `version` is the coding that the user has
    seen. `codes`: by the names of CODE_AXES. Errors: Http404; PermissionDenied; CodingChanged;
    coordination_code_unknown."""
    found = access.get_run_passage(scope, passage.pk)
    row = Passage.objects.select_for_update(of=("self",)).get(pk=found.pk)
    chosen = known_codes(found.interview.round.country_id, codes)
    if row.version != version:
        raise CodingChanged
    for axis, kept in chosen.items():
        setattr(row, axis, kept)
    row.version, row.coded_at, row.coded_by_id = version + 1, at, must_be_signed_in(scope)
    row.save(update_fields=[*rules.CODE_AXES, "version", "coded_at", "coded_by"])
    audit = access.round_context(scope, found.interview.round, at=at)
    audit.record("coordination.code_answer", row)
    return row


def known_codes(country: str, codes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return codes in the order of their vocabularies. Errors: coordination_code_unknown."""
    known = {
        "needs": list(axes.needs()),
        "groups": list(axes.target_groups()),
        "areas": list(axes.regions(country)),
    }
    chosen = {}
    for axis, vocabulary in known.items():
        kept = rules.kept_codes(vocabulary, codes.get(axis, ()))
        if kept is None:
            raise MappingRefusal("coordination_code_unknown")
        chosen[axis] = kept
    return chosen


def answer_texts(definition: Definition, values: Values) -> list[tuple[str, int, str]]:
    """Return key, position and text of each answer in words."""
    texts = []
    for position, field in enumerate(definition.questions()):
        value = values.get(field.key)
        if field.type in {"short", "long"} and isinstance(value, str) and value.strip():
            texts.append((field.key, position, value.strip()))
    return texts


def must_be_safe(texts: Iterable[str]) -> None:
    """Refuse texts that name a person or a way to reach one.
    Errors: coordination_text_names_person."""
    if rules.has_unsafe_text(texts):
        raise MappingRefusal("coordination_text_names_person")


def lock_round(scope: Scope, row: MappingRound) -> MappingRound:
    """Return a round that the user runs, locked until the transaction ends. Errors: Http404;
    PermissionDenied."""
    found = access.get_run_round(scope, row.pk)
    rows = MappingRound.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=found.pk)


def _replace_passages(interview: Interview, texts: list[tuple[str, int, str]]) -> None:
    stored = {row.key: row for row in interview.passages.all()}
    for key, position, text in texts:
        row = stored.pop(key, None)
        if row is None:
            Passage.objects.create(interview=interview, key=key, position=position, text=text)
        elif row.text != text:
            row.text, row.version, row.coded_at, row.coded_by = text, row.version + 1, None, None
            row.save(update_fields=["text", "version", "coded_at", "coded_by"])
    for row in stored.values():
        row.delete()


def _must_be_open(row: MappingRound, late_reason: str) -> None:
    if row.closed_at is not None and not late_reason:
        raise MappingRefusal("coordination_round_closed")


def _must_fit(owner: Organisation, values: Mapping[str, Any]) -> None:
    group: Group | None = values["group"]
    if group is not None and group.country_id not in {None, owner.country}:
        raise MappingRefusal("coordination_round_elsewhere")
    must_be_safe([values["title"], values["purpose"]])

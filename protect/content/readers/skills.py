"""What coordinators have recorded about the people who review texts: which languages they read like
a first language, and who is a specialist in gender-based violence."""

import logging
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from protect.audit.models import Entry
from protect.audit.rules import DONE
from protect.content.access import may
from protect.content.enums import ReaderLevel, ReviewRole
from protect.content.errors import ContentRefusal
from protect.content.models import LanguageSkill, SpecialistReader
from protect.orgs.access import memberships_with, must_be_signed_in, users_with
from protect.orgs.enums import Permission
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope

PERMISSION_BY_REVIEW_ROLE = {
    ReviewRole.LANGUAGE: Permission.TRANSLATE,
    ReviewRole.SUBJECT: Permission.REVIEW_PAGES,
}
TAKEN_BACK = ("content.unrecord_language", "content.unrecord_specialist")  # actions of entries

log = logging.getLogger("protect")

type ReaderRecord = LanguageSkill | SpecialistReader


class ReviewerRole(NamedTuple):
    """A role in which a user may review texts of a language, with the record that allows it; None
    while no coordinator has made one."""

    role: ReviewRole
    record: ReaderRecord | None


class NamedReader(NamedTuple):
    name: str
    organisation: str


class RecordedReaders(NamedTuple):
    """Who can read texts of a language, by what coordinators have recorded."""

    native: tuple[NamedReader, ...]
    specialists: tuple[NamedReader, ...]


def find_record(user: UUID | None, role: ReviewRole, tag: str) -> ReaderRecord | None:
    """Return the record that lets a user review texts of a language in a role. One that was changed
    in the database counts as none."""
    if role is ReviewRole.SUBJECT:
        return next(iter(standing(SpecialistReader.objects.filter(person=user))), None)
    native = ReaderLevel.NATIVE
    rows = LanguageSkill.objects.filter(person=user, language=tag, level=native)
    return next(iter(standing(rows)), None)


def standing[Row: (LanguageSkill, SpecialistReader)](records: QuerySet[Row]) -> list[Row]:
    """Return the records that count: sealed ones that no coordinator has taken back. A row that was
    put back after that has an entry of the history about its removal."""
    rows = {entry_target(row): row for row in records}
    entries = Entry.objects.filter(action__in=TAKEN_BACK, outcome=DONE, target__in=rows)
    taken_back = set(entries.values_list("target", flat=True))
    found = []
    for target, row in rows.items():
        if row.is_sealed() and target not in taken_back:
            found.append(row)
        else:
            log.error("content_record_damaged: the record of a reader was changed")
    return found


def entry_target(row: ReaderRecord) -> str:
    """Return how entries of the history name a record."""
    return f"{row._meta.model_name}:{row.pk}"


def must_be_reader(scope: Scope, role: ReviewRole, tag: str) -> None:
    """Require the record that a role needs. Errors: content_reader_not_native;
    content_reader_not_specialist."""
    if find_record(scope.user_id, role, tag) is not None:
        return
    if role is ReviewRole.SUBJECT:
        raise ContentRefusal("content_reader_not_specialist")
    raise ContentRefusal("content_reader_not_native")


def reviewer_roles(scope: Scope, tag: str) -> list[ReviewerRole]:
    """Return the roles in which the user may review texts of a language once it is recorded."""
    roles = (role for role, each in PERMISSION_BY_REVIEW_ROLE.items() if may(scope, each))
    return [ReviewerRole(role, find_record(scope.user_id, role, tag)) for role in roles]


def recorded_languages(user: UUID) -> set[str]:
    """Return the languages that a user reads or translates, as recorded."""
    return {row.language_id for row in standing(LanguageSkill.objects.filter(person=user))}


def recorded_readers(scope: Scope, tag: str) -> RecordedReaders:
    """Return the people of the programme who can read texts of a language as native readers, and
    the specialists: those of the user's countries first."""
    native = LanguageSkill.objects.filter(language=tag, level=ReaderLevel.NATIVE)
    return RecordedReaders(
        _named_readers(scope, native, ReviewRole.LANGUAGE),
        _named_readers(scope, SpecialistReader.objects.all(), ReviewRole.SUBJECT),
    )


def _named_readers(
    scope: Scope, records: QuerySet[Any], role: ReviewRole
) -> tuple[NamedReader, ...]:
    people = {row.person_id for row in standing(records)}
    own = Organisation.objects.filter(pk__in=scope.organisations).values_list("country", flat=True)
    near = set(own)
    places = memberships_with(PERMISSION_BY_REVIEW_ROLE[role]).filter(user__in=people)
    rows = places.select_related("user", "organisation").order_by("user__name", "pk")
    found: dict[UUID, NamedReader] = {}
    for row in sorted(rows, key=lambda each: each.organisation.country not in near):
        found.setdefault(row.user_id, NamedReader(row.user.name, row.organisation.name))
    return tuple(found.values())


def countries_of(scope: Scope) -> set[str]:
    """Return the countries in which the user, as a coordinator, makes records of people."""
    organisations = scope.organisations_where(Permission.RELEASE_PAGES)
    rows = Organisation.objects.filter(pk__in=organisations)
    return set(rows.values_list("country", flat=True))


def readers_of(scope: Scope) -> QuerySet[User]:
    """Return the people that the user makes records of: those of their countries who write,
    translate or review, and the coordinators of other countries, who may have no other one near.
    None, if the user is no coordinator."""
    if not may(scope, Permission.RELEASE_PAGES):
        return User.objects.none()
    roles = Q()
    for permission in PERMISSION_BY_REVIEW_ROLE.values():
        roles |= Q(pk__in=memberships_with(permission))
    near = Q(organisation__country__in=countries_of(scope))
    everywhere = Q(pk__in=memberships_with(Permission.RELEASE_PAGES))
    rows = Membership.objects.active().filter(roles & (near | everywhere))
    return User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk")


def may_change(scope: Scope, record: ReaderRecord) -> bool:
    """Return whether the user may change or take back a record: of people of their countries, or
    one that they made themselves."""
    near = Q(organisation__country__in=countries_of(scope))
    places = Membership.objects.active().filter(near, user=record.person_id)
    return record.recorded_by_id == scope.user_id or places.exists()


def people_to_ask(scope: Scope) -> list[User]:
    """Return the coordinators to ask for a record of the user: those of the user's countries,
    or of others if there is none."""
    organisations = Organisation.objects.filter(pk__in=scope.organisations)
    everywhere = users_with(Permission.RELEASE_PAGES).exclude(pk=must_be_signed_in(scope))
    near = [
        user
        for country in sorted(set(organisations.values_list("country", flat=True)))
        for user in users_with(Permission.RELEASE_PAGES, country=country)
        if user.pk != scope.user_id
    ]
    is_coordinator = may(scope, Permission.RELEASE_PAGES)
    return list(dict.fromkeys(near)) or (list(everywhere) if is_coordinator else [])

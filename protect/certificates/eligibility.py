"""Participants of an edition: eligible or not and why, and their certificates."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from protect.assessments.outcomes import assessment_of, passed_in
from protect.certificates.badges.verification import State
from protect.certificates.models import Certificate
from protect.certificates.rules import Facts, Lack, Rule, lacks, missing_minutes
from protect.trainings.attendance.lists import shares_of
from protect.trainings.registrations import enums, models
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Line:
    """A participant with a seat. `missing` are minutes; `certificate` is the one that counts now.
    `was_revoked`: revoked and not replaced; a planner decides about another, one by one."""

    registration: models.Registration
    facts: Facts
    lacks: tuple[Lack, ...]
    missing: int
    certificate: Certificate | None
    was_revoked: bool = False

    @property
    def may_have(self) -> bool:
        return self.certificate is None and not self.lacks

    @property
    def is_due(self) -> bool:
        return self.may_have and not self.was_revoked

    @property
    def is_doubtful(self) -> bool:
        return self.certificate is not None and self.certificate.facts != asdict(self.facts)


def ended(certificate: Certificate) -> State | None:
    """Return why a certificate no longer counts; None while it does."""
    if certificate.revoked_at is None:
        return None
    return State.REPLACED if certificate.replaced_by_id else State.REVOKED


def rule_of(edition: Edition) -> Rule:
    """Return the requirements of an edition's certificates; the course version is loaded."""
    version = edition.course_version
    return Rule(version.attendance_percent, version.pass_percent, assessment_of(edition))


def lines_of(edition: Edition) -> list[Line]:
    """Return all participants who had a seat and are not erased, by name. Few queries."""
    confirmed = edition.registrations.filter(
        state=enums.RegistrationState.CONFIRMED, participant__erased_at=None
    )
    people = confirmed.select_related("participant__language")
    rows = list(people.order_by("participant__name", "pk"))
    rule, facts = rule_of(edition), facts_of(edition, [each.pk for each in rows])
    of_edition = Certificate.objects.filter(edition=edition)
    standing = of_edition.filter(revoked_at=None, registration__isnull=False)
    held = {each.registration_id: each for each in standing.order_by("pk")}
    gone = of_edition.filter(revoked_at__isnull=False, replaced_by=None)
    revoked = {*gone.order_by("pk").values_list("registration", flat=True)}
    return [
        Line(
            registration=row,
            facts=facts[row.pk],
            lacks=tuple(lacks(rule, facts[row.pk])),
            missing=missing_minutes(rule, facts[row.pk]),
            certificate=held.get(row.pk),
            was_revoked=row.pk in revoked,
        )
        for row in rows
    ]


def facts_of(edition: Edition, registrations: Collection[UUID]) -> dict[UUID, Facts]:
    """Return by registration the facts that decide its certificate."""
    shares, passed = shares_of(edition, registrations), passed_in(edition, registrations)
    facts = {}
    for key in registrations:
        has_passed = None if passed[key].percent is None else passed[key].has_passed
        facts[key] = Facts(shares[key].planned, shares[key].attended, has_passed)
    return facts

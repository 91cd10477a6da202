"""The participants of an edition: whether each is eligible, why not, and their certificate."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from protect.assessments.outcomes import get_assessment_results, get_assessment_rule
from protect.certificates import rules
from protect.certificates.badges.verification import State
from protect.certificates.models import Certificate
from protect.certificates.rules import CertificateRule, Facts, MissingRequirement
from protect.trainings.attendance.lists import shares_of
from protect.trainings.registrations import enums, models
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The eligibility of a participant with a seat. `certificate` is the valid one, if any.
    `was_revoked`: revoked and not replaced; then only a planner can decide to issue another."""

    registration: models.Registration
    facts: Facts
    missing_requirements: tuple[MissingRequirement, ...]
    minutes_missing: int
    certificate: Certificate | None
    was_revoked: bool = False

    @property
    def is_eligible(self) -> bool:
        """Return whether the participant meets the requirements and has no valid certificate."""
        return self.certificate is None and not self.missing_requirements

    @property
    def is_due(self) -> bool:
        """Return whether a certificate can be issued without a planner's own decision."""
        return self.is_eligible and not self.was_revoked

    @property
    def is_outdated(self) -> bool:
        """Return whether minutes or result were corrected after the certificate was issued."""
        return self.certificate is not None and self.certificate.facts != asdict(self.facts)


def invalid_state(certificate: Certificate) -> State | None:
    """Return why a certificate is no longer valid; None while it is valid."""
    if certificate.revoked_at is None:
        return None
    return State.REPLACED if certificate.replaced_by_id else State.REVOKED


def certificate_rule(edition: Edition) -> CertificateRule:
    """Return an edition's requirements for a certificate. Load its course version first."""
    version, assessment = edition.course_version, get_assessment_rule(edition)
    return CertificateRule(version.attendance_percent, version.pass_percent, assessment)


def list_eligibility(edition: Edition) -> list[Eligibility]:
    """Return the eligibility of participants with a seat, without erased ones, sorted by name."""
    confirmed = edition.registrations.filter(
        state=enums.RegistrationState.CONFIRMED, participant__erased_at=None
    )
    people = confirmed.select_related("participant__language")
    rows = list(people.order_by("participant__name", "pk"))
    rule = certificate_rule(edition)
    facts = facts_by_registration(edition, [row.pk for row in rows])
    of_edition = Certificate.objects.filter(edition=edition)
    valid = of_edition.filter(revoked_at=None, registration__isnull=False)
    valid_certificates = {
        certificate.registration_id: certificate for certificate in valid.order_by("pk")
    }
    revoked_rows = of_edition.filter(revoked_at__isnull=False, replaced_by=None)
    revoked = {*revoked_rows.order_by("pk").values_list("registration", flat=True)}
    return [
        Eligibility(
            registration=row,
            facts=facts[row.pk],
            missing_requirements=tuple(rules.missing_requirements(rule, facts[row.pk])),
            minutes_missing=rules.missing_minutes(rule, facts[row.pk]),
            certificate=valid_certificates.get(row.pk),
            was_revoked=row.pk in revoked,
        )
        for row in rows
    ]


def facts_by_registration(edition: Edition, registrations: Collection[UUID]) -> dict[UUID, Facts]:
    """Return the minutes and the test result of each registration, by its id."""
    shares = shares_of(edition, registrations)
    passed = get_assessment_results(edition, registrations)
    facts = {}
    for key in registrations:
        has_passed = None if passed[key].percent is None else passed[key].has_passed
        facts[key] = Facts(shares[key].planned, shares[key].attended, has_passed)
    return facts

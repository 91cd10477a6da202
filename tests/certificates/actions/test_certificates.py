"""Certificates are issued by rule, revoked and replaced; status lists publish their state."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.assessments.models import Response
from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.certificates.actions import certificates
from protect.certificates.badges.verification import State, verify
from protect.certificates.eligibility import invalid_state, list_eligibility
from protect.certificates.models import Certificate, StatusList
from protect.notices.models import Outgoing
from protect.trainings.scheduling.enums import EditionState
from protect.vault.errors import BadgeKeyMissing
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from tests.certificates.issued import make_key, published_documents
from tests.refusals import refuses
from tests.trainings.finished import AT, LATER, attend, make_done_edition, record_minutes


@pytest.fixture
def host(planners):
    make_key(planners.host)
    return planners.host


@pytest.fixture
def edition(host):
    return make_done_edition(host)


@pytest.fixture
def registration(edition, planners):
    """Return somebody who was there for all of it."""
    return attend(edition, 360, planners.people["pia"], name="Demo Noor")


def state_of(row: Certificate, at=LATER) -> State:
    lists, known = published_documents(row)
    return verify(row.document, lists, known, at=at).state


def issue(planners, registration) -> Certificate:
    return certificates.issue_certificate(planners.scope("pia"), registration, at=AT)


def test_an_eligible_participant_gets_a_certificate_that_verifies(planners, registration):
    row = issue(planners, registration)

    told = verify(row.document, *published_documents(row), at=LATER).content
    assert state_of(row) is State.VALID
    assert (told.title, told.short_title, told.minutes, told.day.isoformat(), told.name) == (
        "Protection in practice: first conversations",
        "Demo course A",
        360,
        "2026-10-02",
        None,
    )
    assert row.facts == {"planned": 360, "attended": 360, "has_passed": None}
    assert row.rule == {"attendance_percent": 80, "pass_percent": 60, "assessment": "none"}
    assert Entry.objects.filter(action="certificates.issue").count() == 1


def test_certificate_document_does_not_identify_its_holder(planners, registration):
    row = issue(planners, registration)

    said = str(row.document)
    for value in (
        registration.participant.name,
        registration.participant.email,
        registration.pk,
        registration.participant.pk,
    ):
        assert str(value) not in said


@pytest.mark.parametrize("minutes", [0, 287])
def test_a_participant_without_enough_minutes_gets_no_certificate(planners, edition, minutes):
    row = attend(edition, minutes, planners.people["pia"])

    with refuses("certificates_not_earned"):
        issue(planners, row)
    assert not Certificate.objects.exists()
    assert not StatusList.objects.exists()


@pytest.mark.parametrize(("points", "is_issued"), [(None, False), (5, False), (6, True)])
def test_certificate_with_a_required_test_needs_a_pass(planners, host, points, is_issued):
    edition = make_done_edition(host, assessment="named")
    row = attend(edition, 360, planners.people["pia"])
    if points is not None:
        Response.objects.create(
            edition=edition,
            form="assessment:1",
            phase="named",
            day=AT.date(),
            is_afternoon=False,
            answers={},
            points=points,
            maximum=10,
            registration=row,
        )

    if is_issued:
        assert issue(planners, row).facts["has_passed"] is True
        return
    with refuses("certificates_not_earned"):
        issue(planners, row)
    assert not Certificate.objects.exists()


def test_no_certificate_is_issued_before_the_training_has_taken_place(planners, host):
    edition = make_done_edition(host)
    edition.state = EditionState.CLOSED
    edition.save(update_fields=["state"])

    with refuses("certificates_not_due"):
        issue(planners, attend(edition, 360, planners.people["pia"]))
    assert not Certificate.objects.exists()


def test_participant_gets_only_one_certificate(planners, registration):
    issue(planners, registration)

    with refuses("certificates_stands"):
        issue(planners, registration)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("who", ["tom", "otto", "chidi"])
def test_only_planners_of_the_host_issue_or_revoke(planners, registration, who):
    with pytest.raises(PermissionDenied):
        certificates.issue_certificate(planners.scope(who), registration, at=AT)
    row = issue(planners, registration)
    for deed in (certificates.revoke_certificate, certificates.replace_certificate):
        with pytest.raises(PermissionDenied):
            deed(planners.scope(who), row, at=LATER, reason="Demo")

    row.refresh_from_db()
    assert (row.revoked_at, Certificate.objects.count()) == (None, 1)


def test_no_certificate_is_issued_without_a_key(planners):
    edition = make_done_edition(planners.host)

    with pytest.raises(BadgeKeyMissing):
        issue(planners, attend(edition, 360, planners.people["pia"]))
    assert not Certificate.objects.exists()


def test_all_due_certificates_are_issued_in_batches_and_once(planners, edition):
    pia = planners.people["pia"]
    for minutes in (360, 300, 288, 287, 0):
        attend(edition, minutes, pia)
    audit = AuditContext(at=AT, actor=None, organisation=edition.host_id)

    steps = [
        len(certificates.issue_due_certificates(edition, audit=audit, limit=2)) for _ in range(3)
    ]

    assert steps == [2, 1, 0]
    rows = Certificate.objects.order_by("pk")
    assert len({row.status_index for row in rows}) == 3
    assert len({row.registration_id for row in rows}) == 3


def test_revocation_is_published_in_the_status_list_with_its_reason(planners, registration):
    row = issue(planners, registration)

    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")

    row.refresh_from_db()
    assert state_of(row) is State.REVOKED
    assert (row.revoked_at, row.revoked_reason) == (LATER, "Demo reason")
    assert Entry.objects.filter(action="certificates.revoke").count() == 1


def test_revocation_needs_a_reason(planners, registration):
    row = issue(planners, registration)

    with refuses("trainings_reason_missing"):
        certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="")
    row.refresh_from_db()
    assert row.revoked_at is None
    assert state_of(row) is State.VALID


def test_after_a_revocation_a_new_certificate_is_not_issued_automatically(planners, registration):
    row = issue(planners, registration)
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")
    audit = AuditContext(at=LATER, actor=None, organisation=registration.edition.host_id)

    assert certificates.issue_due_certificates(registration.edition, audit=audit, limit=9) == []
    (line,) = list_eligibility(registration.edition)
    assert (line.was_revoked, line.is_eligible, line.is_due) == (True, True, False)

    certificate = certificates.issue_certificate(
        planners.scope("pia"), registration, at=LATER, reason="Demo: list found"
    )
    assert state_of(certificate) is State.VALID
    assert certificate.issued_reason == "Demo: list found"
    assert Entry.objects.filter(action="certificates.issue_again").count() == 1


def test_new_certificate_after_a_revocation_needs_a_reason(planners, registration):
    row = issue(planners, registration)
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")

    with refuses("trainings_reason_missing"):
        certificates.issue_certificate(planners.scope("pia"), registration, at=LATER)
    assert Certificate.objects.count() == 1


def test_revoked_certificate_cannot_be_revoked_again(planners, registration):
    row = issue(planners, registration)
    scope = planners.scope("pia")
    certificates.revoke_certificate(scope, row, at=LATER, reason="Demo reason")

    for deed in (certificates.revoke_certificate, certificates.replace_certificate):
        with refuses("certificates_withdrawn"):
            deed(scope, row, at=LATER + timedelta(hours=1), reason="Another")
    row.refresh_from_db()
    assert (row.revoked_at, row.revoked_reason) == (LATER, "Demo reason")


def test_corrected_certificate_replaces_the_old_one_which_says_so(planners, registration):
    row = issue(planners, registration)
    record_minutes(registration, 300, planners.people["pia"])
    (line,) = list_eligibility(registration.edition)
    assert line.is_outdated

    made = certificates.replace_certificate(
        planners.scope("pia"), row, at=LATER, reason="Demo: list corrected"
    )

    row.refresh_from_db()
    assert row.replaced_by_id == made.pk
    assert (state_of(row), state_of(made)) == (State.REVOKED, State.VALID)
    assert invalid_state(row) is State.REPLACED
    assert verify(made.document, *published_documents(made), at=LATER).content.minutes == 300
    assert made.credential != row.credential
    (line,) = list_eligibility(registration.edition)
    assert (line.certificate, line.is_outdated) == (made, False)


def test_certificate_no_longer_earned_is_not_replaced_and_stays_valid(planners, registration):
    row = issue(planners, registration)
    record_minutes(registration, 100, planners.people["pia"])

    with refuses("certificates_not_earned"):
        certificates.replace_certificate(
            planners.scope("pia"), row, at=LATER, reason="Demo: list corrected"
        )
    row.refresh_from_db()
    assert row.revoked_at is None
    assert state_of(row) is State.VALID
    assert Certificate.objects.count() == 1


def test_certificate_is_revoked_even_without_a_key(planners, registration):
    row = issue(planners, registration)
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER)

    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")

    row.refresh_from_db()
    assert row.revoked_at == LATER


def mailed() -> list[str]:
    """Return what was put into the outbox since this was last asked."""
    found = [mail.template for mail in Outgoing.objects.order_by("created", "pk")]
    Outgoing.objects.all().delete()
    return found


def test_holder_gets_mail_with_the_own_link_at_each_step(planners, registration):
    scope = planners.scope("pia")
    row = issue(planners, registration)
    mail = Outgoing.objects.get()
    assert mail.to == registration.participant.email
    assert registration.own_token() in mail.link
    assert mailed() == ["training_changed"]

    made = certificates.replace_certificate(scope, row, at=LATER, reason="Demo")
    assert mailed() == ["training_changed"]
    certificates.revoke_certificate(scope, made, at=LATER, reason="Demo")
    assert mailed() == ["training_changed"]


def test_participant_without_a_certificate_gets_no_mail(planners, edition):
    row = attend(edition, 10, planners.people["pia"])

    with refuses("certificates_not_earned"):
        issue(planners, row)
    assert mailed() == []


def test_eligibility_lists_due_certificates_and_missing_minutes(planners, edition, registration):
    lacking = attend(edition, 200, planners.people["pia"], name="Demo Alma")
    waiting = attend(edition, 360, planners.people["pia"], name="Demo Zoe")
    waiting.state = "waiting"
    waiting.save(update_fields=["state"])

    found = [
        (line.registration, line.is_due, line.minutes_missing) for line in list_eligibility(edition)
    ]

    assert found == [(lacking, False, 88), (registration, True, 0)]

"""An erased certificate does not identify its holder but still has its state."""

import pytest

from protect.certificates.actions import certificates, status_lists
from protect.certificates.actions.certificates import erase_certificates
from protect.certificates.models import StatusList
from protect.trainings.erasure import erase_participant
from tests.certificates.issued import make_key
from tests.trainings.finished import AT, LATER, attend, make_done_edition


@pytest.fixture
def rows(planners):
    """Return the certificates of two people; the second one's was revoked."""
    make_key(planners.host)
    edition, scope = make_done_edition(planners.host), planners.scope("pia")
    people = [attend(edition, 360, planners.people["pia"]) for _ in range(2)]
    made = [certificates.issue_certificate(scope, person, at=AT) for person in people]
    certificates.revoke_certificate(scope, made[1], at=LATER, reason="Demo reason")
    return made


def test_erasure_keeps_only_id_index_and_state(rows):
    kept = [(row.credential, row.status_list, row.status_index) for row in rows]

    assert erase_certificates([row.registration_id for row in rows]) == 2

    for row in rows:
        row.refresh_from_db()
        assert (row.registration, row.rule, row.facts, row.document) == (None, {}, {}, {})
        assert row.issued_reason == ""
    assert [(row.credential, row.status_list, row.status_index) for row in rows] == kept
    assert [row.revoked_at for row in rows] == [None, LATER]
    assert [row.revoked_reason for row in rows] == ["", certificates.ERASED_REASON]


def test_status_lists_are_the_same_after_erasure(rows):
    before = [
        status_list.document["credentialSubject"]
        for status_list in StatusList.objects.order_by("pk")
    ]

    erase_certificates([row.registration_id for row in rows])
    for number in StatusList.objects.order_by("pk").values_list("number", flat=True).distinct():
        status_lists.publish_list(rows[0].issuer, number, at=LATER)

    after = [
        status_list.document["credentialSubject"]
        for status_list in StatusList.objects.order_by("pk")
    ]
    assert after == before


def test_erasing_a_participant_empties_the_certificate(rows, planners):
    registration = rows[0].registration

    erase_participant(planners.scope("pia"), registration.participant, at=LATER)

    rows[0].refresh_from_db()
    assert (rows[0].registration, rows[0].document) == (None, {})

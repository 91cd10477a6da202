"""Renewal of status lists, and new signatures for certificates of distrusted keys."""

from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest

from protect.certificates.actions import certificates, status_lists
from protect.certificates.badges.status_lists import LIST_DAYS, MAX_TAKEN
from protect.certificates.badges.verification import State, verify
from protect.certificates.models import Certificate, StatusList
from protect.orgs.models import Organisation
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from tests.certificates.issued import make_key, published_documents
from tests.trainings.finished import AT, LATER, attend, make_done_edition

WEEK, LONG = AT + timedelta(days=8), AT + timedelta(days=LIST_DAYS + 1)


@pytest.fixture
def row(planners):
    make_key(planners.host)
    holder = attend(make_done_edition(planners.host), 360, planners.people["pia"], name="Demo Noor")
    return certificates.issue_certificate(planners.scope("pia"), holder, at=AT)


def state_of(row: Certificate, at) -> State:
    row.refresh_from_db()
    lists, known = published_documents(row)
    return verify(row.document, lists, known, at=at).state


def test_status_lists_are_signed_again_after_a_week(row):
    assert status_lists.renew_lists(at=LATER)["signed"] == 0
    assert status_lists.renew_lists(at=WEEK)["signed"] == 1
    assert status_lists.renew_lists(at=WEEK)["signed"] == 0


def test_certificate_stays_valid_while_status_lists_are_renewed(row):
    assert state_of(row, LONG) is State.UNDECIDED

    status_lists.renew_lists(at=LONG)

    assert state_of(row, LONG) is State.VALID


def test_new_key_signs_status_lists_at_once_and_old_certificates_stay_valid(row, planners):
    document = row.document
    badge_keys.make_key_as_operator(planners.host, at=LATER)

    assert status_lists.renew_lists(at=LATER)["signed"] == 1
    assert certificates.sign_again(at=LATER)["signed"] == 0
    assert state_of(row, LATER) is State.VALID
    assert row.document == document


def test_missing_key_leaves_lists_unsigned_and_is_reported(row):
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER)
    before = [status_list.signed_at for status_list in StatusList.objects.order_by("pk")]

    assert status_lists.renew_lists(at=LONG) == {"without_key": 1}
    assert [status_list.signed_at for status_list in StatusList.objects.order_by("pk")] == before


def test_certificate_of_a_distrusted_key_is_signed_again_with_its_content(row, planners):
    old, where = row.credential, (row.status_list, row.status_index)
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER, distrust=True)
    assert state_of(row, LATER) is State.UNKNOWN_ISSUER
    badge_keys.make_key_as_operator(planners.host, at=LATER)

    assert certificates.sign_again(at=LATER)["signed"] == 1
    status_lists.renew_lists(at=LATER)

    assert state_of(row, LATER) is State.VALID
    assert (row.credential, (row.status_list, row.status_index)) == (old, where)
    assert row.issued_at == AT
    assert certificates.sign_again(at=LATER)["signed"] == 0


def test_certificates_are_signed_again_for_a_new_site_address(row, planners, settings):
    settings.PUBLIC_URL = "https://elsewhere.demo.example"
    badge_keys.make_key_as_operator(planners.host, at=LATER)

    assert certificates.sign_again(at=LATER)["signed"] == 1
    status_lists.renew_lists(at=LATER)

    assert state_of(row, LATER) is State.VALID
    assert row.document["issuer"]["id"].startswith("did:web:elsewhere.demo.example:")


def test_without_a_new_key_documents_of_a_distrusted_key_stay_unchanged(row):
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER, distrust=True)
    document = row.document

    assert certificates.sign_again(at=LATER) == {"without_key": 1}
    row.refresh_from_db()
    assert row.document == document


def test_name_is_only_in_the_file_of_the_holder_and_on_request(row):
    assert certificates.document_for_holder(row, at=LATER) == row.document
    row.shows_name = True

    made = certificates.document_for_holder(row, at=LATER)

    lists, known = published_documents(row)
    verdict = verify(made, lists, known, at=LATER)
    assert (verdict.state, verdict.content.name) == (State.VALID, "Demo Noor")
    assert "Demo Noor" not in str(row.document)


def test_new_status_list_begins_when_one_is_full(row, planners, monkeypatch):
    monkeypatch.setattr("protect.certificates.badges.status_lists.MAX_TAKEN", 1)
    assert MAX_TAKEN > 1
    holder = attend(row.edition, 360, planners.people["pia"])

    certificate = certificates.issue_certificate(planners.scope("pia"), holder, at=LATER)

    assert (certificate.status_list, StatusList.objects.count()) == (2, 2)
    assert state_of(certificate, LATER) is State.VALID


def changed_document(row: Certificate) -> dict[str, object]:
    document = deepcopy(row.document)
    document["credentialSubject"]["achievement"]["name"] = "Demo Chief Physician"
    return {"document": document}


def changed_signature(row: Certificate) -> dict[str, object]:
    proof = {**row.document["proof"], "created": "2026-11-25T10:00:00Z"}
    return {"document": {**row.document, "proof": proof}}


@pytest.mark.parametrize(
    "change",
    [
        changed_document,
        changed_signature,
        lambda row: {"credential": uuid4()},
        lambda row: {"status_index": (row.status_index + 1) % 100},
        lambda row: {"issued_at": row.issued_at + timedelta(days=1)},
    ],
    ids=["other title", "other signature", "other number", "other place", "other day"],
)
def test_certificate_changed_in_the_database_is_not_signed_again(row, planners, change, caplog):
    second = certificates.issue_certificate(
        planners.scope("pia"), attend(row.edition, 360, planners.people["pia"]), at=AT
    )
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER, distrust=True)
    badge_keys.make_key_as_operator(planners.host, at=LATER)
    assert Certificate.objects.filter(pk=row.pk).update(**change(row)) == 1
    row.refresh_from_db()
    before = row.document

    assert certificates.sign_again(at=LATER) == {"signed": 1, "altered": 1}

    status_lists.renew_lists(at=LATER)
    row.refresh_from_db()
    assert row.document == before
    assert state_of(second, LATER) is State.VALID
    assert str(row.pk) in caplog.text


def test_key_confirmed_after_a_lost_ledger_lets_certificates_be_signed_again(
    row, planners, settings, tmp_path
):
    key = BadgeKey.objects.get()
    settings.LEDGER = tmp_path / "new.jsonl"
    badge_keys.make_key_as_operator(planners.host, at=LATER)
    assert certificates.sign_again(at=LATER) == {"altered": 1}

    badge_keys.confirm_key_as_operator(key, key.public, at=LATER)

    assert certificates.sign_again(at=LATER)["signed"] == 0  # the key counts again
    badge_keys.retire_key_as_operator(key, at=LATER, distrust=True)
    assert certificates.sign_again(at=LATER) == {"signed": 1}


def test_renamed_organisation_does_not_change_earlier_certificates(row, planners):
    named = row.document["issuer"]["name"]
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER, distrust=True)
    badge_keys.make_key_as_operator(planners.host, at=LATER)
    Organisation.objects.filter(pk=planners.host.pk).update(name="Demo Other Name")

    assert certificates.sign_again(at=LATER) == {"signed": 1}

    row.refresh_from_db()
    assert row.document["issuer"]["name"] == named


def test_the_holder_of_a_changed_certificate_gets_it_unsigned(row):
    Certificate.objects.filter(pk=row.pk).update(shows_name=True, **changed_document(row))
    row.refresh_from_db()

    assert certificates.document_for_holder(row, at=LATER) == row.document
    assert state_of(row, LATER) is State.ALTERED

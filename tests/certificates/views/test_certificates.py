"""Certificates at the desk: eligibility, issue, revocation, replacement, keys."""

import re

import pytest
from django.conf import settings

from protect.audit.models import Entry
from protect.certificates.actions import certificates
from protect.certificates.badges.files import certificate_from_bytes
from protect.certificates.models import Certificate, StatusList
from protect.notices.models import Outgoing
from protect.trainings.erasure import erase_participant
from protect.trainings.scheduling.enums import EditionState
from protect.vault.models import BadgeKey
from tests.certificates.issued import make_key
from tests.orgs.conftest import make_organisation
from tests.trainings.finished import AT, attend, make_done_edition, record_minutes
from tests.trainings.planning import make_edition
from tests.ui.press.seeing import as_seen, pages
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, led_to, words

WRITTEN = (Certificate, StatusList, BadgeKey, Outgoing, Entry)


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def pia(host):
    person = make_person("pia")
    serve(person, host, "coordinator")
    return person


@pytest.fixture
def desk(pia):
    return Desk(at=AT).let_in(pia)


@pytest.fixture
def edition(host):
    return make_done_edition(host)


@pytest.fixture
def page(edition):
    return f"/trainings/{edition.pk}/certificates"


@pytest.fixture
def row(host, pia, edition):
    make_key(host)
    return certificates.issue_certificate(
        pia.scope, attend(edition, 360, pia.user, name="Demo Noor"), at=AT
    )


def other(role: str, organisation) -> Desk:
    person = make_person(f"demo-{role}")
    serve(person, organisation, role)
    return Desk(at=AT).let_in(person)


def test_a_training_without_participants_explains_the_empty_list(desk, page):
    assert "Participants who had a seat appear here" in words(desk.get(page))


def test_the_page_lists_due_certificates_and_what_others_lack(desk, page, host, edition, pia):
    make_key(host)
    attend(edition, 360, pia.user, name="Demo Noor")
    attend(edition, 200, pia.user, name="Demo Alma")

    shown = words(desk.get(page))

    assert "At least 80 % of the planned time." in shown
    assert "Issue 1 certificate" in shown
    assert "Demo Alma 200 of 360" in shown
    assert "88 minutes are missing." in shown


def test_button_issues_all_due_certificates(desk, page, host, edition, pia):
    make_key(host)
    for minutes in (360, 300, 10):
        attend(edition, minutes, pia.user)

    response = desk.post(page)

    assert led_to(response) == page
    assert Certificate.objects.count() == 2
    shown = words(desk.get(page))
    assert "2 certificates were issued." in shown
    assert "Issue 1" not in shown


def test_single_certificate_is_issued(desk, page, host, edition, pia):
    make_key(host)
    first, _second = (attend(edition, 360, pia.user) for _ in range(2))

    desk.post(page, registration=first.pk)

    assert Certificate.objects.get().registration == first


def test_without_a_key_nothing_is_issued_and_the_page_says_what_to_do(desk, page, edition, pia):
    attend(edition, 360, pia.user)

    response = desk.post(page)

    assert response.status_code == 409
    assert "This organisation has no certificate key yet, so nothing was issued." in words(response)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("of", ["one", "all"])
def test_issuing_with_a_key_that_the_ledger_does_not_know_writes_nothing(
    desk, page, host, edition, pia, of
):
    make_key(host)
    there = attend(edition, 360, pia.user, name="Demo Noor")
    forget_badge_keys()
    before = written()

    response = desk.post(page, **({"registration": there.pk} if of == "one" else {}))

    assert response.status_code == 409
    assert "The certificate key cannot be opened, so nothing was issued." in words(response)
    assert written() == before


def forget_badge_keys() -> None:
    """Take the lines of badge keys out of the ledger. The rows stay, with seeds that open."""
    lines = settings.LEDGER.read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"what": "badge_key"' not in line]
    assert len(kept) < len(lines)
    settings.LEDGER.write_text("".join(kept))


def written() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows that issuing a certificate writes, and the audit without refusals."""
    kept = {model.__name__: model._default_manager.order_by("pk") for model in WRITTEN}
    kept["Entry"] = kept["Entry"].exclude(action__startswith="desk.")
    return {name: list(rows.values_list()) for name, rows in kept.items()}


def test_page_explains_that_the_training_has_not_ended(desk, page, host, edition, pia):
    make_key(host)
    edition.state = EditionState.CLOSED
    edition.save(update_fields=["state"])
    attend(edition, 360, pia.user)

    assert "Certificates are issued after the training has taken place" in words(desk.get(page))
    assert desk.post(page).status_code == 409
    assert not Certificate.objects.exists()


def test_a_certificate_is_opened_as_pdf_with_its_badge(desk, row):
    response = desk.get(f"/trainings/certificates/{row.pk}/certificate.pdf")

    assert response.headers["Content-Type"] == "application/pdf"
    assert certificate_from_bytes(response.content) == row.document


def test_desk_offers_the_full_version(desk, row):
    address = f"/trainings/certificates/{row.pk}/certificate.pdf"

    neutral, full = (desk.get(f"{address}{form}").content for form in ("", "?form=full"))

    assert "Protection in practice" not in as_seen(pages(neutral)[0])
    assert "Protection in practice" in as_seen(pages(full)[0])


def test_after_a_revocation_another_is_issued_with_a_reason_that_the_page_shows(desk, row, page):
    desk.post(f"/trainings/certificates/{row.pk}/revoke", reason="Demo reason")
    again = f"/trainings/registrations/{row.registration_id}/certificate"
    assert again in desk.get(page).content.decode()
    assert desk.post(page, registration=row.registration_id).status_code == 409
    assert desk.post(again, reason="").status_code == 422
    assert Certificate.objects.count() == 1

    response = desk.post(again, reason="Demo: the list was found")

    certificate = Certificate.objects.get(revoked_at=None)
    assert led_to(response) == f"/trainings/certificates/{certificate.pk}"
    for address in (page, f"/trainings/certificates/{certificate.pk}"):
        assert "Demo: the list was found" in words(desk.get(address))


def test_desk_says_that_the_pdf_of_a_revoked_certificate_is_marked(desk, row):
    desk.post(f"/trainings/certificates/{row.pk}/revoke", reason="Demo reason")

    shown = words(desk.get(f"/trainings/certificates/{row.pk}"))
    assert "Both PDFs state that the certificate is no longer valid." in shown
    pdf = desk.get(f"/trainings/certificates/{row.pk}/certificate.pdf").content
    assert "Revoked" in as_seen(pages(pdf)[0])


def test_certificate_is_revoked_with_a_reason_and_listed_as_invalid(desk, row, page):
    address = f"/trainings/certificates/{row.pk}/revoke"
    assert desk.post(address, reason="").status_code == 422
    row.refresh_from_db()
    assert row.revoked_at is None

    assert led_to(desk.post(address, reason="Demo reason")) == address.removesuffix("/revoke")

    row.refresh_from_db()
    assert row.revoked_reason == "Demo reason"
    assert "No longer valid Demo Noor · revoked" in words(desk.get(page))
    assert "Demo reason" in words(desk.get(f"/trainings/certificates/{row.pk}"))


READERS = "Only the coordinators of the organisation that issued it read this."


@pytest.mark.parametrize("deed", ["revoke", "replace"])
def test_reason_field_names_the_readers_of_the_reason(desk, row, deed):
    shown = words(desk.get(f"/trainings/certificates/{row.pk}/{deed}"))

    assert READERS in shown


def test_reason_field_of_a_new_certificate_names_its_readers(desk, row):
    desk.post(f"/trainings/certificates/{row.pk}/revoke", reason="Demo reason")

    assert READERS in words(desk.get(f"/trainings/registrations/{row.registration_id}/certificate"))
    assert READERS in words(desk.get(f"/trainings/certificates/{row.pk}"))


def test_reason_field_of_a_cancellation_says_that_it_is_public(desk, row):
    edition = make_edition(row.edition.host)
    shown = words(desk.get(f"/trainings/{edition.pk}/move/cancel"))

    assert (
        "It is shown on the public page of the training. Do not write names or private information."
        in shown
    )


def test_desk_replaces_a_certificate_after_corrected_attendance(desk, row, page, pia):
    record_minutes(row.registration, 300, pia.user)
    assert "Outdated" in words(desk.get(page))
    shown = words(desk.get(f"/trainings/certificates/{row.pk}"))
    assert "Attended, as recorded now: 300 of 360 minutes." in shown
    assert "Replace the certificate" in shown

    response = desk.post(f"/trainings/certificates/{row.pk}/replace", reason="Demo: corrected")

    certificate = Certificate.objects.get(revoked_at=None)
    assert led_to(response) == f"/trainings/certificates/{certificate.pk}"
    assert "Replaced by another certificate" in words(desk.get(f"/trainings/certificates/{row.pk}"))


def test_desk_does_not_replace_a_certificate_no_longer_earned(desk, row, pia):
    record_minutes(row.registration, 10, pia.user)

    response = desk.post(f"/trainings/certificates/{row.pk}/replace", reason="Demo: corrected")

    assert response.status_code == 409
    assert "has not met the conditions for a certificate" in words(response)
    row.refresh_from_db()
    assert row.revoked_at is None


def test_trainers_and_others_see_and_change_nothing(host, row, page):
    address = f"/trainings/certificates/{row.pk}"
    trainer = other("trainer", host)
    stranger = other("coordinator", make_organisation("Demo Elsewhere", "MT"))

    assert trainer.get(page).status_code == 403
    assert stranger.get(page).status_code == 404
    for desk in (trainer, stranger):
        for path in (address, f"{address}/certificate.pdf", f"{address}/revoke"):
            assert desk.get(path).status_code == 404
        assert desk.post(f"{address}/revoke", reason="Demo").status_code == 404
        again = f"/trainings/registrations/{row.registration_id}/certificate"
        assert desk.post(again, reason="Demo").status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


def test_an_erased_participant_gets_no_certificate_and_no_actions(desk, page, host, edition, pia):
    make_key(host)
    gone = attend(edition, 360, pia.user, name="Demo Gone")
    erase_participant(pia.scope, gone.participant, at=AT)
    shown = words(desk.get(page))
    assert "No confirmed participants" in shown
    assert desk.post(page, registration=gone.pk).status_code == 409
    assert not Certificate.objects.exists()

    own = desk.get(f"/trainings/registrations/{gone.pk}")
    text = words(own)
    assert "The person was erased. Totals stay, without a name." in text
    for deed in (
        "Send their link again",
        "Withdraw this registration",
        "Erase this person",
        "Their needs",
    ):
        assert deed not in text
    assert desk.get(f"/trainings/registrations/{gone.pk}/withdraw").status_code == 404
    assert re.search(r"Look\s*:\s*Erased", words(desk.get(f"/trainings/{edition.pk}")))


def test_after_erasure_the_page_shows_no_name(desk, row):
    Certificate.objects.update(registration=None, document={}, facts={}, rule={})

    shown = words(desk.get(f"/trainings/certificates/{row.pk}"))

    assert "Demo Noor" not in shown
    assert "Valid" in shown
    assert desk.get(f"/trainings/certificates/{row.pk}/certificate.pdf").status_code == 404


def test_planners_see_keys_and_managers_make_them(desk, host):
    shown = words(desk.get("/trainings/keys"))
    assert "No certificate can be issued yet. Create a key." in shown
    assert "A manager of the organisation can create a key on this page." in shown
    assert desk.post(f"/trainings/keys/of/{host.pk}/make").status_code == 404
    assert not BadgeKey.objects.exists()

    manager = other("organisation_admin", host)
    assert led_to(manager.post(f"/trainings/keys/of/{host.pk}/make")) == "/trainings/keys"

    assert BadgeKey.objects.filter(organisation=host, retired_at=None).count() == 1
    assert "In use" in words(manager.get("/trainings/keys"))


def test_a_manager_distrusts_a_key(host, row):
    key, manager = BadgeKey.objects.get(), other("organisation_admin", host)

    manager.post(f"/trainings/keys/{key.pk}/distrust")

    key.refresh_from_db()
    assert key.distrusted_at is not None
    shown = words(manager.get("/trainings/keys"))
    assert "No longer trusted" in shown
    assert "The lists of revoked certificates are no longer signed." in shown


def test_only_planners_and_managers_see_keys(host):
    assert other("trainer", host).get("/trainings/keys").status_code == 403


def test_start_page_lists_a_training_without_certificates(desk, edition, pia):
    attend(edition, 360, pia.user)
    assert edition.code in words(desk.get("/"))

    make_key(edition.host)
    desk.post(f"/trainings/{edition.pk}/certificates")

    assert edition.code not in words(desk.get("/"))


def test_start_page_of_a_manager_shows_a_missing_key(host, edition):
    manager = other("organisation_admin", host)
    assert "No certificate can be issued yet." in words(manager.get("/"))

    make_key(host)

    assert "No certificate can be issued yet." not in words(manager.get("/"))

"""A form that was sent when the proof of who one is had grown old."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.kernel import clock
from protect.orgs.models import Invitation
from protect.vault.models import Draft
from protect.vault.sessions import drafts
from tests.orgs.conftest import make_organisation
from tests.vault.cast import serve
from tests.vault.signing import PASSWORD
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)">')
FORM = re.compile(r'<form class="form"[^>]*\saction="([^"]*)">(.*?)</form>', re.DOTALL)
WANTED = {"email": "demo.new@demo.example", "role": "protection_officer", "language": "en"}
GROWN_OLD = timedelta(minutes=11)
NOBODYS = UUID(int=7)
SECRETS = (
    ("/security/code", {"code": "4K7QX"}),
    ("/security/app", {"totp": "123456"}),
    ("/security/passkeys/new", {"credential": "{}", "prf": "AAAA"}),
    (f"/teams/{NOBODYS}/kit", {"code_1": "4K7QX", "code_2": "4K7QX", "code_3": ""}),
    (f"/places/{NOBODYS}/restore", {"code_1": "4K7QX", "code_3": "4K7QX"}),
)


@pytest.fixture
def office(amal):
    organisation = make_organisation("Demo office")
    serve(amal, organisation, "organisation_admin")
    return organisation


@pytest.fixture
def page(office) -> str:
    return f"/organisations/{office.pk}/invite"


@pytest.fixture
def desk(amal) -> Desk:
    """Somebody who signed in eleven minutes ago and was never idle for long."""
    return grown_old(Desk().sign_in(amal))


def grown_old(desk: Desk) -> Desk:
    desk.at += GROWN_OLD
    return desk


def next_of(answer) -> str:
    """Return where the page that asks for a proof will lead."""
    assert led_to(answer) == "/confirm"
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


def confirm(desk: Desk, answer) -> str:
    """Confirm again that it is you; return where that leads."""
    return desk.post(answer.headers["Location"], password=PASSWORD).headers["Location"]


def form_of(answer) -> tuple[str, dict[str, str]]:
    """Return where a page would send what was kept, and what it would send."""
    [(address, fields)] = FORM.findall(answer.content.decode())
    found = {name: html.unescape(value) for name, value in HIDDEN.findall(fields)}
    return address, {name: found[name] for name in found if name != "csrfmiddlewaretoken"}


def kept(person) -> list[Draft]:
    return list(Draft.objects.filter(user=person.user).order_by("pk"))


def test_what_was_typed_stands_there_after_the_proof_and_nothing_was_done(amal, desk, page):
    answer = desk.post(page, **WANTED)

    [draft] = kept(amal)
    assert next_of(answer) == f"/drafts/{draft.pk}"
    assert Invitation.objects.count() == 0
    assert confirm(desk, answer) == f"/drafts/{draft.pk}"
    shown = desk.get(f"/drafts/{draft.pk}")
    assert "demo.new@demo.example" in words(shown)
    assert form_of(shown) == (page, {**WANTED, drafts.USED_DRAFT_FIELD: str(draft.pk)})
    assert Invitation.objects.count() == 0


def test_it_is_sealed_while_it_waits(amal, desk, page):
    desk.post(page, **WANTED)

    [draft] = kept(amal)
    assert draft.address == page
    assert b"demo.new" not in bytes(draft.ct)


def test_it_is_sent_once_and_offered_no_more(amal, desk, page):
    answer = desk.post(page, **WANTED)
    address, fields = form_of(desk.get(confirm(desk, answer)))

    desk.post(address, **fields)

    assert [each.email for each in Invitation.objects.all()] == [WANTED["email"]]
    assert kept(amal) == []
    assert "No unsent forms" in words(desk.get("/drafts"))


def test_a_draft_that_is_put_off_again_is_still_one(amal, desk, page):
    address, fields = form_of(desk.get(confirm(desk, desk.post(page, **WANTED))))
    [first] = kept(amal)
    grown_old(desk)

    again = desk.post(address, **fields)

    [draft] = kept(amal)
    assert draft.pk != first.pk
    assert confirm(desk, again) == f"/drafts/{draft.pk}"
    assert form_of(desk.get(f"/drafts/{draft.pk}"))[1] == {
        **WANTED,
        drafts.USED_DRAFT_FIELD: str(draft.pk),
    }
    assert Invitation.objects.count() == 0


def test_a_draft_from_a_locked_hour_is_still_one_when_it_is_put_off(amal, desk, page):
    with clock.frozen(desk.at):
        made = drafts.keep_draft(amal.user.pk, page, {"email": [WANTED["email"]]}, at=desk.at)
    assert made
    address, fields = form_of(desk.get(f"/drafts/{made.pk}"))

    answer = desk.post(address, **fields)

    [draft] = kept(amal)
    assert next_of(answer) == f"/drafts/{draft.pk}"
    assert drafts.USED_DRAFT_FIELD in form_of(desk.get(f"/drafts/{draft.pk}"))[1]


def test_a_draft_stays_when_nothing_newer_could_be_kept(amal, desk, page):
    made = drafts.keep_draft(amal.user.pk, page, {"email": [WANTED["email"]]}, at=desk.at)
    assert made

    answer = desk.post("/security/code", code="4K7QX", kept_draft=made.pk)

    assert next_of(answer) == "/security/code"
    assert kept(amal) == [made]


@pytest.mark.parametrize(("address", "fields"), SECRETS)
def test_codes_and_passkeys_are_never_kept_and_one_comes_back_to_the_page(
    amal, desk, address, fields
):
    answer = desk.post(address, **fields)

    assert kept(amal) == []
    assert confirm(desk, answer) == address


def test_a_secret_beside_a_text_is_left_out(amal, desk):
    answer = desk.post("/security/passkeys/new", name="Demo key", credential="{}", prf="AAAA")

    _address, fields = form_of(desk.get(confirm(desk, answer)))
    assert fields.keys() == {"name", drafts.USED_DRAFT_FIELD}
    assert fields["name"] == "Demo key"


def test_a_file_is_never_kept(amal, desk, page):
    file = SimpleUploadedFile("demo.pdf", b"%PDF PLANTED-IN-A-FILE", content_type="application/pdf")

    answer = desk.post(page, **WANTED, file=file)

    shown = desk.get(confirm(desk, answer))
    assert form_of(shown)[1].keys() == {*WANTED, drafts.USED_DRAFT_FIELD}
    assert "PLANTED" not in shown.content.decode()


def test_a_button_without_a_text_leads_back_to_the_page_on_which_it_stood(amal, desk):
    with clock.frozen(desk.at):
        answer = desk.client.post(
            f"/invitations/{NOBODYS}/again",
            headers={"referer": "http://localhost/organisations/x/invitations?sort=role"},
        )

    assert kept(amal) == []
    assert confirm(desk, answer) == "/organisations/x/invitations"


def test_whoever_only_looks_leaves_no_draft(amal, desk, page):
    answer = desk.get(f"{page}?email=demo.new@demo.example")

    assert next_of(answer) == f"{page}?email=demo.new@demo.example"
    assert kept(amal) == []


def test_a_fresh_proof_keeps_nothing(amal, page):
    assert led_to(Desk().sign_in(amal).post(page, **WANTED)) != "/confirm"

    assert Invitation.objects.count() == 1
    assert kept(amal) == []

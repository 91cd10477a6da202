"""Certificate pages for verifiers and holders, without account and cookies."""

import json
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from protect.certificates import access
from protect.certificates.actions import certificates
from protect.certificates.badges.files import certificate_from_bytes
from protect.certificates.badges.issuers import keys_in_document
from protect.certificates.badges.verification import State, verify
from protect.certificates.forms import FileCheckForm
from protect.certificates.models import Certificate
from protect.certificates.papers import write_pdf
from protect.certificates.rules import printed_number
from protect.certificates.views.public_pages import MAX_REQUEST_BYTES
from protect.kernel import clock
from protect.trainings.documents.actions import save_letterhead
from protect.uploads.clean_documents import CleanDocument
from tests.certificates.badges.given import SIGNED, with_value
from tests.certificates.badges.test_elsewhere import foreign_badges
from tests.certificates.issued import make_key
from tests.trainings.finished import AT, LATER, attend, make_done_edition
from tests.trainings.heading import make_letterhead
from tests.ui.press.seeing import as_seen, pages
from tests.vault.views.desk import words

OPEN = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
NAME = "Demo Noor"


@pytest.fixture
def row(planners):
    make_key(planners.host)
    holder = attend(make_done_edition(planners.host), 360, planners.people["pia"], name=NAME)
    certificate = certificates.issue_certificate(planners.scope("pia"), holder, at=AT)
    return access.get_certificate_by_credential(certificate.credential)


@pytest.fixture
def page(row):
    return f"/trainings/en/c/{row.credential}"


def browser(**headers: str) -> Client:
    return Client(headers={"host": "127.0.0.1:8000", **headers})


def own_page_of(row: Certificate) -> str:
    """Return the address of its holder's own page."""
    return f"/trainings/fr/own/{row.registration.own_token()}"


def get(address: str, at=LATER):
    with clock.frozen(at):
        return browser().get(address)


def post(address: str, at=LATER, **fields):
    with clock.frozen(at):
        return browser().post(address, fields)


def check_name(page: str, name: str, at=LATER):
    """Return what a stranger hears: yes, no, or None for neither."""
    return post(page, at=at, name=name).context["matches"]


def test_the_code_on_paper_leads_to_the_language_of_the_browser(row):
    address = f"/certificates/{row.credential}"
    response = browser(**{"accept-language": "nl,fr;q=0.5"}).get(address)
    assert response["Location"] == f"/trainings/nl/c/{row.credential}"
    assert response["Cache-Control"] == "no-store"
    led = browser(**{"accept-language": "tlh"}).get(address)["Location"]
    assert led.startswith("/trainings/en/")


def test_visitor_sees_the_state_but_no_name(row, page):
    response = get(page)

    shown = words(response)
    assert {name: response.headers.get(name) for name in OPEN} == OPEN
    assert not response.cookies
    for text in ("Demo course A", "Protection in practice", "6 hours", "2 October 2026"):
        assert text in shown
    assert "Valid" in shown
    assert "Demo Academy" in shown
    assert NAME not in response.content.decode()


def test_page_title_does_not_reveal_the_topic(page):
    title = get(page).content.decode().partition("</title>")[0]

    assert "Protection" not in title
    assert "Demo" not in title.rpartition("<title>")[2]


def test_an_unknown_certificate_is_not_found(row):
    for address in (f"/certificates/{uuid4()}/badge.json", f"/trainings/en/c/{uuid4()}"):
        assert get(address).status_code == 404


def test_a_name_is_compared_and_never_shown(page):
    assert check_name(page, "noor, DEMO") is True
    assert check_name(page, "Demo Alma") is False
    response = post(page, name="Demo Alma")
    assert "This does not match the holder's name. Check the spelling." in words(response)
    assert NAME not in response.content.decode()


def test_number_of_name_guesses_is_limited(page, row):
    for _ in range(5):
        assert check_name(page, "Demo Alma") is False

    response = post(page, name=NAME)

    assert response.status_code == 429
    assert response.context["matches"] is None
    assert "Too many names were tried" in words(response)
    row.refresh_from_db()
    assert row.name_tries == 5
    assert check_name(page, NAME, LATER + timedelta(hours=1)) is True


def test_correct_names_do_not_count_as_guesses(page):
    assert [check_name(page, NAME) for _ in range(7)] == [True] * 7


def test_cross_site_post_is_refused(page, row):
    response = browser(origin="https://elsewhere.test").post(page, {"name": "Demo Alma"})

    row.refresh_from_db()
    assert (response.status_code, row.name_tries) == (403, 0)


def test_revoked_certificate_page_says_so_and_compares_no_names(planners, row, page):
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo secret why")

    shown = words(get(page))
    assert "Revoked" in shown
    assert "Do not rely on it. The reason is not published." in shown
    assert "Demo secret why" not in shown
    assert post(page, name=NAME).status_code == 404
    row.refresh_from_db()
    assert row.name_tries == 0


def test_page_of_a_replaced_certificate_does_not_link_to_the_new_one(planners, row, page):
    made = certificates.replace_certificate(planners.scope("pia"), row, at=LATER, reason="Demo")

    response = get(page)
    assert "Ask the person who showed it to you for the new one" in words(response)
    assert str(made.credential) not in response.content.decode()


def test_page_shows_only_the_state_after_erasure(row, page):
    Certificate.objects.update(registration=None, document={}, facts={}, rule={})

    shown = words(get(page))
    assert "Valid" in shown
    assert "file still contains it and can be checked." in shown
    assert "Protection" not in shown
    assert get(f"/certificates/{row.credential}/badge.json").status_code == 404


def test_published_documents_allow_cross_origin_reads_and_short_caching(row):
    issuer = f"/issuers/{row.issuer_id}"
    kinds = {
        f"/certificates/{row.credential}/badge.json": "application/vc",
        f"{issuer}/did.json": "application/did+ld+json",
        f"{issuer}/status/1/revocation": "application/vc",
    }

    for address, kind in kinds.items():
        response = get(address)
        assert response["Content-Type"] == kind
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "public, max-age=600"
        assert "Vary" not in response.headers
        assert not response.cookies


def test_published_certificates_verify_and_have_no_name(row):
    address = f"/issuers/{row.issuer_id}"
    badge = json.loads(get(f"/certificates/{row.credential}/badge.json").content)
    paths = [
        status["statusListCredential"].partition("8000")[2] for status in badge["credentialStatus"]
    ]
    lists = [json.loads(get(path).content) for path in paths]
    keys = keys_in_document(json.loads(get(f"{address}/did.json").content))

    assert verify(badge, lists, keys, at=LATER).state is State.VALID
    assert NAME not in json.dumps([badge, lists])


@pytest.mark.parametrize("rest", ["did.json", "status/1/revocation"])
def test_an_organisation_without_keys_publishes_nothing(planners, rest):
    assert get(f"/issuers/{planners.other.pk}/{rest}").status_code == 404


def test_keys_are_not_published_under_another_host_name(row):
    other = Client(headers={"host": "127.0.0.1:9000"})

    assert other.get(f"/issuers/{row.issuer_id}/did.json").status_code == 404


@pytest.mark.parametrize("kind", ["printed", "address"])
def test_printed_number_leads_to_the_certificate_page(row, page, kind):
    typed = {
        "printed": printed_number(row.credential).lower().replace(" ", "-"),
        "address": f"https://demo.example/certificates/{row.credential}",
    }

    response = post("/trainings/en/check", number=typed[kind])

    assert response["Location"] == page
    assert printed_number(row.credential) in words(get(page))


@pytest.mark.parametrize("typed", ["3F2A-91BC", "0e0c" * 8])
def test_unknown_number_is_refused_at_its_field_and_stays_typed(row, typed):
    response = post("/trainings/en/check", number=typed)

    assert response.status_code == 404
    assert set(response.context["typed"].errors) == {"number"}
    assert not response.context["file_form"].errors
    assert typed in response.content.decode()


def upload(content: bytes, at=LATER):
    file = SimpleUploadedFile("demo.json", content)
    return post("/trainings/en/check", at=at, file=file)


def test_uploaded_file_is_checked_and_not_stored(row):
    for content in (json.dumps(row.document).encode(), write_pdf(row, row.document, "en")):
        response = upload(content)
        assert response.context["verdict"].state is State.VALID
        assert "Protection in practice" in words(response)


def test_file_without_a_name_offers_a_name_comparison(row, page):
    response = upload(write_pdf(row, row.document, "en"))

    assert "The printed text was not checked and may differ:" in words(response)
    assert NAME not in response.content.decode()
    assert f'action="{page}"' in response.content.decode()
    assert 'name="name"' in response.content.decode()


def test_name_in_a_file_is_shown_if_the_holder_included_it(row):
    Certificate.objects.update(shows_name=True)
    response = upload(json.dumps(row.document).encode())
    assert NAME in words(response)
    assert 'name="name"' not in response.content.decode()


def test_invalid_file_offers_no_name_comparison(planners, row):
    file = json.dumps(row.document).encode()
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo")
    response = upload(file)
    assert "The printed text was not checked and may differ:" not in words(response)
    assert 'name="name"' not in response.content.decode()


@pytest.mark.node
@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("key", "Its signature is valid: nothing was changed since its issuer signed it."),
        ("web", "We cannot check its signature. Ask its issuer."),
    ],
)
def test_page_recognises_a_badge_of_another_issuer(row, which, said):
    response = upload(json.dumps(foreign_badges()[which]).encode())
    shown = words(response).replace("\u2068", "").replace("\u2069", "")

    assert "Not issued by this platform" in shown
    assert "Demo school elsewhere (not this platform)" in shown
    assert said in shown
    assert "contact the issuer in another way." in shown
    for untrue in (
        "Altered",
        "never signed",
        "The printed text was not checked and may differ:",
        "Page of this certificate",
    ):
        assert untrue not in shown


def test_a_certificate_with_a_large_emblem_is_checked_too(planners, row):
    side = 400
    noise = Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3))
    out = BytesIO()
    noise.save(out, "PNG")
    head = make_letterhead(picture=CleanDocument("demo.png", "image/png", out.getvalue()))
    save_letterhead(planners.scope("pia"), planners.host, head, at=AT)

    response = upload(write_pdf(row, row.document, "en", is_full=True))

    assert response.context["verdict"].state is State.VALID


def test_file_above_the_size_limit_is_refused_unread(row):
    for answer in (
        upload(bytes(MAX_REQUEST_BYTES)),
        post("/trainings/en/check", number="0" * 70_000),
    ):
        assert answer.status_code == 422
        assert "larger than a certificate ever is" in words(answer)
        assert "This field is required" not in words(answer)
        assert 'type="file"' in answer.content.decode()
        assert 'name="number"' in answer.content.decode()


def test_altered_or_foreign_file_is_refused_without_showing_its_content(row):
    path = ("credentialSubject", "result", 0, "value")
    altered = json.dumps(with_value(row.document, path, "9000")).encode()

    response = upload(altered)
    assert response.context["verdict"].state is State.ALTERED
    assert "9000" not in words(response)
    foreign = upload(json.dumps(SIGNED).encode())
    assert foreign.context["verdict"].state is State.FOREIGN
    assert "Demo Person" not in foreign.content.decode()


@pytest.mark.parametrize("content", [b"", b"no certificate", b"%PDF-broken"])
def test_file_without_a_certificate_is_refused_at_its_field(row, content):
    response = upload(content)

    assert response.status_code == 422
    assert isinstance(response.context["form"], FileCheckForm)
    assert set(response.context["form"].errors) == {"file"}


def test_holder_downloads_both_files_and_chooses_to_include_the_name(row, page):
    own = f"{own_page_of(row)}/certificate"
    for kind in ("", ".pdf", ".json"):
        response = get(f"{own}{kind}")
        assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
    assert certificate_from_bytes(get(f"{own}.pdf").content) == row.document
    assert json.loads(get(f"{own}.json").content) == row.document

    saved = post(own, shows_name="on")["Location"]
    assert saved == f"{own}?done=1"
    assert "Saved: people who check it see your name." in words(get(saved.replace("/fr/", "/en/")))

    assert NAME in words(get(page))
    named = json.loads(get(f"{own}.json").content)
    assert named["credentialSubject"]["identifier"][0]["identityHash"] == NAME
    assert NAME not in get(f"/certificates/{row.credential}/badge.json").content.decode()
    post(own)
    assert NAME not in words(get(page))


def test_holder_chooses_the_full_version_and_an_invalid_one_is_marked(planners, row):
    own = f"{own_page_of(row)}/certificate.pdf"
    assert "Protection in practice" not in as_seen(pages(get(own).content)[0])
    assert "Protection in practice" in as_seen(pages(get(f"{own}?form=full").content)[0])

    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo secret why")

    shown = words(get(own_page_of(row).replace("/fr/", "/en/") + "/certificate"))
    assert "The reason is shown neither here nor to people who check it" in shown
    assert "Demo secret why" not in shown
    for form in ("", "?form=full"):
        assert "Révoquée" in as_seen(pages(get(f"{own}{form}").content)[0])


def test_holder_page_explains_what_the_neutral_version_reveals(row):
    own = own_page_of(row).replace("/fr/", "/en/")

    response = get(f"{own}/certificate")
    assert "lead to the title" in words(response)
    assert f'href="{own}"' in response.content.decode()
    assert "Saved" not in words(response)


def test_own_page_links_to_the_certificate(row):
    own = own_page_of(row)

    assert f"{own}/certificate" in get(own).content.decode()
    Certificate.objects.all().delete()
    assert f"{own}/certificate" not in get(own).content.decode()


def test_link_of_another_participant_opens_no_certificate(row):
    for ending in ("", ".pdf", ".json"):
        assert get(f"/trainings/en/own/other/certificate{ending}").status_code == 404
    assert post("/trainings/en/own/other/certificate", shows_name="on").status_code == 404
    row.refresh_from_db()
    assert not row.shows_name

"""The letterhead at the desk: saved, previewed, refused with a message."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.trainings.documents.models import PaperHead
from tests.orgs.conftest import make_organisation
from tests.trainings.heading import make_picture
from tests.ui.press.seeing import as_seen, pages
from tests.vault.views.desk import led_to, words

ALT = "Demo emblem"


@pytest.fixture
def address(host):
    return f"/trainings/heads/{host.pk}"


def sent(content: bytes, name: str = "emblem.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_keys_page_links_to_the_letterhead(desk_of, address):
    assert address in desk_of().get("/trainings/keys").content.decode()


def test_emblem_and_statements_are_saved_and_previewed(desk_of, address):
    desk = desk_of()
    said = {"funding_en": "Funded by\n Demo Fund", "disclaimer_ar": "ديمو"}

    assert led_to(desk.post(address, file=sent(make_picture("JPEG")), alt=ALT, **said)) == address

    row = PaperHead.objects.get()
    assert bytes(row.picture).startswith(b"\xff\xd8\xff")
    assert (row.alt, row.funding) == (ALT, {"en": "Funded by Demo Fund"})
    assert row.disclaimer == {"ar": "ديمو"}
    response = desk.get(f"{address}/preview.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert "Funded by Demo Fund" in as_seen(pages(response.content)[0])
    assert "Emblem of the donor" not in as_seen(pages(response.content)[0])


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"", b"\x89PNG\r\n\x1a\nbroken"],
    ids=["svg", "gif", "empty", "broken"],
)
def test_invalid_picture_is_refused_at_its_field_and_typed_values_stay(desk_of, address, content):
    response = desk_of().post(address, file=sent(content), alt=ALT, funding_en="Demo Fund")

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"file"}
    assert "An emblem is a PNG or JPEG of at most 500 kB." in words(response)
    assert "Demo Fund" in response.content.decode()
    assert not PaperHead.objects.exists()


def test_missing_description_is_reported_at_its_field(desk_of, address):
    response = desk_of().post(address, file=sent(make_picture()))

    assert response.status_code == 422
    assert "Write what the emblem shows." in words(response)
    assert not PaperHead.objects.exists()


def test_too_long_statement_is_refused_instead_of_cut(desk_of, address):
    response = desk_of().post(address, funding_en="x" * 401)

    assert response.status_code == 422
    assert not PaperHead.objects.exists()


def test_emblem_is_removed_by_a_checkbox(desk_of, address):
    desk = desk_of()
    assert b"has_none" not in desk.get(address).content
    desk.post(address, file=sent(make_picture()), alt=ALT)
    assert b"has_none" in desk.get(address).content

    desk.post(address, alt=ALT, has_none="on")

    assert PaperHead.objects.get().picture is None


def test_letterhead_page_opens_for_managers_only(desk_of, address):
    assert desk_of("mara", "organisation_admin").get(address).status_code == 200
    elsewhere = make_organisation("Demo Elsewhere", "MT")
    others = (desk_of("tom", "trainer"), desk_of("otto", organisation=elsewhere))
    for desk in others:
        for path in (address, f"{address}/preview.pdf"):
            assert desk.get(path).status_code == 404
        assert desk.post(address, funding_en="Demo").status_code == 404
    assert not PaperHead.objects.exists()

"""School packs at the desk: pages and PDFs, with marks for unconfirmed numbers."""

import pytest

from protect.outreach import school_packs
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT
from tests.ui.press.seeing import as_seen, pages
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
LIST = "/trainings/packs"


def desk_in(country: str) -> Desk:
    person = make_person("yara")
    serve(person, make_organisation("Demo Academy", country), "ambassador")
    return Desk(at=AT).let_in(person)


def test_pack_page_has_lesson_card_and_help_numbers():
    shown = words(desk_in("PL").get(f"{LIST}/12-14"))

    assert "Lines we draw" in shown
    assert "I believe you" in shown
    assert "116 111" in shown
    assert "Draft: not reviewed yet" in shown


def test_unconfirmed_number_for_children_is_marked():
    shown = words(desk_in("BE").get(f"{LIST}/6-8"))

    assert "116 111 Help line for children Not confirmed" in shown


@pytest.mark.parametrize(
    ("tag", "mark"), [("en", "Not confirmed"), ("fr", "Pas confirmé"), ("ar", "د ك ؤ مُ ريغ")]
)
def test_the_paper_marks_as_many_numbers_as_the_page(tag, mark):
    desk = desk_in("BE")
    numbers = desk.get(f"{LIST}/12-14?in={tag}").context["numbers"]
    unconfirmed = [line.number for line in numbers if not line.is_checked]
    printed = as_seen(pages(desk.get(f"{LIST}/12-14/pack.pdf?in={tag}").content)[-1])

    assert unconfirmed
    assert printed.count(mark) == len(unconfirmed)


def test_every_lesson_and_note_has_a_page_and_a_pdf():
    desk = desk_in("BE")
    pages = [f"{LIST}/{code}" for code in school_packs.load_lessons("en")]
    notes = [f"{LIST}/parents/{tag}" for tag in school_packs.load_parent_notes()]
    assert desk.get(LIST).status_code == 200
    for address in (*pages, *notes):
        assert desk.get(address).status_code == 200, address
    for address in (f"{pages[0]}/pack.pdf", f"{notes[3]}/note.pdf"):
        response = desk.get(address)
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")


def test_lesson_page_names_a_fallback_language():
    desk = desk_in("BE")
    arabic, other = (desk.get(f"{LIST}/12-14?in={tag}") for tag in ("ar", "ti"))

    assert "خطوط نرسمها" in words(arabic)
    assert "أصدّقك" in words(arabic)
    assert 'dir="rtl"' in arabic.content.decode()
    assert "This lesson is not yet available in your language. The card below may be." not in words(
        arabic
    )
    assert "This lesson is not yet available in your language. The card below may be." in words(
        other
    )
    assert "Lines we draw" in words(other)
    assert desk.get(f"{LIST}/12-14/pack.pdf?in=nl").content.startswith(b"%PDF")


@pytest.mark.parametrize("address", [f"{LIST}/0-3", f"{LIST}/parents/tlh", f"{LIST}/0-3/pack.pdf"])
def test_unknown_pack_address_is_not_found(address):
    assert desk_in("BE").get(address).status_code == 404

"""What is on the paper: every digit in order, nothing cut off, nothing that says too much."""

from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from protect.campaigns.base.enums import MaterialKind, PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press import sheets
from protect.campaigns.press.sheets import Misfit, PaperFormat
from protect.findhelp import addresses
from protect.reference import vocabulary
from tests.campaigns.campaigners import AT, release
from tests.ui.press.seeing import as_seen, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
MILLIMETRE = 72 / 25.4  # points
TAGS = ("en", "fr", "nl", "ar", "ti", "el")
SAID_OF_VIOLENCE = ("violence", "rape", "victim", "abuse", "assault")


@pytest.fixture(autouse=True)
def released(db):
    release(*TAGS)


def sheet(code="someone-to-talk-to", tag="en", size=PaperSize.A4, *, country="SI", bleed=False):
    paper = PaperFormat(size, bleed)
    return sheets.build_sheet(press_templates()[code], country, tag, paper, at=AT)


def made(*args, **kwargs) -> bytes:
    content = sheets.sheet_pdf(sheet(*args, **kwargs))
    assert isinstance(content, bytes), content
    return content


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("template", press_templates().values(), ids=lambda each: each.code)
def test_every_language_of_the_project_fits_on_every_size_of_its_template(template, tag):
    for size in template.sizes:
        assert isinstance(sheets.sheet_pdf(sheet(template.code, tag, size)), bytes), size


@pytest.mark.parametrize("tag", ["ar", "ti", "el"])
def test_the_digits_of_numbers_keep_their_order(tag):
    seen = as_seen(pages(made(tag=tag, country="BE"))[0])

    assert "0800 98 100" in seen
    assert "112" in seen


def test_a_card_of_which_people_see_the_front_says_nothing():
    front, back = (as_seen(page) for page in pages(made("wallet-card", size=PaperSize.CARD)))

    assert "Info" in front
    assert "080 1155" not in front
    assert "080 1155" in back
    assert "SOS telefon" not in back


@pytest.mark.parametrize("code", [*press_templates()])
def test_no_text_of_ours_says_violence(code):
    words = " ".join(each.text for each in sheet(code).texts).lower()

    assert not [word for word in SAID_OF_VIOLENCE if word in words]


@pytest.mark.parametrize(
    ("size", "bleed", "width", "height"),
    [
        (PaperSize.A4, False, 210, 297),
        (PaperSize.A3, False, 297, 420),
        (PaperSize.A4, True, 210 + 16, 297 + 16),
    ],
)
def test_a_poster_has_its_size_and_room_for_crop_marks(size, bleed, width, height):
    page = pages(made(size=size, bleed=bleed))[0]

    assert float(page.mediabox.width) / MILLIMETRE == pytest.approx(width, abs=0.1)
    assert float(page.mediabox.height) / MILLIMETRE == pytest.approx(height, abs=0.1)


@pytest.mark.parametrize(("bleed", "trim", "colour"), [(False, 0, 0), (True, 8, 5)])
@pytest.mark.parametrize("code", ["someone-to-talk-to", "wallet-card"])
def test_the_boxes_of_a_pdf_say_where_the_paper_is_cut(code, bleed, trim, colour):
    size = press_templates()[code].sizes[0]
    for page in pages(made(code, size=size, bleed=bleed)):
        for box, distance in ((page.trimbox, trim), (page.bleedbox, colour)):
            expected = distance * MILLIMETRE
            assert float(box.left) == pytest.approx(expected, abs=0.01)
            assert float(box.bottom) == pytest.approx(expected, abs=0.01)
            assert float(page.mediabox.right - box.right) == pytest.approx(expected, abs=0.01)
            assert float(page.mediabox.top - box.top) == pytest.approx(expected, abs=0.01)
        assert "/TrimBox" in page
        assert "/BleedBox" in page


def test_the_same_sheet_gives_the_same_bytes():
    assert made(bleed=True) == made(bleed=True)


def test_a_text_that_does_not_fit_is_named_with_the_next_size():
    given = sheet("if-you-need-help", size=PaperSize.A6)
    long = [
        each._replace(text=each.text * 90) if each.key == "advice" else each for each in given.texts
    ]
    found = sheets.sheet_pdf(replace(given, texts=tuple(long)))

    assert isinstance(found, Misfit)
    assert found.text.startswith("You can ask for advice")
    assert sheets.describe(found, "en").endswith("→ A4")


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(1, 60), st.sampled_from(["lead", "decide", "call"]))
def test_all_of_a_text_is_printed_or_the_press_refuses(count, key):
    words = " ".join(f"w{number}" for number in range(count * 10))
    given = sheet(size=PaperSize.A4)
    texts = [each._replace(text=words) if each.key == key else each for each in given.texts]
    content = sheets.sheet_pdf(replace(given, texts=tuple(texts)))

    if isinstance(content, Misfit):
        assert count > 5
        return
    (page,) = pages(content)
    printed = page.extract_text().split()
    assert [each for each in printed if each in set(words.split())] == words.split()


def test_the_demonstration_marks_paper_and_unchecked_numbers():
    seen = as_seen(pages(made())[0])

    assert "Demonstration" in seen
    assert "Last known number" in seen
    assert "Not checked yet" not in seen


def test_a_live_site_prints_no_unchecked_number_and_no_mark(settings):
    settings.IS_DEMO = False
    seen = as_seen(pages(made())[0])

    assert "No checked number" in seen
    assert "080 1155" not in seen
    assert "Demonstration" not in seen


def test_a_language_without_texts_is_printed_in_another_one_and_says_so():
    release("sq")
    found = sheet(tag="sq")

    assert found.frame.writing.tag == "en"
    assert "Albanian" in found.frame.other_language
    assert "Albanian" in as_seen(pages(made(tag="sq"))[0])


def test_without_a_release_nothing_is_printed():
    with pytest.raises(CampaignRefusal, match="campaigns_no_text"):
        sheet(tag="de")


@pytest.mark.parametrize("country", ["SI", "BE"])
def test_the_addresses_lead_to_pages_of_find_help(country):
    frame = sheet(country=country, tag="fr").frame
    code, complaint = (each.rpartition("/")[2] for each in (frame.address, frame.complaint_address))

    assert addresses.spots_by_code()[code] == addresses.anywhere_in(country)
    assert addresses.spots_by_code()[complaint] == addresses.rights_in(country, "helper-hurt-me")
    assert frame.address == f"{settings.PUBLIC_URL.partition('//')[2]}/fr/{code}"
    assert "<svg" in frame.qr


def test_each_template_names_things_that_exist():
    for template in press_templates().values():
        assert template.need in vocabulary.needs()
        assert {*template.categories} <= {*vocabulary.categories()}
        assert template.kind in MaterialKind

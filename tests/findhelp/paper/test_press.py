from dataclasses import replace
from io import BytesIO

import pytest
from django.utils import translation
from django.utils.functional import Promise
from pypdf import PdfReader

from protect.findhelp.paper import content as paper_wording, leaflets
from protect.findhelp.paper.content import (
    Card,
    Pathway,
    PrintedNumber,
    ServiceFacts,
    card_pdf,
    pathway_pdf,
)
from protect.findhelp.paper.leaflets import build_card, build_pathway
from protect.matching import wording as directory_wording
from protect.matching.services.rows import PhoneNumber, ServiceRow
from protect.reference import vocabulary
from protect.reference.wording import NEED_NAMES
from tests.findhelp.paper.demo import AT, SERVICE, URL, answers, found, service
from tests.ui.press.seeing import as_seen, pages

PRINTED = [
    tag
    for tag, language in vocabulary.published_languages("demo").items()
    if leaflets.printed_language(tag) == tag
]
RIGHT_TO_LEFT = [t for t in PRINTED if vocabulary.languages()[t].direction == "rtl"]
MILLIMETRE = 72 / 25.4  # points
IS_ACCESSIBLE = b"<pdfuaid:part>1</pdfuaid:part>"


def card(tag: str = "en", **changes: object) -> Card:
    return build_card(service(**changes), tag, URL, AT)


def numbered(count: int, **changes: object) -> ServiceRow:
    """Return the service with a number of its own, so that no paper leaves it out."""
    return service(phones=(PhoneNumber(f"+32800981{count:02}"),), **changes)


def pathway(tag: str, steps: int = 1, lines: int = 1, **changes: object) -> Pathway:
    found_all = [
        found(numbered(count, **changes), caution="tells_unknown") for count in range(steps + lines)
    ]
    said = answers(*found_all[:steps], national=tuple(found_all[steps:]))
    return build_pathway(said, "Liège", NEED_NAMES["talk"], "BE", tag, URL, AT)


def with_number(sheet: Card, text: str) -> Card:
    return replace(sheet, service=replace(sheet.service, numbers=(PrintedNumber(text),)))


@pytest.mark.parametrize("tag", [*RIGHT_TO_LEFT, "ti", "am", "bn", "pa", "en"])
def test_the_digits_of_a_number_keep_their_order_in_every_script(tag):
    face = as_seen(pages(card_pdf(with_number(card(tag), "0800 98 100")))[1])

    assert "0800 98 100" in face


@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_hours_and_addresses_keep_their_order_from_right_to_left(tag):
    seen = as_seen(pages(pathway_pdf(pathway(tag)))[0])

    assert "09:00–17:00" in seen
    assert "12 rue de la Démo, 4000 Liège" in seen


@pytest.mark.parametrize("tag", ["ar", "fa", "en", "bn"])
def test_a_name_with_two_kinds_of_digits_reads_by_its_own_direction(tag):
    sheet = card(tag, name="Demo 12 بيت ٣٤", organisation="بيت ٣٤ رقم 12")

    _heading, names, *_ = as_seen(pages(card_pdf(sheet))[1]).splitlines()

    house, number = "بيت"[::-1], "رقم"[::-1]  # as seen from the left
    name, organisation = f"Demo 12 ٣٤ {house}", f"12 {number} ٣٤ {house}"
    seen = [name, organisation] if tag in {"en", "bn"} else [organisation, name]
    assert names == " · ".join(seen)


def test_a_number_that_is_not_isolated_would_be_seen_turned_around():
    sheet = card("ar")
    bare = replace(sheet.frame, danger=replace(sheet.frame.danger, text="رقم 0800 98 100 رقم"))

    face = as_seen(pages(card_pdf(replace(sheet, frame=bare)))[1])

    assert "100 98 0800" in face


@pytest.mark.parametrize("tag", PRINTED)
def test_every_sentence_of_a_language_has_its_letters_in_our_fonts(tag):
    with translation.override(tag):
        words = [each for each in vars(paper_wording).values() if isinstance(each, Promise)]
        words += directory_wording.REASONS.values()
        words += [*NEED_NAMES.values(), vocabulary.languages()[tag].endonym]
        sentences = " ".join(map(str, words))
        sheet = replace(pathway(tag), place=sentences)

    assert IS_ACCESSIBLE in pathway_pdf(sheet)


def test_a_name_that_our_fonts_cannot_write_is_still_printed():
    pdf = card_pdf(card(name="Demo ᏣᎳᎩ"))

    assert IS_ACCESSIBLE not in pdf
    assert "0800 98 100" in as_seen(pages(pdf)[1])


@pytest.mark.parametrize("tag", ["en", "ar", "prs", "ckb", "ti", "zh"])
def test_a_paper_is_accessible_and_names_its_language(tag):
    for pdf in (card_pdf(card(tag)), pathway_pdf(pathway(tag))):
        assert IS_ACCESSIBLE in pdf
        assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag


def test_metadata_of_a_file_is_neutral():
    for pdf in (card_pdf(card()), pathway_pdf(pathway("en"))):
        told = dict(PdfReader(BytesIO(pdf)).metadata)
        assert told.pop("/Creator").startswith("Typst")
        assert told == {"/Title": "Info"}


def test_a_card_has_the_size_of_a_bank_card_and_two_faces():
    boxes = [page.mediabox for page in pages(card_pdf(card()))]

    sizes = [(round(box.width / MILLIMETRE), round(box.height / MILLIMETRE)) for box in boxes]
    assert sizes == [(85, 54), (85, 54)]


def test_the_first_face_shows_nothing_but_info_and_a_code(settings):
    settings.IS_DEMO = False

    face = as_seen(pages(card_pdf(card()))[0])

    assert sorted(face.split()) == sorted(
        f"Info {paper_wording.SCAN} info.example.org/xx/bcdfgh".split()
    )


def test_the_second_face_is_enough_without_a_phone():
    face = as_seen(pages(card_pdf(card("fr")))[1])

    for fact in (SERVICE.name, "09:00", "français", "12 rue de la Démo, 4000 Liège", "112"):
        assert fact in face


@pytest.mark.parametrize("tag", ["en", "de", "ar", "ti"])
@pytest.mark.parametrize(("steps", "lines"), [(0, 0), (1, 3), (30, 3)])
def test_a_pathway_is_one_page_however_much_there_is_to_say(tag, steps, lines):
    sheet = pathway(tag, steps, lines, restrictions="Demo words. " * 30)

    assert len(pages(pathway_pdf(sheet))) == 1


def test_a_pathway_prints_whole_steps_in_their_order_and_its_last_line():
    steps = [found(numbered(place, name=f"Demo {place}.")) for place in range(1, 31)]
    sheet = build_pathway(answers(*steps), "Liège", NEED_NAMES["talk"], "BE", "en", URL, AT)

    seen = as_seen(pages(pathway_pdf(sheet))[0])

    printed = [place for place in range(1, 31) if f"Demo {place}." in seen]
    assert 5 <= len(printed) < 30
    assert printed == list(range(1, len(printed) + 1))
    assert seen.splitlines()[-1] == str(paper_wording.CALL_FIRST)


def test_a_printed_card_with_too_much_text_keeps_two_pages():
    sheet = card(restrictions="Demo words. " * 200, name="Demo name " * 20)

    assert len(pages(card_pdf(sheet))) == 2


def test_a_demonstration_says_so_on_every_page_in_english_and_in_the_language():
    with translation.override("ar"):
        own = str(paper_wording.DEMONSTRATION)
    for pdf in (card_pdf(card("ar")), pathway_pdf(pathway("ar"))):
        for page in pages(pdf):
            assert "Demonstration" in as_seen(page)
    assert own in card("ar").frame.mark
    assert own in " ".join(pathway("ar").frame.mark)


def test_a_service_without_any_fact_is_printed():
    empty = ServiceFacts("Demo", "", (), "", (), "", (), "", ())

    assert len(pages(card_pdf(replace(card(), service=empty)))) == 2


def dated(*untils: str) -> str:
    """Return what is seen on a pathway whose steps are good until these days."""
    steps = [found(numbered(place, name=f"Demo {place}.")) for place in range(len(untils))]
    sheet = build_pathway(answers(*steps), "Liège", NEED_NAMES["talk"], "BE", "en", URL, AT)
    steps = tuple(
        replace(each, until=until) for each, until in zip(sheet.steps, untils, strict=True)
    )
    valid = {until: f"Valid until {until}" for until in untils if until}
    return as_seen(pages(pathway_pdf(replace(sheet, steps=steps, valid=valid)))[0])


def test_a_pathway_says_until_when_everything_on_it_is_good():
    assert "Valid until 2026-12-01" in dated("2026-12-24", "2026-12-01", "2027-01-02")


def test_a_pathway_promises_nothing_where_one_of_its_steps_is_not_fresh():
    assert "Valid until" not in dated("2026-12-24", "", "2027-01-02")
    assert "Valid until" not in as_seen(pages(pathway_pdf(pathway("en", 0, 0)))[0])


def test_services_that_do_not_fit_do_not_shorten_the_validity():
    assert "Valid until 2026-12-24" in dated(*["2026-12-24"] * 29, "2026-12-01")

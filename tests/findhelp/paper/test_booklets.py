"""The booklet: what is printed, on which page, and what its outside says."""

import re
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from protect.content import released
from protect.content.drafts import page_files
from protect.content.enums import PageKind
from protect.findhelp.paper import books
from protect.findhelp.paper.booklets import (
    booklet_pdf,
    build_booklet,
    imposed_pdf,
    imposed_sides,
)
from protect.kernel import clock
from protect.reference import vocabulary
from tests.findhelp.paper.demo import AT, URL, service
from tests.findhelp.paper.editions import booklet_of, edition, release
from tests.refusals import refuses
from tests.ui.press.seeing import as_seen, pages

MILLIMETRE = 72 / 25.4  # points
IS_ACCESSIBLE = b"<pdfuaid:part>1</pdfuaid:part>"
RIGHT_TO_LEFT = ("ar", "fa", "prs", "ps", "ur", "ckb")
MALTESE_NUMBER = "2122 4001"  # of a service in the starter directory
TELLING = re.compile(r"violence|abuse|victim|rape|rights|police|shelter|help", re.IGNORECASE)


def pages_of_headings(pdf: bytes) -> set[tuple[str, int]]:
    """Return each heading and the number of its page, from the outline."""
    reader = PdfReader(BytesIO(pdf))
    found: set[tuple[str, int]] = set()

    def walk(entries) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                title = re.sub("[\u2066-\u2069]", "", str(entry.title))
                found.add((title, reader.get_destination_page_number(entry) + 1))

    walk(reader.outline)
    return found


@pytest.fixture
def english(starter, db):
    return edition("MT", "en").booklet


def test_pages_are_a5_and_as_many_as_can_be_stapled(english):
    sheets = pages(booklet_pdf(english))

    assert {
        (round(sheet.mediabox.width / MILLIMETRE), round(sheet.mediabox.height / MILLIMETRE))
        for sheet in sheets
    } == {(148, 210)}
    assert len(sheets) % 4 == 0


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_cover_and_file_name_do_not_mention_violence(db, settings, is_demo):
    settings.IS_DEMO = is_demo
    pdf = booklet_pdf(booklet_of([service()]))
    first, *_, last = pages(pdf)

    face = as_seen(first)
    assert not TELLING.search(face)
    assert "112" in face.split()
    assert "As of 24 November 2026" in face
    assert ("Demonstration" in face) == is_demo
    assert as_seen(last) == ""
    told = dict(PdfReader(BytesIO(pdf)).metadata)
    assert told["/Title"] == "Info"
    assert told.keys() <= {"/Title", "/Creator"}


def test_every_reference_names_the_page_on_which_its_title_stands(english):
    pdf = booklet_pdf(english)
    headings = pages_of_headings(pdf)
    sheets = [as_seen(page) for page in pages(pdf)]
    links = [*english.chapter_links]
    for page in (english.contents, *english.pages):
        links += [link for block in page.blocks for link in block.links]
    names = [name for chapter in english.book.chapters for _key, name in chapter.also]
    titles = [link.title.text for link in links] + names

    references = [
        (title, int(number))
        for text in sheets
        for title, number in re.findall(r"^(.+?)[ ·]+ (\d+)$", text, re.MULTILINE)
        if title in titles
    ]

    assert len(references) == len(titles)
    assert {title for title, _number in references} == set(titles)
    assert [reference for reference in references if reference not in headings] == []
    assert [text for text in sheets[1:-4] if not re.search(r"\d$", text)] == []  # page numbers


def test_pages_without_a_target_are_not_referred_to(english):
    keys = {page.key for page in english.pages} | {link.key for link in english.chapter_links}
    blocks = [block for page in (english.contents, *english.pages) for block in page.blocks]

    assert {link.key for block in blocks for link in block.links} <= keys
    for block in blocks:
        assert block.texts or block.links or block.facts or block.note


@pytest.mark.parametrize("tag", [*RIGHT_TO_LEFT, "ti", "am", "bn", "bg", "el", "zh"])
def test_a_booklet_is_accessible_in_its_language_with_numbers_in_order(starter, db, tag):
    pdf = booklet_pdf(edition("MT", tag).booklet)
    text = [as_seen(page) for page in pages(pdf)]

    assert IS_ACCESSIBLE in pdf
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag
    every = "\n".join(text)
    assert MALTESE_NUMBER in every
    assert MALTESE_NUMBER.split()[1] + " " + MALTESE_NUMBER.split()[0] not in every
    assert "14:00-18:00" in every or "14:00–18:00" in every  # within a text about the police
    assert "FRN 1530" in every  # within an address
    for number, page in enumerate(text[1:], 2):
        if page:
            assert str(number) in page.splitlines()[-1].split()


@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_the_list_of_a_right_to_left_booklet_has_the_numbers_of_its_pages(starter, db, tag):
    booklet = edition("MT", tag).booklet
    pdf = booklet_pdf(booklet)
    headings = {number for _title, number in pages_of_headings(pdf)}
    listed = [
        int(number)
        for page in pages(pdf)[2:4]
        for number in re.findall(r"^(\d+)[ ·]+ \D", as_seen(page), re.MULTILINE)
    ]

    shown = sum(len(block.links) for block in booklet.contents.blocks)
    assert listed[:shown] == sorted(listed[:shown])
    assert set(listed) <= headings
    assert len(listed) >= shown + len(booklet.chapter_links)


def test_the_list_names_each_page_once_in_the_order_of_the_pages(english):
    titles = [page.title.text for page in english.pages]
    listed = [link.title.text for block in english.contents.blocks for link in block.links]

    assert listed == titles
    assert len(set(titles)) == len(titles)


def test_pages_are_in_a_list_also_without_the_released_list_of_pages(db):
    release("en")
    pages_without_list = {
        code: page
        for code, page in released.pages_in("en", PageKind.RIGHTS).items()
        if code in {"men", "fgm"}
    }
    options = books.BookOptions("BE", "", "Demo area", "en", URL)

    booklet = build_booklet(books.build_book([], options, AT), pages_without_list, "BE", AT)

    assert booklet.contents.title.text == "Demo area"
    listed = [link.title.text for block in booklet.contents.blocks for link in block.links]
    assert listed == [page.title.text for page in booklet.pages]
    assert len(listed) == 5
    assert booklet_pdf(booklet).startswith(b"%PDF")


def test_each_page_says_its_number_and_the_emergency_number(english):
    *sheets, _last = [as_seen(page) for page in pages(booklet_pdf(english))]

    for text in filter(None, sheets):
        assert "112" in text.split()


def test_a_page_in_another_language_says_so_in_the_language_of_the_booklet(starter, db):
    booklet = edition("MT", "vi").booklet

    title = page_files.load_translations()["vi"]["men"]["title"].text
    (men,) = [page for page in booklet.pages if page.title.text == title]
    lead = men.blocks[0].texts[0]
    assert (lead.tag, lead.direction) == ("en", "ltr")
    assert men.note


@pytest.mark.parametrize("country", [*vocabulary.countries()])
def test_each_country_has_a_booklet_whose_first_hours_police_and_helper_are_pages(
    starter, db, country
):
    booklet = edition(country, "en").booklet

    titles = [page.title.text for page in booklet.pages]
    assert {"If it just happened", "Police", "I am helping someone"} <= set(titles)
    assert len(titles) == len(set(titles))
    assert booklet.sources


# --- to be stapled --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [4, 8, 40])
@pytest.mark.parametrize("is_from_right", [True, False])
def test_stapled_pages_are_in_their_order(count, is_from_right):
    """Fold the sheets one into the other, as hands do, and turn the leaves."""
    sides = imposed_sides(count, is_from_right=is_from_right)
    fronts, backs = sides[::2], sides[1::2]
    outer, inner = (0, 1) if is_from_right else (1, 0)  # the half that is turned first
    first_half = [
        page
        for front, back in zip(fronts, backs, strict=True)
        for page in (front[outer], back[inner])
    ]
    second_half = [
        page
        for front, back in zip(fronts[::-1], backs[::-1], strict=True)
        for page in (back[outer], front[inner])
    ]

    assert first_half + second_half == [*range(1, count + 1)]


@pytest.mark.parametrize(("tag", "cover_is_left"), [("en", False), ("ar", True), ("ti", False)])
def test_the_cover_is_on_the_side_at_which_the_language_begins(starter, db, tag, cover_is_left):
    booklet = edition("MT", tag).booklet
    pdf = imposed_pdf(booklet)
    sheets = pages(pdf)

    assert len(sheets) * 2 == len(pages(booklet_pdf(booklet)))
    assert round(sheets[0].mediabox.width / MILLIMETRE) == 297
    drawn = sheets[0].get_contents().get_data().decode("latin-1")
    places = {
        int(number): float(x)
        for number, x in re.findall(r"Alt\(Info (\d+)\)>>BDC\s+q 1 0 0 1 ([\d.]+) ", drawn)
    }
    assert places.keys() == {1, len(sheets) * 2}
    assert (places[1] < sheets[0].mediabox.width / 2 - 1) == cover_is_left


# --- the commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["print_booklet", "write_offline_file"])
def test_a_command_writes_its_file_and_says_what_is_in_it(starter, db, tmp_path, capsys, command):
    release("vi")
    file = tmp_path / "info-5"

    with clock.frozen(AT):
        call_command(command, "MT", "vi", str(file))

    output = capsys.readouterr().out
    assert output.startswith(f"{file}: ")
    content = file.read_bytes()
    if command == "print_booklet":
        assert content.startswith(b"%PDF")
        assert "19 pages about rights, 19 of them not or not all in vi; 29 services" in output
    else:
        assert content.startswith(b"<!DOCTYPE html>")
        assert f"{len(content):,} bytes" in output


def test_the_command_prints_sheets_to_staple(starter, db, tmp_path):
    release("en")
    file, sheets = tmp_path / "pages", tmp_path / "sheets"

    call_command("print_booklet", "MT", "en", str(file))
    call_command("print_booklet", "MT", "en", str(sheets), "--imposed")

    counts = [len(pages(each.read_bytes())) for each in (file, sheets)]
    assert counts[0] == 2 * counts[1]


@pytest.mark.parametrize("command", ["print_booklet", "write_offline_file"])
@pytest.mark.parametrize(
    ("area", "language", "refusal"),
    [
        ("Nowhere", "en", "findhelp_place_unknown"),
        ("MT", "xx", "findhelp_language_not_printed"),
        ("MT", "ar", "findhelp_no_pages"),
    ],
)
def test_a_command_refuses_what_it_does_not_know_and_writes_nothing(
    starter, db, tmp_path, command, area, language, refusal
):
    file = tmp_path / "out"

    with refuses(refusal):
        call_command(command, area, language, str(file))

    assert not file.exists()


@pytest.mark.parametrize("command", ["print_booklet", "write_offline_file"])
def test_a_file_that_cannot_be_written_is_shown_in_one_line(starter, db, tmp_path, command):
    release("en")

    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command(command, "MT", "en", str(tmp_path / "nowhere" / "out"))


def test_numbers_stand_before_the_long_texts(english):
    headings = dict(pages_of_headings(booklet_pdf(english)))
    chapters = [headings[chapter.need] for chapter in english.book.chapters]
    texts = [headings[page.title.text] for page in english.pages]

    assert min(chapters) <= 6
    assert max(chapters) < min(texts)

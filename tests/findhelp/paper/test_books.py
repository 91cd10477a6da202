import re
from io import BytesIO, StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.utils import translation
from pypdf import PdfReader

from protect.directory.enums import CriterionKind, CriterionOperator, ServiceScope, Verdict
from protect.findhelp.paper import books, content
from protect.findhelp.paper.books import BookOptions, build_book, is_for_area, town_in_area
from protect.findhelp.paper.content import book_pdf
from protect.kernel import clock
from protect.matching.services.rows import Condition, Point, ServedArea
from protect.reference import vocabulary
from protect.reference.wording import NEED_NAMES
from tests.findhelp.paper.demo import AT, URL, checked, service
from tests.refusals import refuses
from tests.ui.press.seeing import as_seen, pages
from tests.verification.nights import NOW, entry

LIEGE = Point(50.6, 5.5, "Liège", areas=("BE-WLG-62", "BE-WLG", "BE-WAL"), postal_code="4000")
NAMUR = Point(50.5, 4.9, "Namur", areas=("BE-WNA-92", "BE-WNA", "BE-WAL"))
IS_ACCESSIBLE = b"<pdfuaid:part>1</pdfuaid:part>"


def row(number: int, name: str, *categories: str, **changes: object):
    given = {"id": UUID(int=number), "short": f"code{number}", "name": name, "points": (LIEGE,)}
    kinds = frozenset(categories or ("psychosocial",))
    return service(categories=kinds, **given | changes)


def edition(tag: str = "en", area: str = "", **changes: str) -> BookOptions:
    return BookOptions("BE", area, "Demo area", tag, URL, **changes)


def seen(rows, tag: str = "en", hidden=(), **changes: str) -> list[str]:
    book = build_book(rows, edition(tag, **changes), AT, hidden)
    return [as_seen(page) for page in pages(book_pdf(book))]


def outline(rows, area: str = "") -> list[tuple[str, list[tuple[str, list[str]]], list[str]]]:
    """Return needs, in each its towns with their services, and those that stand elsewhere."""
    book = build_book(rows, edition(area=area), AT)
    return [
        (
            chapter.need,
            [(town.name, [each.service.name for each in town.entries]) for town in chapter.towns],
            [name for _, name in chapter.also],
        )
        for chapter in book.chapters
    ]


TALK, LAW = str(NEED_NAMES["talk"]), str(NEED_NAMES["law-papers"])


def test_services_are_by_need_and_town_each_in_full_once():
    rows = [
        row(1, "Demo B"),
        row(2, "Demo A", points=(NAMUR,)),
        row(3, "Demo C", "psychosocial", "legal"),
    ]

    assert outline(rows) == [
        (TALK, [("Liège", ["Demo B", "Demo C"]), ("Namur", ["Demo A"])], []),
        (LAW, [], ["Demo C"]),
        (str(NEED_NAMES["not-sure"]), [], ["Demo A", "Demo B", "Demo C"]),
    ]


def test_services_from_elsewhere_are_listed_under_the_country():
    rows = [
        row(1, "Demo Line", points=(), scope=ServiceScope.NATIONAL),
        row(2, "Demo Anywhere", points=(), phones=()),
        row(3, "Demo Town"),
    ]

    (_, towns, _), *_ = outline(rows)

    assert [town for town, _ in towns] == ["Liège", "Belgium", str(content.WHOLE_COUNTRY)]


def test_programmes_for_perpetrators_are_in_no_printed_directory():
    barred = next(code for code, each in vocabulary.categories().items() if each.never_an_answer)

    assert outline([row(1, "Demo Programme", barred)]) == []


def test_the_police_are_never_listed_for_the_need_talk():
    found = {need: towns for need, towns, _ in outline([row(1, "Demo Police", "police")])}

    assert list(found) == [str(NEED_NAMES["hurt-now"])]


@pytest.mark.parametrize(
    ("given", "area", "is_there"),
    [
        ({"points": (LIEGE,)}, "BE-WLG", True),
        ({"points": (NAMUR,)}, "BE-WLG", False),
        ({"points": (NAMUR, LIEGE)}, "BE-WLG", True),
        ({"points": (NAMUR,), "scope": ServiceScope.NATIONAL}, "BE-WLG", True),
        ({"points": ()}, "BE-WLG", True),  # nobody knows: never hidden
        ({"points": (), "areas": (ServedArea("BE"),)}, "BE-WLG", True),
        ({"points": (), "areas": (ServedArea("BE", area="BE-WAL"),)}, "BE-WLG", True),
        (
            {
                "points": (),
                "areas": (ServedArea("BE", area="BE-WLG-62", containing_areas=("BE-WLG",)),),
            },
            "BE-WLG",
            True,
        ),
        ({"points": (), "areas": (ServedArea("BE", area="BE-VLG"),)}, "BE-WLG", False),
        ({"points": (NAMUR,)}, "", True),
        ({"country": "NL"}, "", False),
    ],
)
@pytest.mark.django_db
def test_an_area_holds_what_is_there_and_what_serves_it_from_afar(given, area, is_there):
    assert is_for_area(row(1, "Demo", **given), "BE", area) is is_there


def test_a_service_is_at_its_place_within_the_area():
    assert town_in_area(row(1, "Demo", points=(NAMUR, LIEGE)), "BE-WLG") is LIEGE


def test_a_shelter_is_printed_only_as_around_a_town():
    shelter = row(1, "Demo Shelter", "shelter", points=(Point(50.6, 5.5, "Liège", is_coarse=True),))

    text = "\n".join(seen([shelter]))

    assert "In and around Liège" in text
    assert "rue" not in text


@pytest.mark.parametrize("tag", ["en", "ar", "fa", "ur", "ti", "am", "bn", "zh", "el", "ru"])
def test_a_book_is_accessible_in_its_language_with_numbers_in_order(tag):
    rows = [row(number, f"Demo {number}.") for number in range(1, 30)]
    pdf = book_pdf(build_book(rows, edition(tag), AT))
    text = [as_seen(page) for page in pages(pdf)]

    assert IS_ACCESSIBLE in pdf
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag
    assert "\n".join(text).count("0800 98 100") == 29
    assert "\n".join(text).count("09:00–17:00") == 29
    total = len(text)
    assert total > 2
    for number, page in enumerate(text, 1):
        assert f"{number} / {total}" in page
        assert "Demonstration" in page  # decision 11: on every page


@pytest.mark.parametrize("tag", ["ar", "ti"])
def test_needs_and_states_are_in_the_language(tag):
    with translation.override(tag):
        need = str(NEED_NAMES["talk"])
        words = str(content.CALL_FIRST)
    text = PdfReader(BytesIO(book_pdf(build_book([row(1, "Demo")], edition(tag), AT))))
    # The letters of each glyph in the order of the page: from the right for Arabic.
    drawn = "".join(as_seen(page) for page in text.pages)
    found = sorted(drawn.replace(" ", ""))

    for sentence in (need, words):
        letters = sorted(re.sub(r"[\s\u2066-\u2069]", "", sentence))
        assert all(found.count(letter) >= letters.count(letter) for letter in set(letters))


@pytest.mark.parametrize(
    ("days", "verdict", "mark", "said"),
    [
        (1, Verdict.CONFIRMED, "", "Checked by phone, 23 Nov 2026"),
        (40, Verdict.CONFIRMED, "", "Checked by phone, 15 Oct 2026"),
        (70, Verdict.CONFIRMED, "!", "No checked number · Checked 15 Sept 2026. Call first"),
        (200, Verdict.CONFIRMED, "!", "No checked number · Last known 8 May 2026"),
        (1, Verdict.DISPUTED, "!", "No checked number · Being checked"),
    ],
)
def test_every_entry_says_when_and_how_its_number_was_checked(days, verdict, mark, said):
    each = checked(days, verdict)
    (chapter, *_) = build_book([each], edition(), AT).chapters
    (found,) = chapter.towns[0].entries

    plain = re.sub("[\u2066-\u2069]", "", found.service.fresh)
    assert (found.mark, plain) == (mark, said)


def test_a_number_without_a_check_has_a_mark_that_the_legend_explains():
    first, second, *_ = seen([row(1, "Demo")])

    assert "? Not checked yet" in first
    assert "? Not checked yet" in second


def test_the_legend_has_whole_sentences_only():
    legend = build_book([row(1, "Demo")], edition(), AT).legend

    assert legend == (
        ("?", "Not checked yet"),
        ("!", "May have changed · Last known number"),
    )


def test_a_question_for_nearly_all_of_them_is_asked_once_in_front():
    text = "\n".join(seen([row(1, "Demo A"), row(2, "Demo B")]))

    assert text.count("Ask them first whether they must tell the police") == 1


def test_question_about_a_service_for_professionals_is_asked_in_front_too():
    text = "\n".join(seen([], hidden=[row(1, "Demo A")], professionals="For members"))

    assert text.count("Ask them first whether they must tell the police") == 1


def test_a_caution_of_one_service_is_on_its_card():
    tells = Condition(CriterionOperator.ANSWER, answer="yes")
    one = row(1, "Demo A", conditions={CriterionKind.TELLS_POLICE: (tells,)})

    assert "Tells the police" in "\n".join(seen([one, row(2, "Demo B")])[1:])


def test_a_name_leads_to_the_page_where_it_is_in_full():
    rows = [row(number, f"Demo {number:02}.") for number in range(1, 40)]
    rows += [row(99, "Demo Zet", "psychosocial", "legal")]
    text = seen(rows)

    full = next(n for n, page in enumerate(text[1:], 2) if "Demo Zet" in page)
    named = re.search(r"Demo Zet [ ·]*(\d+)\n", text[-1] + "\n")

    assert named
    assert int(named[1]) == full


def test_only_the_edition_of_members_holds_what_professionals_see_and_says_so_on_each_page():
    hidden = [row(7, "Demo Hidden")]

    text = seen([row(1, "Demo")], hidden=hidden, professionals="For professionals only")

    assert all("For professionals only" in page for page in text)
    assert "Demo Hidden" in "\n".join(text)


def test_a_directory_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(books, "MOST", 2)

    with refuses("findhelp_book_too_large") as refused:
        build_book([row(n, "Demo") for n in range(3)], edition(), AT)

    assert refused.value.facts == {"found": 3, "limit": 2}


# --- the command ----------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[str, str]:
    out, beside = StringIO(), StringIO()
    with clock.frozen(NOW):
        call_command("print_directory", *arguments, stdout=out, stderr=beside)
    return out.getvalue(), beside.getvalue()


def test_the_command_writes_the_file_and_says_how_many(db, tmp_path):
    entry("s1", name="Demo One")
    entry("s2", name="Demo Hidden", professionals_only=True)
    file = tmp_path / "mt.pdf"

    said, progress = run("MT", "ar", str(file))
    assert said == f"{file}: 1 services\n"
    assert progress.splitlines() == ["reading …", "printing 1 services …"]
    assert "Demo Hidden" not in "".join(as_seen(page) for page in pages(file.read_bytes()))

    assert run("MT", "ar", str(file), "--members")[0] == f"{file}: 2 services\n"
    assert "Demo Hidden" in "".join(as_seen(page) for page in pages(file.read_bytes()))


@pytest.mark.parametrize(
    ("area", "language", "refusal"),
    [
        ("Nowhere", "en", "findhelp_place_unknown"),
        ("MT", "xx", "findhelp_language_not_printed"),
        ("XX", "en", "findhelp_place_unknown"),
    ],
)
def test_the_command_refuses_what_it_does_not_know_and_writes_nothing(
    db, tmp_path, area, language, refusal
):
    file = tmp_path / "out.pdf"

    with refuses(refusal):
        run(area, language, str(file))

    assert not file.exists()


def test_a_day_of_a_book_is_that_of_its_country(db):
    late = AT.replace(hour=23, minute=30)

    frame = build_book([row(1, "Demo")], edition(), late).frame

    assert "25 November 2026" in frame.as_of

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from protect.assessments.statistics.codes import draw_codes, format_code
from protect.certificates.badges.verification import State
from protect.trainings.documents.paper.content import CodeSheet, PairCards, Sentence, Slips
from protect.trainings.documents.paper.sheets import (
    attendance_pdf,
    certificate_pdf,
    certificates_pdf,
    code_sheet_pdf,
    content,
    pair_cards_pdf,
    slips_pdf,
    wording,
)
from tests.trainings.documents.paper.demo import (
    EMBLEM,
    SCRIPTS,
    make_certificate,
    make_list,
    people,
    text_by_poppler,
)
from tests.ui.press.seeing import as_seen, pages

SAID = (Sentence("en", "Funded by Demo Fund"), Sentence("nl", "Demo Fund betaalt"))
IS_ACCESSIBLE = b"<pdfuaid:part>1</pdfuaid:part>"
NAMES = (
    *("დემო ნინო", "Դեմո Անի", "डेमो सीता", "டெமோ கவிதா", "ඩෙමෝ නිමාලි", "เดโม สมหญิง"),
    *("ដេម៉ូ សុភា", "ဒီမို အေးအေး", "דמו נועה", "ডেমো রিনা", "ਡੈਮੋ ਜੀਤ", "ሰላም", "Đêmô Ngân"),
)
WALL = CodeSheet("Demo course", "https://desk.demo.example/t/bcdfgh")
SLIPS = Slips("Demo course", tuple(f"https://demo.example/en/s/{n}" for n in range(10)))
CARDS = PairCards("Demo course", tuple(map(format_code, draw_codes(23))))
NUMBER = re.compile(r"\b(1\d{3})\b")
MILLIMETRE = 72 / 25.4  # points


def all_papers(tag: str = "en") -> dict[str, bytes]:
    return {
        "list": attendance_pdf(make_list(30), tag),
        "certificate": certificate_pdf(make_certificate(), tag),
        "wall": code_sheet_pdf(WALL, tag),
        "cards": pair_cards_pdf(CARDS, tag),
        "slips": slips_pdf(SLIPS, tag),
    }


def visible_text(pdf: bytes) -> str:
    return "\n".join(map(as_seen, pages(pdf)))


@pytest.mark.parametrize("is_landscape", [False, True])
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_pdf_text_has_every_name_in_order(tag, is_landscape):
    pdf = attendance_pdf(make_list(60, is_landscape=is_landscape), tag)

    numbers = [int(found) for page in pages(pdf) for found in NUMBER.findall(as_seen(page))]
    assert numbers == list(range(1001, 1061))
    for script in SCRIPTS:
        word = script.split()[-1]
        assert visible_text(pdf).count(word[::-1] if script == SCRIPTS[4] else word) == 10


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_poppler_reads_the_same_names_in_the_same_order():
    text = text_by_poppler(attendance_pdf(make_list(60), "en"))

    assert [int(found) for found in NUMBER.findall(text)] == list(range(1001, 1061))
    assert all(script.split()[-1] in text for script in SCRIPTS if script != SCRIPTS[4])


@pytest.mark.parametrize(
    ("count", "upright", "across"),
    [(0, 1, 1), (1, 1, 1), (24, 2, 3), (25, 2, 3), (60, 4, 5), (400, 18, 28)],
)
def test_list_has_as_many_pages_as_its_rows_need(count, upright, across):
    found = [
        len(pages(attendance_pdf(make_list(count, is_landscape=way), "en")))
        for way in (False, True)
    ]

    assert found == [upright, across]


def test_each_page_has_its_title_and_page_number():
    printed = list(map(as_seen, pages(attendance_pdf(make_list(60), "en"))))

    for number, page in enumerate(printed, 1):
        assert f"Page {number} of {len(printed)}" in page
        assert "bcd-fgh" in page
        for part in ("GA 101000000", "Demo course", "30 November 2026", "09:00–12:30"):
            assert part in page
        assert "Signature" in page
        assert "Why this list" in page


def test_list_contains_the_facts_required_by_the_donor():
    page = as_seen(pages(attendance_pdf(make_list(3), "en"))[0])

    for part in (
        "Emblem of the donor",
        "Demo House, 12 rue de la Démo, Liège",
        "Session 1 of 4",
        "Demo Trainer One",
        "Confirmed by the trainer",
    ):
        assert part in page


def test_empty_rows_are_numbered_and_a_blank_list_has_no_names():
    blank = make_list(0, walk_ins=12, trainers=())

    page = as_seen(pages(attendance_pdf(blank, "en"))[0])

    assert "1001" not in page
    assert [str(number) in page.split() for number in (1, 12, 13)] == [True, True, False]


def test_a_name_too_long_for_its_column_is_printed_whole():
    name = "Demo " + " ".join(f"part{number}" for number in range(40))
    pdf = attendance_pdf(make_list(0, people=(content.Person(name), *people(2))), "en")

    assert all(f"part{number}" in visible_text(pdf) for number in range(40))


def test_privacy_notice_of_the_organiser_replaces_the_default():
    pdf = attendance_pdf(make_list(1, notice="Demo notice of Demo House"), "en")

    assert "Demo notice of Demo House" in visible_text(pdf)
    assert "Why this list" not in visible_text(pdf)


@pytest.mark.parametrize(
    "make",
    [
        lambda **k: attendance_pdf(make_list(1, **k), "en"),
        lambda **k: certificate_pdf(make_certificate(is_neutral=False, **k), "en"),
    ],
    ids=["list", "certificate"],
)
def test_paper_contains_the_emblem_of_the_organisation(make):
    without, with_one = make(), make(emblem=EMBLEM, statements=SAID)

    assert "Emblem of the donor" not in visible_text(with_one)
    assert len(with_one) > len(without)
    assert IS_ACCESSIBLE in with_one  # the standard wants the picture in words
    assert "Funded by Demo Fund" in visible_text(with_one)
    assert "Demo Fund betaalt" in visible_text(with_one)


def test_missing_emblem_is_marked_on_lists_only():
    assert "Emblem of the donor" in visible_text(attendance_pdf(make_list(1), "en"))
    assert "Emblem" not in visible_text(certificate_pdf(make_certificate(is_neutral=False), "en"))


def test_certificate_with_the_longest_statements_is_one_page():
    said = tuple(Sentence(tag, "Demo sentence " * 28) for tag in ("en", "ar"))
    full = make_certificate(emblem=EMBLEM, statements=said, is_neutral=False)

    (page,) = pages(certificate_pdf(full, "en"))

    assert "For the organisation" in as_seen(page)


def test_emblem_of_another_file_type_is_refused():
    for picture, alt in ((b"GIF89a", "Demo"), (EMBLEM.picture, "")):
        with pytest.raises(ValueError, match="emblem"):
            content.Emblem(picture, alt)


@pytest.mark.parametrize("tag", ["en", "fr", "nl", "ar"])
def test_a_certificate_is_one_landscape_page_in_each_language_of_the_desk(tag):
    (page,) = pages(certificate_pdf(make_certificate(), tag))

    box = page.mediabox
    assert (round(box.width / MILLIMETRE), round(box.height / MILLIMETRE)) == (297, 210)
    for part in (
        "Demo Amal Haddad",
        "Demo Trainer One",
        "desk.demo.example/c/7kq3vmd2",
        "7kq3-vmd2",
    ):
        assert part in as_seen(page)


def test_certificate_prints_holder_course_hours_dates_and_issuer():
    page = as_seen(pages(certificate_pdf(make_certificate(), "en"))[0])

    for part in ("12 hours 30 minutes", "1 December 2026", "4 December 2026", "Demo Maison"):
        assert part in page


def test_neutral_certificate_reveals_neither_topic_nor_donor():
    given = make_certificate(emblem=EMBLEM, statements=SAID)
    neutral = certificate_pdf(given, "en")
    full = certificate_pdf(replace(given, is_neutral=False), "en")

    for part in ("Demo: supporting survivors", "GA 101000000", "Liège", "Funded by Demo Fund"):
        assert part not in visible_text(neutral)
        assert part in visible_text(full)
    assert "Demo course" in visible_text(neutral)
    assert neutral == certificate_pdf(make_certificate(), "en")


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("state", [State.REVOKED, State.REPLACED])
def test_invalid_certificate_is_marked_in_its_language(state, tag):
    with translation.override(tag):
        word = str(state.label)
    pdf = certificate_pdf(make_certificate(invalid_state=state), tag)
    plain = certificate_pdf(make_certificate(), tag)

    shown = word if tag == "en" else word.split()[-1][::-1]  # the first has a mark over it
    assert shown in visible_text(pdf)
    assert shown not in visible_text(plain)
    assert IS_ACCESSIBLE in pdf
    assert len(pages(pdf)) == 1


def test_certificate_with_long_texts_stays_one_page():
    long = make_certificate(
        holder="Demo Person With Names " * 8,
        course="Demo course about many things " * 12,
        is_neutral=False,
        trainers=tuple(f"Demo Trainer Number {number}" for number in range(14)),
        issuer="Demo Organisation " * 9,
    )

    (page,) = pages(certificate_pdf(long, "en"))

    assert "Number 13" in as_seen(page)
    assert "For the organisation" in as_seen(page)


def test_certificates_of_a_training_are_in_one_pdf_in_order():
    some = [make_certificate(holder=f"Demo Person {number}") for number in range(1001, 1046)]

    found = [NUMBER.findall(as_seen(page)) for page in pages(certificates_pdf(some, "en"))]

    assert found == [[str(number)] for number in range(1001, 1046)]
    with pytest.raises(ValueError, match="no certificate"):
        certificates_pdf([], "en")


def test_page_has_ten_cards_with_their_codes():
    printed = list(map(as_seen, pages(pair_cards_pdf(CARDS, "en"))))

    assert [page.count("Your code") for page in printed] == [10, 10, 3]
    assert all(visible_text(pair_cards_pdf(CARDS, "en")).count(code) == 1 for code in CARDS.codes)


def test_two_cards_with_one_code_are_refused():
    for codes in ((), ("bcdfghjk", "bcdfghjk")):
        with pytest.raises(ValueError, match="code of its own"):
            PairCards("Demo", codes)


def test_a_list_without_a_line_or_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="at least one line"):
        make_list(0, walk_ins=0)
    with pytest.raises(ValueError, match="zone"):
        make_list(1, starts_at=make_list(1).starts_at.replace(tzinfo=None))


def test_wall_sheet_explains_three_steps_and_a_way_without_a_phone():
    (page,) = pages(code_sheet_pdf(WALL, "en"))

    text = as_seen(page)
    said = " ".join(
        str(words) for key, words in wording.CODE_SHEET.items() if key != "after"
    ).split()
    spoken = set(str(wording.CODE_SHEET["alt"]).split())  # instead of the picture
    assert {word for word in said if word not in text} <= spoken
    assert all(number in text.split() for number in "123")
    assert "desk.demo.example/t/bcdfgh" in text


@pytest.mark.parametrize("tag", ["en", "fr", "nl", "ar"])
def test_wall_sheets_before_and_after_differ_and_name_their_time(tag):
    starts = datetime(2026, 11, 30, 8, tzinfo=UTC)
    session_times = (starts, starts + timedelta(hours=3), "Europe/Brussels")
    before = replace(WALL, session_times=session_times)
    sheets = [code_sheet_pdf(replace(before, is_after=is_after), tag) for is_after in (False, True)]
    with translation.override(tag):
        words = [str(wording.CODE_SHEET[key]) for key in ("before", "after")]
    texts = [visible_text(pdf) for pdf in sheets]

    assert [len(pages(pdf)) for pdf in sheets] == [1, 1]
    assert all("09:00–12:00" in text for text in texts)
    if tag != "ar":
        assert [word in text for text in texts for word in words] == [True, False, False, True]


@pytest.mark.parametrize("title", ["Demo " * 60, ""])
def test_long_title_keeps_wall_sheet_and_cards_on_their_pages(title):
    assert len(pages(code_sheet_pdf(replace(WALL, event=title), "en"))) == 1
    assert len(pages(pair_cards_pdf(replace(CARDS, title=title), "en"))) == 3


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_demonstration_is_marked_on_every_page_also_in_english(settings, tag):
    with translation.override(tag):
        own = str(wording.DEMONSTRATION)
    for pdf in all_papers(tag).values():
        for page in pages(pdf):
            assert "Demonstration: everything here is invented" in as_seen(page)
    settings.IS_DEMO = False
    for pdf in all_papers(tag).values():
        assert "Demonstration" not in visible_text(pdf)
        assert own not in visible_text(pdf)


@pytest.mark.parametrize("tag", ["en", "fr", "nl", "ar"])
def test_papers_are_accessible_and_name_their_language(tag):
    for name, pdf in all_papers(tag).items():
        assert IS_ACCESSIBLE in pdf, name
        assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag


def test_pdf_metadata_names_neither_people_nor_topic():
    titles = {"list": "Attendance list", "certificate": "Certificate of participation"}
    for name, pdf in all_papers().items():
        told = dict(PdfReader(BytesIO(pdf)).metadata)
        assert told.pop("/Creator").startswith("Typst")
        assert set(told) == {"/Title"}
        assert told["/Title"] == titles.get(name, told["/Title"])
        assert "Demo" not in str(told)
        assert b"Haddad" not in pdf


def test_same_content_gives_the_same_pdf_bytes():
    assert all_papers() == all_papers()


def test_times_and_numbers_keep_their_order_from_right_to_left():
    text = visible_text(attendance_pdf(make_list(2), "ar"))

    assert "09:00–12:30" in text
    assert "GA 101000000" in text


def test_paper_falls_back_to_the_next_desk_language():
    pdf = certificate_pdf(make_certificate(), "ti")

    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] in {"en", "ar"}


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("name", NAMES)
def test_names_of_many_scripts_are_printed_with_glyphs(name, tag):
    written = (
        attendance_pdf(make_list(0, people=(content.Person(name),)), tag),
        certificate_pdf(make_certificate(holder=name), tag),
    )

    assert all(IS_ACCESSIBLE in pdf for pdf in written)  # the standard refuses a missing letter


def test_name_without_a_matching_font_is_still_printed():
    pdf = attendance_pdf(
        make_list(0, people=(content.Person("Demo ᏣᎳᎩ"), content.Person("Demo 1002"))), "en"
    )

    assert IS_ACCESSIBLE not in pdf
    assert "1002" in visible_text(pdf)


def test_each_slip_has_its_own_address_and_eight_are_on_a_page():
    printed = pages(slips_pdf(SLIPS, "en"))

    assert [as_seen(page).count("demo.example/en/s/") for page in printed] == [8, 2]


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_address_of_wide_letters_is_on_one_line(tag):
    site, secret, code = "https://protect.demo.example", "mw" * 7 + "bcd2345", "mwmwmw"
    slip, wall = f"{site}/trainings/{tag}/s/{secret}", f"{site}/trainings/{tag}/t/{code}"
    number = f"{site}/{tag}/c/{code}mw"
    for address, pdf in (
        (slip, slips_pdf(Slips("Demo course", (slip,)), tag)),
        (wall, code_sheet_pdf(CodeSheet("Demo course", wall), tag)),
        (number, certificate_pdf(make_certificate(address=number), tag)),
    ):
        assert address.removeprefix("https://") in text_by_poppler(
            pdf
        )  # cut in two it is no longer


def test_duplicate_slip_is_refused():
    with pytest.raises(ValueError, match="of its own"):
        Slips("Demo course", ("https://demo.example/a",) * 2)

import pytest

from protect.reference.formats import duration_text, zone_city_name
from protect.trainings.documents.paper.sheets import (
    attendance_data,
    certificate_data,
    paper_language,
)
from protect.ui import press
from tests.trainings.documents.paper.demo import make_certificate, make_list


def test_each_row_has_a_number_and_a_qr_code():
    rows = attendance_data(make_list(2, walk_ins=1), "en")["rows"]

    assert [(row["number"], row["code"]) for row in rows] == [
        (1, "BCDFGH-001"),
        (2, "BCDFGH-002"),
        (3, "BCDFGH-003"),
    ]
    assert [row["qr"] for row in rows] == [press.qr_svg(row["code"], "q") for row in rows]
    assert len({row["qr"] for row in rows}) == 3
    assert rows[2]["name"] == ""


def test_qr_code_of_a_certificate_contains_the_whole_address():
    (page,) = certificate_data((make_certificate(),), "en")["pages"]

    assert page["qr"] == press.qr_svg("https://desk.demo.example/c/7kq3vmd2")
    assert page["address"] == "desk.demo.example/c/7kq3vmd2"


def test_times_are_local_times_of_the_venue():
    facts = dict(attendance_data(make_list(1, zone="Europe/Athens"), "en")["facts"])

    assert facts["Date and time"] == (
        "30 November 2026",
        "\u206610:00–13:30\u2069 (Athens)",
        "Session 1 of 4",
    )


@pytest.mark.parametrize(
    ("minutes", "tag", "expected"),
    [
        (450, "en", "7 hours 30 minutes"),
        (60, "en", "1 hour"),
        (45, "en", "45 minutes"),
        (1800, "nl", "30 uur"),
        (720, "ar", "12 ساعة"),
        (0, "fr", "0 minute"),
    ],
)
def test_duration_is_printed_in_hours_and_minutes(minutes, tag, expected):
    assert duration_text(minutes, tag) == expected


def test_time_zone_is_named_by_its_city():
    assert [zone_city_name("Europe/Brussels", tag) for tag in ("en", "fr", "el")] == [
        "Brussels",
        "Bruxelles",
        "Βρυξέλλες",
    ]


@pytest.mark.parametrize(
    ("tag", "written"), [("fr", "fr"), ("ar", "ar"), ("el", "en"), ("xx-unknown", "en")]
)
def test_paper_is_written_in_a_desk_language(tag, written):
    assert paper_language(tag) == written

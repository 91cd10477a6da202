import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import protect.directory
from protect.directory.hours import State, parse, warnings
from protect.directory.hours.answers import state_at

STARTER = Path(protect.directory.__file__).parent / "data" / "services" / "services.csv"
ZONES = {
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "ES": "Europe/Madrid",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "SI": "Europe/Ljubljana",
}


# Country and expression of every stated line and language window.
@pytest.fixture(scope="module")
def stated():
    if not STARTER.is_file():
        pytest.skip("the starter directory is not part of this checkout")
    with STARTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = {(row["country"], row["opening_hours"]) for row in rows if row["opening_hours"]}
    windows = {
        (row["country"], window)
        for row in rows
        for window in re.findall(r"\[([^\]]*)\]", row["languages"])
    }
    return sorted(lines | windows)


def test_every_expression_of_the_starter_file_can_be_parsed(stated):
    at = datetime(2026, 9, 15, 8, tzinfo=UTC)
    states = {
        state_at(parse(expression, ZONES[country], country), at).state
        for country, expression in stated
    }

    assert len(stated) > 40
    assert states <= {State.OPEN, State.CLOSED, State.UNKNOWN}


def test_no_expression_of_the_starter_file_contradicts_itself(stated):
    doubts = {code for _, expression in stated for code in warnings(expression)}

    assert doubts <= {"holidays_unknown", "open_end"}

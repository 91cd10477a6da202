"""Where a service is, in the heading of its card."""

import pytest

from protect.directory.enums import ServiceScope
from protect.findhelp.answers import places
from protect.matching.services.rows import Point, ServedArea
from tests.findhelp.paper.demo import service

WALLONIA, FLANDERS = (ServedArea("BE", code) for code in ("BE-WAL", "BE-VLG"))
BELGIUM, CIRCLE = ServedArea("BE"), ServedArea("BE", None, 50.6, 5.5, 10)
COARSE = Point(50.6, 5.5, "Liège", areas=("BE-WLG",), is_coarse=True)


@pytest.mark.parametrize(
    ("row", "heading"),
    [
        ({}, "Shelter · Liège"),
        ({"points": (), "areas": (WALLONIA,)}, "Shelter"),
        ({"points": (), "areas": (WALLONIA, FLANDERS)}, "Shelter"),
        ({"points": (), "areas": (BELGIUM,)}, "Shelter"),
        ({"points": (), "areas": (CIRCLE,)}, "Shelter"),
        ({"points": (COARSE,), "areas": (WALLONIA,)}, "Shelter"),
        (
            {"points": (), "areas": (WALLONIA,), "scope": ServiceScope.NATIONAL},
            "Shelter",
        ),
    ],
)
def test_a_heading_names_a_public_town_and_no_area_that_may_hide_a_shelter(starter, row, heading):
    shelter = service(categories=frozenset({"shelter"}), **row)

    assert places.heading_text(shelter, "en") == heading

"""The nearest centre for care after sexual violence, or where to go without one."""

import pytest

from protect.findhelp import addresses
from protect.findhelp.answers import first_hours
from protect.matching.questions import Question
from tests.directory.demo import TUESDAY
from tests.findhelp.test_first_hours import HOSPITAL, NEEDS, NO_CENTRE, page_of, read

pytestmark = pytest.mark.django_db


def test_links_from_refined_answers_keep_the_stated_details(public, code):
    liege = code("Liège", "BE")
    address = f"/en/{liege}-{NEEDS['hurt-now']}"
    sealed = public.post(address, {"gender": "f", "avoid": "Liège"}).headers["Location"]
    text = public.get(sealed).content.decode()

    assert 'name="gender"' in text
    for need in ("safe-place", "child"):
        assert f'href="/en/{liege}-{NEEDS[need]}"' not in text


def test_visitors_who_cannot_speak_see_the_nearest_centre_without_number(starter, code):
    page = addresses.first_hours_in("BE").code
    text = read(f"/en/{code('Liège', 'BE')}/q/{page}")

    assert "CHU Notre-Dame des Bruyères" in text
    assert "04 284 35 11" not in text
    assert HOSPITAL not in text


def test_without_a_town_the_page_does_not_mention_a_near_centre(starter):
    text = read(page_of("BE"))

    assert "If you know of no centre near you" in text
    assert NO_CENTRE not in text
    assert HOSPITAL not in text


@pytest.mark.parametrize(
    ("town", "country", "tag", "signs"),
    [
        ("Antwerpen", "BE", "fr", ["Spoedgevallen"]),
        ("Liège", "BE", "nl", ["Urgences"]),
        ("Liège", "BE", "fr", []),
        ("Łódź", "PL", "ti", ["Szpitalny Oddział Ratunkowy (SOR)"]),
    ],
)
def test_signs_are_those_of_the_place_and_not_in_the_language_of_the_reader(
    starter, town, country, tag, signs
):
    where = addresses.location_of(addresses.spot_named(town, country, tag))
    question = Question(("doctor",), TUESDAY, where=where)

    shown = first_hours.centre_context(question, None, tag)["signs"]

    assert [sign.text for sign in shown] == signs

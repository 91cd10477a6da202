"""The starter directory, asked by people for whom it once had no good answer."""

from dataclasses import replace

import pytest

from protect.directory.enums import Mode
from protect.directory.hours import State
from protect.matching.published import match
from protect.matching.questions import Person, PersonLocation, Question, Wishes
from protect.reference import vocabulary
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db

ATHENS = PersonLocation("GR", 37.98376, 23.72784, ("GR-ESYE31-99", "GR-I"), 264371)
WRITTEN = {"text", "whatsapp", "email", "website"}


# Here no service to talk to, and no national line, has an address that could be written to.
UNWRITTEN = {"MT"}


@pytest.mark.parametrize("country", sorted(vocabulary.countries().keys() - UNWRITTEN))
def test_visitors_who_cannot_speak_get_services_to_write_to(starter, country):
    asking = Question(
        ("talk",),
        at=TUESDAY,
        where=PersonLocation(country),
        wishes=Wishes(cannot_speak=True),
        limit=50,
    )

    answers = match(asking)
    shown = (*answers.answers, *answers.national)

    assert shown
    for found in shown:
        assert found.row.written_modes
        assert {contact.kind for contact in found.contacts} <= WRITTEN
        # The hours of calls say nothing of when a service that also takes calls writes.
        is_known = found.row.writing_hours or not found.row.has_voice_number
        assert is_known or found.open.state is State.UNKNOWN


def test_a_helpline_without_a_place_has_no_travel_minutes(starter):
    answers = match(Question(("safe-place",), at=TUESDAY, where=ATHENS, limit=50))

    shown = (*answers.answers, *answers.national)
    lines = [each for each in shown if not each.row.points and each.row.has_voice_number]

    assert "15900" in {phone.number for line in lines for phone in line.row.phones}
    assert {line.mode for line in lines} == {Mode.PHONE}
    assert not [line for line in lines if "place_unknown" in {r.code for r in line.reasons}]


@pytest.mark.parametrize("country", sorted(vocabulary.countries()))
@pytest.mark.parametrize("gender", ["f", "m"])
def test_an_adult_with_a_question_about_a_child_gets_every_line_for_children(
    starter, country, gender
):
    asking = Question(("child",), at=TUESDAY, where=PersonLocation(country), limit=50)
    adult = replace(asking, person=Person(age=34, gender=gender))

    given, without_details = match(adult), match(asking)

    assert [found.row.id for found in given.answers] == [
        found.row.id for found in without_details.answers
    ]
    assert not {"age_no", "gender_no"} & given.counts_by_reason.keys()

"""Rounds, interviews and the coding of answers."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from protect.coordination.groups.enums import MemberRole
from protect.coordination.mappings import access, actions, findings
from protect.coordination.mappings.errors import CodingChanged, MappingRefusal
from protect.coordination.mappings.models import Finding, Interview, MappingRound, Passage
from protect.coordination.minutes.enums import ActionState
from tests.coordination.cast import AT, make_group
from tests.coordination.mapping_cast import (
    code_all,
    conversation,
    finding_values,
    interview_values,
    make_finding,
    make_interview,
    make_round,
    recommendation_values,
    region_in,
)


@pytest.fixture
def row(cast):
    return make_round(cast)


def test_only_the_coordinators_of_the_organisation_see_a_round(cast, row):
    assert list(access.visible_rounds(cast.scope())) == [row]
    for name in ("bela", "chidi", "dana"):
        assert not access.visible_rounds(cast.scope(name)).exists()
        with pytest.raises(Http404):
            actions.close_round(cast.scope(name), row, is_closed=True, at=AT)
    assert MappingRound.objects.get().closed_at is None


def test_members_of_the_group_read_and_its_secretary_changes(cast):
    group = make_group(cast)
    row = make_round(cast, group=group)

    assert access.get_round(cast.scope("bela"), row.pk) == row
    with pytest.raises(PermissionDenied):
        access.get_run_round(cast.scope("bela"), row.pk)
    group.members.filter(user=cast.people["bela"]).update(role=MemberRole.SECRETARY)
    assert access.get_run_round(cast.scope("bela"), row.pk) == row


def test_a_group_of_another_country_is_refused(cast):
    group = make_group(cast)
    group.country_id = "BE"
    group.save()

    with pytest.raises(MappingRefusal) as refusal:
        make_round(cast, group=group)

    assert refusal.value.code == "coordination_round_elsewhere"
    assert not MappingRound.objects.exists()


def test_answers_in_words_become_passages_of_the_region(cast, row):
    interview = make_interview(cast, row)

    passages = list(interview.passages.all())
    assert [(each.key, each.is_coded) for each in passages] == [
        ("missing", False),
        ("nights", False),
    ]
    assert passages[0].areas == [region_in("HR")]
    assert interview.number == 1


@pytest.mark.parametrize("text", ["Ms Demo", "call 0911 234 5678", "demo@demo.example"])
def test_a_text_that_names_a_person_is_refused_and_nothing_is_saved(cast, row, text):
    with pytest.raises(MappingRefusal) as refusal:
        make_interview(cast, row, conversation(missing=text))

    assert refusal.value.code == "coordination_text_names_person"
    assert not Interview.objects.exists()


def test_an_interview_in_a_closed_round_needs_a_reason(cast, row):
    asked = conversation()
    actions.close_round(cast.scope(), row, is_closed=True, at=AT)

    with pytest.raises(MappingRefusal) as refusal:
        make_interview(cast, row, asked)
    assert refusal.value.code == "coordination_round_closed"
    assert not Interview.objects.exists()

    late = make_interview(cast, row, asked, late_reason="Demo: the notes came by post")
    assert late.late_reason == "Demo: the notes came by post"


def test_a_closed_round_can_be_reopened(cast, row):
    actions.close_round(cast.scope(), row, is_closed=True, at=AT)
    actions.close_round(cast.scope(), row, is_closed=False, at=AT)

    assert make_interview(cast, row).number == 1


def test_two_people_code_one_answer_and_the_second_is_refused(cast, row):
    passage = make_interview(cast, row).passages.earliest("position")
    first = {"needs": ["doctor"], "groups": ["f"], "areas": []}
    actions.code_passage(cast.scope(), passage, first, 0, at=AT)

    with pytest.raises(CodingChanged):
        actions.code_passage(cast.scope(), passage, {"needs": ["talk"]}, 0, at=AT)

    passage.refresh_from_db()
    assert (passage.needs, passage.groups, passage.version) == (["doctor"], ["f"], 1)
    actions.code_passage(cast.scope(), passage, {"needs": ["talk", "doctor"]}, 1, at=AT)
    passage.refresh_from_db()
    assert passage.needs == ["doctor", "talk"]


def test_unknown_codes_are_refused(cast, row):
    passage = make_interview(cast, row).passages.earliest("position")

    for codes in ({"needs": ["nowhere"]}, {"areas": [region_in("BE")]}):
        with pytest.raises(MappingRefusal) as refusal:
            actions.code_passage(cast.scope(), passage, codes, 0, at=AT)
        assert refusal.value.code == "coordination_code_unknown"
    passage.refresh_from_db()
    assert not passage.is_coded


def test_a_corrected_answer_must_be_coded_again_and_others_keep_their_codes(cast, row):
    interview = make_interview(cast, row)
    code_all(cast, row)
    asked = conversation(missing="Demo: two beds for men", nights="Demo: nowhere")

    actions.change_interview(
        cast.scope(), interview, asked.answers, asked.definition, interview_values(row), at=AT
    )

    coded = {each.key: each.is_coded for each in interview.passages.all()}
    assert coded == {"missing": False, "nights": True}


def test_a_finding_rests_on_coded_answers_of_its_round(cast, row):
    make_interview(cast, row)
    uncoded = list(Passage.objects.all())
    other = make_round(cast, title="Demo other round")
    make_interview(cast, other)

    for passages in ([], uncoded, code_all(cast, other)):
        with pytest.raises(MappingRefusal) as refusal:
            findings.add_finding(cast.scope(), row, finding_values(passages), at=AT)
        assert refusal.value.code == "coordination_finding_without_answers"
    assert not Finding.objects.exists()


def test_a_recommendation_is_done_by_its_owner_and_by_no_other_member(cast):
    group = make_group(cast)
    row = make_round(cast, group=group)
    make_interview(cast, row)
    finding = make_finding(cast, row)
    bela = group.members.get(user=cast.people["bela"])
    own = findings.add_recommendation(
        cast.scope(), finding, recommendation_values(member=bela), at=AT
    )
    other = findings.add_recommendation(cast.scope(), finding, recommendation_values(), at=AT)

    findings.set_recommendation_state(cast.scope("bela"), own, ActionState.DONE, at=AT)
    with pytest.raises(PermissionDenied):
        findings.set_recommendation_state(cast.scope("bela"), other, ActionState.DONE, at=AT)

    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, own.ended_at, own.organisation_name) == ("done", AT, "")
    assert (other.state, other.ended_at) == ("open", None)


def test_an_interview_has_exactly_one_place(cast, row):
    interview = make_interview(cast, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Interview.objects.filter(pk=interview.pk).update(area=None)

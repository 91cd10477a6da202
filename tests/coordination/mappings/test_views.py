"""The pages of mappings: what is typed is kept when it is refused, and who may read what."""

import pytest

from protect.coordination.mappings import actions, reports
from protect.coordination.mappings.models import Finding, Interview, MappingRound
from tests.coordination.cast import AT
from tests.coordination.mapping_cast import (
    code_all,
    conversation,
    make_finding,
    make_interview,
    make_round,
)
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
DETAILS = {
    "held_on": "2026-11-20",
    "place": "Zagreb",
    "setting": "shelter",
    "language": "hr",
    "people-women": "3",
}


@pytest.fixture
def row(cast, starter):
    conversation()  # publishes the question sets
    return make_round(cast)


def add(desk, row, **fields):
    path = f"/mappings/{row.pk}/interviews/new?method=service"
    return desk.post(path, **(DETAILS | {"q-missing": "Demo: a bed for men"} | fields))


def test_a_coordinator_begins_a_round(cast, desks):
    fields = {"title": "Demo round", "purpose": "Demo: gaps", "starts_on": "2026-11-01"}
    office = {"organisation": cast.office.pk}

    refused = desks["amal"].post("/mappings/new", **fields, **office, ends_on="2026-10-01")
    saved = desks["amal"].post("/mappings/new", **fields, **office, ends_on="2026-12-01")

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert MappingRound.objects.get().country_id == "HR"
    assert desks["chidi"].get(saved["Location"]).status_code == 404


def test_an_interview_is_saved_with_place_people_and_answers(desks, row):
    answer = add(desks["amal"], row, **{"q-interpreters": "never"})

    interview = Interview.objects.get()
    assert answer.status_code == 302
    assert (interview.place.name, interview.people) == ("Zagreb", {"women": 3})
    page = words(desks["amal"].get(answer["Location"]))
    assert "Demo: a bed for men" in page
    assert "never" in page


def test_an_unknown_place_is_refused_and_the_answers_stay(desks, row):
    answer = add(desks["amal"], row, place="Demograd")

    assert answer.status_code == 422
    assert "No place in this country has that name" in words(answer)
    assert "Demo: a bed for men" in answer.content.decode()
    assert not Interview.objects.exists()


def test_an_answer_with_a_phone_number_is_refused_at_its_question(desks, row):
    answer = add(desks["amal"], row, **{"q-missing": "Call +385 1 234 5678"})

    assert answer.status_code == 422
    assert "This text has a phone number" in words(answer)
    assert "Call +385 1 234 5678" in answer.content.decode()
    assert not Interview.objects.exists()


def test_a_round_closed_meanwhile_keeps_what_was_typed(cast, desks, row):
    actions.close_round(cast.scope(), row, is_closed=True, at=AT)

    refused = add(desks["amal"], row)

    assert refused.status_code == 409
    assert "The round was closed" in words(refused)
    assert "Demo: a bed for men" in refused.content.decode()
    assert not Interview.objects.exists()
    late = add(desks["amal"], row, late_reason="Demo: the notes came by post")
    assert late.status_code == 302
    assert Interview.objects.get().late_reason == "Demo: the notes came by post"


def test_coding_leads_to_the_next_answer_and_a_conflict_shows_both(cast, desks, row):
    interview = make_interview(cast, row)
    first, second = interview.passages.all()
    path = f"/mappings/answers/{first.pk}"

    saved = desks["amal"].post(path, version="0", needs=["doctor"], groups=["f"])
    refused = desks["amal"].post(path, version="0", needs=["talk"])

    assert saved["Location"] == f"/mappings/answers/{second.pk}"
    assert refused.status_code == 409
    assert "A doctor" in words(refused)
    assert 'name="version" value="1"' in refused.content.decode()
    first.refresh_from_db()
    assert first.needs == ["doctor"]


def test_a_finding_is_recorded_beside_its_gap(cast, desks, row):
    make_interview(cast, row)
    passages = code_all(cast, row)
    path = f"/mappings/{row.pk}/findings/new?need=safe-place"

    page = desks["amal"].get(path)
    saved = desks["amal"].post(
        path, title="Demo: no bed", text="Demo: none", passages=[each.pk for each in passages]
    )

    assert "settlements have no service within reach" in words(page)
    assert saved.status_code == 302
    finding = Finding.objects.get()
    assert (finding.need, finding.passages.count()) == ("safe-place", 2)
    assert "Rests on 2 coded answers" in words(desks["amal"].get(saved["Location"]))


def test_issued_reports_are_read_by_all_and_drafts_by_none_else(cast, desks, row):
    make_interview(cast, row)
    make_finding(cast, row)
    draft = reports.begin_report(cast.scope(), row, "en", at=AT)

    assert desks["amal"].get(f"/mappings/{row.pk}/report").status_code == 200
    assert desks["chidi"].get(f"/mappings/{row.pk}/report").status_code == 404
    assert desks["chidi"].get(f"/mappings/reports/{draft.pk}").status_code == 404
    address = f"/mappings/{row.pk}/report/issue"
    assert desks["amal"].post(address).status_code == 409  # it does not say which texts were read
    issued = desks["amal"].post(address, version=draft.version)

    for name in ("bela", "chidi"):
        page = desks[name].get(issued["Location"])
        assert page.status_code == 200
        assert "Demo: no bed for men" in words(page)
        assert desks[name].get(f"{issued['Location']}.docx").status_code == 200
        assert "Demo mapping" in words(desks[name].get("/mappings"))


def test_pages_of_a_round_open_for_its_coordinator_and_for_no_stranger(cast, desks, row):
    interview = make_interview(cast, row)
    finding = make_finding(cast, row)
    paths = [
        *(f"/mappings/{row.pk}", f"/mappings/{row.pk}/edit", f"/mappings/{row.pk}/comparison"),
        *(f"/mappings/interviews/{interview.pk}", f"/mappings/interviews/{interview.pk}/edit"),
        *(f"/mappings/findings/{finding.pk}", f"/mappings/findings/{finding.pk}/edit"),
        f"/mappings/findings/{finding.pk}/recommendations",
    ]
    for path in paths:
        assert desks["amal"].get(path).status_code == 200, path
        for name in ("bela", "chidi", "dana"):
            assert desks[name].get(path).status_code == 404, (name, path)

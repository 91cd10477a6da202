"""What members, coordinators and readers of other countries see and do with pathways."""

import pytest

from protect.coordination.pathways.models import Pathway, PathwayFinding, PathwayStep, PathwayTest
from protect.verification.models import Correction
from tests.coordination.cast import make_group
from tests.coordination.pathways.casting import (
    ZAGREB,
    agree_all,
    make_pathway,
    make_service,
    publish,
)
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db


def test_a_pathway_is_created_arranged_and_published_at_the_desk(cast, desks, services):
    group, amal = make_group(cast), desks["amal"]
    amal.post("/pathways/new", group=str(group.pk), country="HR", place="Zagreb", need="safe-place")
    pathway = Pathway.objects.get()
    assert pathway.place_id == ZAGREB
    entry = pathway.steps.filter(branch="everyone").first().entries.last()

    change = {"change": f"service:up:{entry.pk}", "version": "1"}
    answer = amal.post(f"/pathways/{pathway.pk}/change", **change)

    assert answer.headers["Location"].endswith(f"#service-{entry.pk}")
    amal.post(f"/pathways/{pathway.pk}/propose", version="2")
    for name, desk in (("Demo office Croatia", amal), ("Demo shelter Zagreb", desks["bela"])):
        desk.post(f"/pathways/{pathway.pk}/agree", version="2", organisation=name)
    amal.post(f"/pathways/{pathway.pk}/publish", version="2", reason="")
    page = words(desks["chidi"].get(f"/pathways/{pathway.pk}"))
    assert "Demo night" in page
    assert "Demo shelter Zagreb" in page


@pytest.mark.parametrize(
    ("name", "draft", "published", "arrange"),
    [
        ("amal", 200, 200, 200),
        ("bela", 200, 200, 200),
        ("chidi", 404, 200, 404),
        ("dana", 404, 200, 404),
    ],
)
def test_all_read_what_is_published_and_the_group_its_draft(
    cast, desks, services, name, draft, published, arrange
):
    pathway = make_pathway(cast)
    assert desks[name].get(f"/pathways/{pathway.pk}/arrange").status_code == draft
    assert desks[name].get(f"/pathways/{pathway.pk}").status_code == (302 if draft == 200 else 404)
    publish(cast, pathway)

    assert desks[name].get(f"/pathways/{pathway.pk}").status_code == published
    assert desks[name].get(f"/pathways/{pathway.pk}/picture").status_code == published
    assert desks[name].get(f"/pathways/{pathway.pk}/arrange").status_code == arrange


def test_a_member_reads_the_arrangement_and_changes_nothing(cast, desks, services):
    pathway = make_pathway(cast)
    step = pathway.steps.first()

    change = {"change": f"step:remove:{step.pk}", "version": "1"}
    assert desks["bela"].post(f"/pathways/{pathway.pk}/change", **change).status_code == 403

    assert PathwayStep.objects.filter(pk=step.pk).exists()


def test_a_stale_page_changes_nothing_and_shows_the_pathway_as_it_is(cast, desks, services):
    pathway = make_pathway(cast)
    step = pathway.steps.first()
    note = f"/pathways/steps/{step.pk}/edit"
    desks["amal"].post(note, note="Ask for the night nurse.", version="1")

    answer = desks["amal"].post(note, note="Ring twice.", version="1")

    assert answer.status_code == 409
    assert "Ask for the night nurse." in words(answer)
    assert 'value="Ring twice."' in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    change = {"change": f"step:remove:{step.pk}", "version": "1"}
    answer = desks["amal"].post(f"/pathways/{pathway.pk}/change", **change)
    assert answer.status_code == 409
    assert "A colleague changed this pathway" in words(answer)
    assert PathwayStep.objects.get(pk=step.pk).note == "Ask for the night nurse."


def test_an_unknown_place_is_explained_beside_the_field(cast, desks, services):
    group = make_group(cast)
    values = {"group": str(group.pk), "country": "HR", "need": "safe-place"}

    answer = desks["amal"].post("/pathways/new", place="Nowhereville", **values)

    assert answer.status_code == 422
    assert "No town or region of this country has this name." in words(answer)
    assert not Pathway.objects.exists()


def test_a_finding_of_a_test_becomes_a_report_to_the_directory(cast, desks, services):
    pathway = make_pathway(cast)
    publish(cast, pathway)
    bela = desks["bela"]
    bela.post(f"/pathways/{pathway.pk}/tests/new", kind="call", tested_on="2026-11-30")
    test = PathwayTest.objects.get()
    url = f"/pathways/tests/{test.pk}/services/{services['night'].pk}"
    bela.post(url, outcome="not_reached", note="Nobody answered.", answer_answered="no")
    finding = PathwayFinding.objects.get()
    assert finding.answers == {"answered": "no"}

    bela.post(f"/pathways/findings/{finding.pk}/report")

    report = Correction.objects.get()
    assert (report.service_id, report.facts) == (services["night"].pk, ["phone"])
    page = words(desks["chidi"].get(f"/pathways/{pathway.pk}"))
    assert "Tested" in page
    assert "Not reached" in page
    assert desks["chidi"].get(f"/pathways/tests/{test.pk}").status_code == 200
    assert desks["chidi"].get(url).status_code == 403


def test_a_service_outside_of_the_pathway_is_not_tested(cast, desks, services):
    pathway = make_pathway(cast)
    publish(cast, pathway)
    other = make_service("other")
    desks["bela"].post(f"/pathways/{pathway.pk}/tests/new", kind="call", tested_on="2026-11-30")
    url = f"/pathways/tests/{PathwayTest.objects.get().pk}/services/{other.pk}"

    assert desks["bela"].post(url, outcome="worked").status_code == 404
    assert not PathwayFinding.objects.exists()


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("language", ["en", "hr", "el", "ar"])
def test_papers_are_printed_in_each_language(cast, desks, services, paper, language):
    pathway = make_pathway(cast)
    publish(cast, pathway)

    answer = desks["bela"].get(f"/pathways/{pathway.pk}/paper/{paper}.pdf?language={language}")

    assert answer.content.startswith(b"%PDF")
    assert desks["bela"].get(f"/pathways/{pathway.pk}/paper/a5.pdf").status_code == 404


def test_home_lists_whom_to_call_and_what_waits_for_agreement(cast, desks, services):
    pathway = make_pathway(cast)
    agree_all(cast, pathway)
    pathway.agreements.filter(organisation_name="Demo shelter Zagreb").delete()

    assert "Pathways to agree on" in words(desks["bela"].get("/"))

"""Pages of checks: questions, plan, steps, comparison, and the service's own page."""

import json

import pytest

from protect.coordination.adaptations.models import Adaptation, AdaptationStep
from protect.directory.enums import Fact
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import FactCheck
from protect.kernel import clock
from protect.orgs.models import Membership
from tests.coordination.cast import AT
from tests.coordination.services import IN_A_MONTH, step_of
from tests.vault.views.desk import Desk


@pytest.fixture
def desks(adapting):
    return {name: Desk(at=AT).let_in(person) for name, person in adapting.cast.keys.items()}


def page_of(answer):
    return answer.content.decode()


def send_by_script(desk, address, fields):
    with clock.frozen(AT):
        return desk.client.post(address, fields, headers={"Accept": "application/json"})


def answers_url(check, part="words"):
    return f"/services/checks/{check.pk}/answers/{part}"


def posted(language="", interpreters="", **more):
    return {
        "value-language": language,
        "note-language": "",
        "version-language": "0",
        "value-interpreters": interpreters,
        "note-interpreters": "",
        "version-interpreters": "0",
        **more,
    }


def test_a_check_begins_on_the_own_page_and_leads_through_the_questions(adapting, desks):
    own = f"/services/{adapting.service.pk}"
    assert "/checks/new" in page_of(desks["bela"].get(own))

    answer = desks["bela"].post(f"{own}/checks/new", peer=str(adapting.peer.pk))

    check = Adaptation.objects.get()
    assert answer.headers["Location"] == answers_url(check)
    page = page_of(desks["bela"].get(answers_url(check)))
    assert "Croatian" in page  # what the directory and the public page say
    answer = desks["bela"].post(answers_url(check), **posted("yes", "no"))
    assert answer.headers["Location"] == answers_url(check, "door")
    assert dict(check.answers.values_list("topic", "value")) == {
        "language": "yes",
        "interpreters": "no",
    }
    page = page_of(desks["bela"].get(f"/services/checks/{check.pk}"))
    assert "Agree with an interpreting service by telephone" in page


def test_a_script_saves_answers_and_learns_of_a_colleague(adapting, desks):
    check = adapting.begin()
    answer = send_by_script(desks["bela"], answers_url(check), posted("yes"))
    assert json.loads(answer.content)["versions"] == {"language": 1}

    answer = send_by_script(desks["pera"], answers_url(check), posted("no"))

    assert answer.status_code == 409
    assert check.answers.get().value == "yes"
    page = desks["pera"].post(answers_url(check), **posted("no", "partly"))
    assert page.status_code == 409
    assert "Nothing was overwritten" in page_of(page)
    assert check.answers.get(topic="interpreters").value == "partly"  # the other is saved


def test_an_unknown_page_of_questions_is_not_found(adapting, desks):
    check = adapting.begin()

    assert desks["bela"].get(answers_url(check, "none")).status_code == 404


def test_a_step_without_a_date_is_refused_at_its_field(adapting, desks):
    check = adapting.begin()
    values = {"topic": "cost", "text": "Demo", "function": "Head", "owner": "", "due_on": ""}

    answer = desks["bela"].post(f"/services/checks/{check.pk}/steps/new", **values)

    assert answer.status_code == 422
    assert not AdaptationStep.objects.exists()
    values["due_on"] = IN_A_MONTH.isoformat()
    assert desks["bela"].post(f"/services/checks/{check.pk}/steps/new", **values).status_code == 302
    assert AdaptationStep.objects.get().fact == Fact.COST


def test_a_suggested_step_comes_with_its_words(adapting, desks):
    check = adapting.begin()

    page = page_of(desks["bela"].get(f"/services/checks/{check.pk}/steps/new?topic=papers"))

    assert "Decide that no papers are asked for" in page


def test_the_plan_shows_that_a_responsible_person_has_left(adapting, desks):
    bela = adapting.cast.people["bela"]
    check = adapting.begin()
    adapting.add(check, owner=bela)
    Membership.objects.filter(user=bela).update(organisation=adapting.cast.other)

    assert "Responsible person has left" in page_of(
        desks["amal"].get(f"/services/checks/{check.pk}")
    )


def test_done_changes_the_directory_through_its_form(adapting, desks):
    check = adapting.plan(("cost", "papers", "procedure"))
    step, stored = step_of(check, "cost"), read_fact(adapting.service, Fact.COST)
    url = f"/services/steps/{step.pk}/done"
    assert "Done: change the directory" in page_of(desks["bela"].get(url))
    values = {"seen": fingerprint_of(stored), "note": "", "answer": "yes", "cost-0-kind": "free"}

    answer = desks["bela"].post(url, **values)

    assert answer.status_code == 302
    assert read_fact(adapting.service, Fact.COST)["costs"] == [{"kind": "free", "note": ""}]
    page = page_of(desks["bela"].get(f"/services/checks/{check.pk}/comparison"))
    assert "Free" in page


def test_a_stale_form_of_a_step_is_refused_with_the_reason(adapting, desks):
    check = adapting.plan(("cost", "papers", "procedure"))
    step = step_of(check, "cost")
    values = {"seen": "0" * 32, "note": "", "answer": "yes", "cost-0-kind": "free"}

    answer = desks["bela"].post(f"/services/steps/{step.pk}/done", **values)

    assert answer.status_code == 409
    assert step_of(check, "cost").state == "open"
    assert read_fact(adapting.service, Fact.COST)["costs"] == []


def test_a_step_in_dispute_shows_both_and_the_coordinator_decides(adapting, desks):
    check = adapting.plan()
    step = step_of(check, "interpreters")
    stays = {"seen": "", "note": "", "answer": "", "stays": "1"}
    desks["bela"].post(f"/services/steps/{step.pk}/done", **stays)

    page = page_of(desks["amal"].get(f"/services/checks/{check.pk}"))

    assert step.text in page
    assert "Croatian" in page  # what the directory says
    assert f"/services/steps/{step.pk}/accept" in page
    assert "/accept" not in page_of(desks["bela"].get(f"/services/checks/{check.pk}"))
    assert desks["amal"].post(f"/services/steps/{step.pk}/reopen").status_code == 302
    assert step_of(check, "interpreters").state == "open"


def test_the_peer_reviews_on_its_page_and_says_what_to_change(adapting, desks):
    check = adapting.plan()
    url = f"/services/checks/{check.pk}/review"
    assert url in page_of(desks["pera"].get(f"/services/checks/{check.pk}"))
    assert desks["pera"].post(url, verdict="change", comment="").status_code == 422

    answer = desks["pera"].post(url, verdict="change", comment="Demo: earlier")

    assert answer.status_code == 302
    assert "Demo: earlier" in page_of(desks["bela"].get(f"/services/checks/{check.pk}"))
    assert desks["bela"].post(url, verdict="agreed", comment="").status_code == 422


def test_a_service_confirms_on_its_own_page_what_is_still_right(adapting, desks):
    own = f"/services/{adapting.service.pk}"
    assert "To confirm this month" in page_of(desks["bela"].get(own))
    seen = fingerprint_of(read_fact(adapting.service, Fact.LANGUAGES))

    answer = desks["bela"].post(f"{own}/confirm", **{"fact-languages": seen})

    assert answer.status_code == 302
    check = FactCheck.objects.get(service=adapting.service)
    assert (check.fact, check.verdict, check.method) == ("languages", "confirmed", "provider")
    assert check.by == adapting.cast.people["bela"]
    assert desks["amal"].post(f"{own}/confirm", **{"fact-languages": seen}).status_code == 403
    assert desks["bela"].post(f"{own}/confirm", **{"fact-languages": "old"}).status_code == 409
    assert FactCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "status"), [("bela", 200), ("amal", 200), ("pera", 404), ("chidi", 404)]
)
def test_the_own_page_is_for_its_people_and_the_coordinators_of_the_country(
    adapting, desks, name, status
):
    assert desks[name].get(f"/services/{adapting.service.pk}").status_code == status


def test_the_directory_links_the_own_page_for_those_who_may_see_it(adapting, desks):
    entry = f"/directory/services/{adapting.service.pk}"
    own = f'href="/services/{adapting.service.pk}"'

    assert own in page_of(desks["bela"].get(entry))
    assert own not in page_of(desks["chidi"].get(entry))


def test_home_leads_people_to_their_service_and_peers_to_a_review(adapting, desks):
    check = adapting.plan()

    assert f"/services/{adapting.service.pk}" in page_of(desks["bela"].get("/"))
    assert f"/services/checks/{check.pk}" in page_of(desks["pera"].get("/"))


def test_lists_show_own_checks_only(adapting, desks):
    check = adapting.plan()

    for name, is_shown in (("bela", True), ("pera", True), ("amal", True), ("chidi", False)):
        page = page_of(desks[name].get("/services/checks"))
        assert (f"/services/checks/{check.pk}" in page) is is_shown, name

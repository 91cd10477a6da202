"""From a finding to adaptation checks of the services that it is about, and back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.adaptations.models import Adaptation
from protect.coordination.adaptations.step_outcomes import complete_step
from protect.coordination.mappings import finding_checks, findings
from protect.coordination.mappings.models import FindingCheck
from tests.coordination.cast import AT, make_group, make_member
from tests.coordination.mapping_cast import (
    make_finding,
    make_interview,
    make_round,
    recommendation_values,
)
from tests.coordination.services import (
    TOPICS,
    make_adapting,
    step_of,
    with_tigrinya,
    without_papers,
)
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def adapting(cast, starter):
    return make_adapting(cast)


@pytest.fixture
def finding(cast, adapting):
    row = make_round(cast)
    make_interview(cast, row)
    return make_finding(cast, row, services=[adapting.service], fact="languages")


@pytest.fixture
def desks(adapting):
    return {name: Desk(at=AT).let_in(person) for name, person in adapting.cast.keys.items()}


def bring(cast, finding, service, name="amal"):
    return finding_checks.bring_to_check(cast.scope(name), finding, service, None, at=AT)


def test_a_check_begins_from_a_finding_and_its_people_read_the_finding(
    cast, desks, adapting, finding
):
    findings.add_recommendation(cast.scope(), finding, recommendation_values(), at=AT)
    url = f"/mappings/findings/{finding.pk}/services/{adapting.service.pk}/check"
    assert url in desks["amal"].get(f"/mappings/findings/{finding.pk}").text

    answer = desks["amal"].post(url, peer=str(adapting.peer.pk))

    check = Adaptation.objects.get()
    assert answer.headers["Location"] == f"/services/checks/{check.pk}"
    assert check.peer == adapting.peer
    for name in ("amal", "bela", "pera"):
        page = desks[name].get(f"/services/checks/{check.pk}")
        assert "Demo: men find no bed." in words(page)
        assert "Demo: open four beds" in words(page)
        assert "Head of the shelter" not in words(page)
        is_linked = f'href="/mappings/findings/{finding.pk}"' in page.text
        assert is_linked is (name == "amal")
    assert "Demo: no bed for men" in words(desks["bela"].get(f"/services/{adapting.service.pk}"))
    assert url not in desks["amal"].get(f"/mappings/findings/{finding.pk}").text


def test_a_finding_is_added_to_the_check_that_is_open_and_only_once(cast, desks, adapting, finding):
    check = adapting.begin()
    url = f"/mappings/findings/{finding.pk}/services/{adapting.service.pk}/check"
    assert "Add the finding to the open check" in words(desks["amal"].get(url))

    for _twice in range(2):
        assert desks["amal"].post(url).headers["Location"] == f"/services/checks/{check.pk}"

    assert FindingCheck.objects.get().adaptation == check
    assert Adaptation.objects.count() == 1


def test_a_finding_shows_the_steps_and_what_the_directory_says_since(
    cast, desks, adapting, finding
):
    check = adapting.plan(TOPICS)
    bring(cast, finding, adapting.service)
    page = f"/mappings/findings/{finding.pk}"
    assert "The directory says since then" not in words(desks["amal"].get(page))

    outcome = with_tigrinya(adapting.service)
    complete_step(cast.scope("bela"), step_of(check, "interpreters"), outcome, at=AT)
    complete_step(
        cast.scope("bela"), step_of(check, "papers"), without_papers(adapting.service), at=AT
    )

    shown = words(desks["amal"].get(page))
    assert "Demo step: interpreters" in shown
    assert "The directory says since then" in shown
    assert "Tigrinya" in shown
    assert "Waits for a moderator" in shown
    assert shown.count("The directory says since then") == 1


def test_members_of_the_group_read_facts_and_no_steps(cast, desks, adapting, starter):
    group = make_group(cast, members=())
    make_member(cast, group, "dana@demo.example")
    row = make_round(cast, group=group)
    make_interview(cast, row)
    finding = make_finding(cast, row, services=[adapting.service])
    check = adapting.plan(TOPICS)
    bring(cast, finding, adapting.service)
    outcome = with_tigrinya(adapting.service)
    complete_step(cast.scope("bela"), step_of(check, "interpreters"), outcome, at=AT)

    page = desks["dana"].get(f"/mappings/findings/{finding.pk}")

    assert "Tigrinya" in words(page)
    assert "Demo step" not in words(page)
    assert f"/services/checks/{check.pk}" not in page.text
    with pytest.raises(PermissionDenied):
        bring(cast, finding, adapting.service, "dana")


@pytest.mark.parametrize("name", ["bela", "pera", "chidi"])
def test_others_bring_no_finding_to_a_check(cast, adapting, finding, name):
    with pytest.raises(Http404):
        bring(cast, finding, adapting.service, name)
    assert not Adaptation.objects.exists()
    assert not FindingCheck.objects.exists()


def test_a_finding_is_brought_only_to_services_that_it_is_about(cast, adapting, finding):
    finding.services.clear()

    with pytest.raises(Http404):
        bring(cast, finding, adapting.service)
    assert not Adaptation.objects.exists()


def test_the_organisation_of_a_service_is_named_first(cast, desks, adapting, finding):
    from protect.coordination.adaptations.models import ServiceOrganisation

    ServiceOrganisation.objects.all().delete()
    page = desks["amal"].get(f"/mappings/findings/{finding.pk}")
    assert f'href="/services/{adapting.service.pk}/organisation"' in page.text

    url = f"/mappings/findings/{finding.pk}/services/{adapting.service.pk}/check"
    assert desks["amal"].post(url).status_code == 409
    assert not Adaptation.objects.exists()

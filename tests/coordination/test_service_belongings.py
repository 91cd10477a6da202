"""Groups, procedures and pathways on a service's own page."""

from datetime import timedelta

import pytest

from protect.coordination.pathways.models import PathwayEntry, PathwayStep
from protect.directory.enums import Fact
from protect.directory.services.actions import edits
from protect.matching import published
from tests.coordination.cast import AT, make_group
from tests.coordination.pathways.casting import make_pathway, publish
from tests.coordination.procedures.drafting import (
    TODAY,
    make_in_force,
    make_procedure,
    make_signatory,
)
from tests.coordination.services import make_adapting
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def adapting(cast):
    published.forget()
    yield make_adapting(cast)
    published.forget()


@pytest.fixture
def desks(adapting):
    return {name: Desk(at=AT).let_in(person) for name, person in adapting.cast.keys.items()}


def own_page(desk, service):
    return desk.get(f"/services/{service.pk}")


def name_in_pathway(pathway, service):
    step = PathwayStep.objects.create(pathway=pathway, branch="everyone", position=99)
    PathwayEntry.objects.create(step=step, service=service, position=1)


def test_the_own_page_lists_procedures_of_its_groups_with_their_state(cast, desks, adapting):
    group = make_group(cast)
    past = TODAY - timedelta(days=1)
    make_in_force(cast, group, TODAY - timedelta(days=400), past, title="Demo overdue")
    make_procedure(cast, group, title="Demo draft of the group")
    make_in_force(cast, make_group(cast, members=()), title="Demo of others")

    page = words(own_page(desks["bela"], adapting.service))

    assert "Demo overdue" in page
    assert "In force, review overdue" in page
    assert "Demo draft of the group" not in page
    assert "Demo of others" not in page


def test_the_own_page_lists_what_its_organisation_signs_for_those_who_may_read_it(
    cast, desks, adapting
):
    group = make_group(cast, members=())
    signed = make_in_force(cast, group, title="Demo signed")
    make_signatory(cast, signed, cast.shelter)
    draft = make_procedure(cast, group, title="Demo draft to sign")
    make_signatory(cast, draft, cast.shelter)

    own, coordinator = (words(own_page(desks[name], adapting.service)) for name in ("bela", "amal"))

    assert "Demo signed" in own
    assert "Demo draft to sign" not in own  # bela reads, and signs for nobody
    assert "Demo draft to sign" in coordinator


def test_the_own_page_lists_pathways_that_name_the_service_and_marks_changed_ones(
    cast, desks, adapting
):
    pathway = make_pathway(cast)
    name_in_pathway(pathway, adapting.service)
    draft = own_page(desks["bela"], adapting.service)
    assert f'href="/pathways/{pathway.pk}"' in draft.text
    publish(cast, pathway, "Demo reason")
    assert "Changed since agreed" not in words(own_page(desks["bela"], adapting.service))

    adapting.service.refresh_from_db()
    values = {"languages": []}
    edits.write_fact(adapting.service, Fact.LANGUAGES, values, at=AT)

    page = words(own_page(desks["bela"], adapting.service))
    assert "Changed since agreed" in page
    assert "Published" in page

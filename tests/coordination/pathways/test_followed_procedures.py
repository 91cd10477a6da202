"""The procedure that a pathway follows: chosen, linked with its state, and printed."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from protect.coordination.pathways import actions
from protect.coordination.pathways.errors import PathwayRefusal
from protect.coordination.pathways.followed_procedures import (
    choosable_procedures,
    followed_on_paper,
)
from protect.coordination.pathways.pathway_papers import PaperKind, build_sheet
from protect.coordination.procedures.actions import translations
from tests.coordination.cast import AT, make_group
from tests.coordination.pathways.casting import make_pathway, publish
from tests.coordination.procedures.drafting import TODAY, make_in_force, make_procedure
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
OVERDUE = "In force, review overdue"
YESTERDAY = TODAY - timedelta(days=1)
NIGHT = "/pathways/call?country=HR&place=Zagreb&need=safe-place&who=man&papers=no&when=night"


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def pathway(cast, services, group):
    return make_pathway(cast, group)


def make_overdue(cast, group):
    return make_in_force(
        cast, group, TODAY - timedelta(days=400), YESTERDAY, title="Demo referral procedure"
    )


def test_a_procedure_past_its_review_says_so_on_each_page_that_links_it(
    cast, desks, group, pathway
):
    version = make_overdue(cast, group)
    actions.set_procedure(cast.scope(), pathway, version.procedure, at=AT)
    publish(cast, pathway)

    pages = ("", "/picture")
    for address in (*(f"/pathways/{pathway.pk}{page}" for page in pages), NIGHT):
        page = words(desks["chidi"].get(address))
        assert "Demo referral procedure" in page, address
        assert OVERDUE in page, address
    assert OVERDUE in words(desks["bela"].get(f"/pathways/{pathway.pk}/arrange"))


def test_a_procedure_is_chosen_at_the_desk_and_agreements_stay(cast, desks, group, pathway):
    version = make_in_force(cast, group)
    publish(cast, pathway)
    url = f"/pathways/{pathway.pk}/procedure"
    assert "Demo procedure · In force · Demo group" in words(desks["amal"].get(url))

    answer = desks["amal"].post(url, procedure=str(version.procedure_id))

    assert answer.headers["Location"] == f"/pathways/{pathway.pk}"
    before = pathway.version
    pathway.refresh_from_db()
    assert pathway.procedure == version.procedure
    assert pathway.version == before + 1  # that of publishing alone
    assert desks["bela"].post(url, procedure="").status_code == 403
    assert desks["chidi"].get(url).status_code == 404
    pathway.refresh_from_db()
    assert pathway.procedure == version.procedure


def test_drafts_and_procedures_of_other_countries_are_not_chosen(cast, group, pathway):
    own = make_in_force(cast, group)
    region = make_in_force(cast, make_group(cast, members=(), country_id=None))
    draft = make_procedure(cast, group)
    elsewhere = make_in_force(cast, make_group(cast, members=()))
    elsewhere.procedure.group.country_id = "BE"
    elsewhere.procedure.group.save()

    keys = set(choosable_procedures(pathway, TODAY).values_list("pk", flat=True))

    assert keys == {own.procedure_id, region.procedure_id}
    for version in (draft, elsewhere):
        with pytest.raises(PathwayRefusal) as caught:
            actions.set_procedure(cast.scope(), pathway, version.procedure, at=AT)
        assert caught.value.code == "coordination_pathway_procedure_elsewhere"
    pathway.refresh_from_db()
    assert pathway.procedure is None


def test_the_paper_names_the_procedure_and_since_when_its_review_is_overdue(cast, group, pathway):
    version = make_overdue(cast, group)
    translations.set_translation(cast.scope(), version, "ar", "إجراء الإحالة", at=AT)
    edition = publish(cast, pathway)
    sheet = build_sheet(edition, PaperKind.PAGE, "en", at=AT)
    assert sheet["frame"]["follows"] == ()
    actions.set_procedure(cast.scope(), pathway, version.procedure, at=AT)
    edition.pathway.refresh_from_db()

    sheet = build_sheet(edition, PaperKind.PAGE, "en", at=AT)

    follows, overdue = sheet["frame"]["follows"]
    assert "Demo referral procedure" in follows
    assert "version 1" in follows
    assert "29 November 2026" in overdue
    arabic = followed_on_paper(edition.pathway, TODAY, "ar")
    assert (arabic.title, arabic.overdue_since) == ("إجراء الإحالة", YESTERDAY)


@pytest.mark.parametrize("language", ["en", "hr", "el", "ar", "fr", "nl"])
def test_a_paper_with_a_procedure_stays_one_page(cast, desks, group, pathway, language):
    actions.set_procedure(cast.scope(), pathway, make_overdue(cast, group).procedure, at=AT)
    publish(cast, pathway)

    answer = desks["bela"].get(f"/pathways/{pathway.pk}/paper/a4.pdf?language={language}")

    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 1

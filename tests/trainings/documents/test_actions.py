"""Planners and managers save the letterhead; an invalid one changes nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from protect.audit.models import Entry
from protect.orgs.access import scope_for
from protect.trainings.documents.actions import MAX_EMBLEM_KB, save_letterhead
from protect.trainings.documents.models import PaperHead
from protect.uploads.clean_documents import CleanDocument
from tests.orgs.conftest import make_person
from tests.refusals import refuses
from tests.trainings.heading import make_letterhead, make_picture
from tests.trainings.planning import AT


def stored_letterhead(planners) -> tuple[bytes, str, dict[str, str]]:
    row = PaperHead.objects.get(organisation=planners.host)
    return bytes(row.picture or b""), row.alt, row.funding


def test_planner_saves_a_letterhead_and_it_is_audited(planners):
    save_letterhead(planners.scope("pia"), planners.host, make_letterhead(), at=AT)

    assert stored_letterhead(planners) == (
        make_picture(),
        make_letterhead().alt,
        make_letterhead().funding,
    )
    assert Entry.objects.filter(action="trainings.save_paper_head").count() == 1


def test_manager_of_the_organisation_saves_a_letterhead(planners):
    manager = make_person("mara", planners.host, "organisation_admin")

    save_letterhead(scope_for(manager.pk), planners.host, make_letterhead(), at=AT)

    assert stored_letterhead(planners)[1] == make_letterhead().alt


@pytest.mark.parametrize("who", ["tom", "otto", "chidi"])
def test_other_user_cannot_save_a_letterhead(planners, who):
    with pytest.raises(PermissionDenied):
        save_letterhead(planners.scope(who), planners.host, make_letterhead(), at=AT)

    assert not PaperHead.objects.exists()


@pytest.mark.parametrize(
    "picture",
    [
        CleanDocument("demo.pdf", "application/pdf", b"%PDF-"),
        CleanDocument("demo.png", "image/png", bytes(MAX_EMBLEM_KB * 1000 + 1)),
    ],
    ids=["pdf", "large"],
)
def test_invalid_emblem_is_refused_and_changes_nothing(planners, picture):
    scope = planners.scope("pia")
    save_letterhead(scope, planners.host, make_letterhead(), at=AT)

    with refuses("trainings_emblem_unfit"):
        save_letterhead(
            scope, planners.host, make_letterhead(picture=picture, alt="Another"), at=AT
        )

    assert stored_letterhead(planners) == (
        make_picture(),
        make_letterhead().alt,
        make_letterhead().funding,
    )


def test_emblem_without_a_description_is_refused(planners):
    with refuses("trainings_emblem_unspoken"):
        save_letterhead(planners.scope("pia"), planners.host, make_letterhead(alt=""), at=AT)

    assert not PaperHead.objects.exists()


def test_database_refuses_an_emblem_without_a_description(planners):
    with pytest.raises(IntegrityError):
        PaperHead.objects.create(organisation=planners.host, picture=make_picture(), changed_at=AT)


def test_save_without_a_new_emblem_keeps_the_old_one(planners):
    scope = planners.scope("pia")
    save_letterhead(scope, planners.host, make_letterhead(), at=AT)

    save_letterhead(
        scope, planners.host, make_letterhead(picture=None, funding={"nl": "Demo"}), at=AT
    )

    assert stored_letterhead(planners) == (make_picture(), make_letterhead().alt, {"nl": "Demo"})


def test_letterhead_can_be_removed(planners):
    scope = planners.scope("pia")
    save_letterhead(scope, planners.host, make_letterhead(), at=AT)

    save_letterhead(
        scope, planners.host, make_letterhead(picture=None, removes_picture=True, funding={}), at=AT
    )

    assert stored_letterhead(planners) == (b"", "", {})

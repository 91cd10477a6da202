"""Modules and courses: propose, publish, translate, adapt, hand over."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from protect.audit.models import Entry
from protect.trainings.curricula.actions import versions
from protect.trainings.curricula.actions.versions import NewModuleOrCourse
from protect.trainings.curricula.enums import VersionMove
from protect.trainings.curricula.errors import AssessmentsNotComparable, VersionMoveNotAllowed
from protect.trainings.curricula.models import CourseVersion, Module, ModuleVersion
from tests.refusals import refuses
from tests.trainings.planning import AT, make_course, make_module

FIELDS = {"title": "Demo words", "minutes": 60, "licence": "CC-BY-4.0"}


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def otto(planners):
    return planners.scope("otto")


def make_moves(scope, version, *moves):
    for move in moves:
        version = versions.move_version(scope, version, VersionMove(move), at=AT)
    return version


def test_module_moves_from_draft_to_published_to_withdrawn(planners, pia):
    start = NewModuleOrCourse("module", "demo-new", "en")
    draft = versions.create_module_or_course(pia, planners.host, start, FIELDS, at=AT)
    assert (draft.number, draft.state, draft.author) == (1, "draft", planners.people["pia"])
    done = make_moves(pia, draft, "submit", "publish")

    assert (done.state, done.published_at) == ("published", AT)
    assert make_moves(pia, done, "retire").state == "retired"
    assert Entry.objects.filter(action="trainings.version_publish").count() == 1


def test_module_code_is_unique(planners, pia):
    make_module(planners.host, module=Module.objects.create(code="demo", owner=planners.host))
    with refuses("trainings_code_taken"):
        versions.create_module_or_course(
            pia, planners.host, NewModuleOrCourse("module", "demo", "fr"), FIELDS, at=AT
        )

    assert ModuleVersion.objects.count() == 1


def test_published_version_cannot_be_edited(planners, pia):
    module = make_module(planners.host)
    with refuses("trainings_version_published"):
        versions.edit_draft(pia, module, {"title": "Other"}, edited=1, at=AT)

    module.refresh_from_db()
    assert module.title != "Other"


def test_another_organisation_proposes_and_only_the_owner_publishes(planners, pia, otto):
    module = make_module(planners.host)
    draft = versions.draft_next_version(otto, module, at=AT)
    assert (draft.number, draft.based_on, draft.title) == (2, module, module.title)
    versions.edit_draft(otto, draft, {"title": "Proposed"}, edited=1, at=AT)
    make_moves(otto, draft, "submit")
    with pytest.raises(PermissionDenied):
        make_moves(otto, draft, "publish")
    draft.refresh_from_db()
    assert draft.state == "in_review"

    assert make_moves(pia, draft, "publish").title == "Proposed"


def test_user_that_is_neither_author_nor_owner_cannot_change_a_draft(planners, pia, otto):
    draft = versions.draft_next_version(pia, make_module(planners.host), at=AT)
    with pytest.raises(PermissionDenied):
        versions.edit_draft(otto, draft, {"title": "Other"}, edited=1, at=AT)
    with pytest.raises(PermissionDenied):
        make_moves(otto, draft, "submit")

    draft.refresh_from_db()
    assert (draft.state, draft.edited) == ("draft", 1)


def test_a_draft_is_sent_back_with_a_reason(planners, pia):
    draft = make_moves(
        pia, versions.draft_next_version(pia, make_module(planners.host), at=AT), "submit"
    )
    with refuses("trainings_reason_missing"):
        versions.move_version(pia, draft, VersionMove.RETURN, at=AT)
    draft.refresh_from_db()
    assert draft.state == "in_review"
    back = versions.move_version(pia, draft, VersionMove.RETURN, at=AT, reason="Shorter, please")

    assert (back.state, back.note) == ("draft", "Shorter, please")
    with pytest.raises(VersionMoveNotAllowed):
        make_moves(pia, back, "publish")
    back.refresh_from_db()
    assert (back.state, back.published_at) == ("draft", None)


def test_outdated_save_of_a_draft_is_refused(planners, pia):
    draft = versions.draft_next_version(pia, make_module(planners.host), at=AT)
    versions.edit_draft(pia, draft, {"title": "First"}, edited=1, at=AT)
    with refuses("trainings_edit_conflict"):
        versions.edit_draft(pia, draft, {"title": "Second"}, edited=1, at=AT)

    draft.refresh_from_db()
    assert draft.title == "First"


def test_translation_names_its_source_and_has_its_own_numbers(planners, otto):
    module = make_module(planners.host, number=4)
    draft = versions.draft_translation(otto, module, "nl", at=AT)

    assert (draft.translates, draft.language_id, draft.number) == (module, "nl", 1)
    assert draft.module == module.module


def test_adaptation_belongs_to_its_organisation_and_credits_the_original(planners, otto):
    module = make_module(planners.host, title="Demo source", credits="Demo Author")
    made = versions.adapt_module(otto, module, planners.other, "demo-ours", at=AT)

    assert (made.module.owner, made.module.code, made.based_on) == (
        planners.other,
        "demo-ours",
        module,
    )
    assert made.credits == "Demo Author; Demo source (Demo Academy, CC-BY-4.0)"
    assert make_moves(otto, made, "submit", "publish").state == "published"


def test_draft_cannot_be_translated_or_adapted(planners, pia):
    draft = versions.draft_next_version(pia, make_module(planners.host), at=AT)
    for refused in (
        lambda: versions.draft_next_version(pia, draft, at=AT),
        lambda: versions.draft_translation(pia, draft, "fr", at=AT),
        lambda: versions.adapt_module(pia, draft, planners.host, "demo-x", at=AT),
    ):
        with refuses("trainings_version_not_published"):
            refused()

    assert ModuleVersion.objects.count() == 2


def test_a_course_without_modules_is_not_published(planners, pia):
    draft = make_moves(pia, make_course(planners.host, state="draft", published_at=None), "submit")
    with refuses("trainings_course_empty") as refusal:
        make_moves(pia, draft, "publish")
    draft.refresh_from_db()

    assert refusal.value.code == "trainings_course_empty"
    assert (draft.state, draft.published_at) == ("in_review", None)


def test_course_pins_versions_and_needs_published_ones(planners, pia):
    first, second = make_module(planners.host), make_module(planners.host)
    draft = versions.draft_next_version(pia, make_course(planners.host), at=AT)
    unready = versions.draft_next_version(pia, first, at=AT)
    keys = [second.pk, unready.pk]
    versions.edit_draft(pia, draft, {}, edited=1, at=AT, modules=keys)
    with refuses("trainings_version_not_published"):
        make_moves(pia, draft, "submit", "publish")
    versions.move_version(pia, draft, VersionMove.RETURN, at=AT, reason="One is a draft")
    versions.edit_draft(pia, draft, {}, edited=2, at=AT, modules=[second.pk, first.pk])
    done = make_moves(pia, draft, "submit", "publish")

    order = done.pinned.order_by("position").values_list("module_version", flat=True)
    assert [*order] == [second.pk, first.pk]
    again = versions.draft_next_version(pia, done, at=AT)
    assert [*again.pinned.order_by("position").values_list("module_version", flat=True)] == [
        second.pk,
        first.pk,
    ]


def test_ownership_is_handed_over_by_command(planners, pia, otto, capsys):
    module = make_module(planners.host)
    call_command("trainings", "hand-over", module.module.code, "--to", "Demo Elsewhere")
    with pytest.raises(PermissionDenied):
        make_moves(pia, module, "retire")

    assert "now owned by Demo Elsewhere" in capsys.readouterr().out
    assert make_moves(otto, module, "retire").state == "retired"


def test_handing_over_an_unknown_item_is_refused(planners):
    module = make_module(planners.host)
    for arguments in (("no-such-code", "Demo Elsewhere"), (module.module.code, "Demo Nobody")):
        with pytest.raises(CommandError):
            call_command("trainings", "hand-over", arguments[0], "--to", arguments[1])

    module.module.refresh_from_db()
    assert module.module.owner == planners.host


def test_a_course_with_tests_that_cannot_be_compared_is_refused(planners, pia):
    differ = {"pre": "knowledge-a", "post": "evaluation"}
    start, fields = NewModuleOrCourse("course", "demo-course", "en"), {"title": "Demo words"}
    with pytest.raises(AssessmentsNotComparable):
        versions.create_module_or_course(
            pia, planners.host, start, fields | {"forms": differ}, at=AT
        )
    assert not CourseVersion.objects.exists()
    draft = versions.create_module_or_course(pia, planners.host, start, fields, at=AT)
    with pytest.raises(AssessmentsNotComparable):
        versions.edit_draft(pia, draft, {"forms": differ}, edited=1, at=AT)

    draft.refresh_from_db()
    assert (draft.forms, draft.edited) == ({}, 1)

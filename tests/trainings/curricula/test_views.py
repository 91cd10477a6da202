"""Modules and courses at the desk."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.trainings.curricula.models import CourseVersion, ModuleVersion
from protect.trainings.scheduling.models import Edition
from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MEBIBYTE
from tests.orgs.conftest import make_organisation
from tests.trainings.editions.test_plan import session_plan
from tests.trainings.planning import make_course, make_edition, make_module
from tests.vault.views.desk import words


@pytest.fixture
def otto(desk_of):
    return desk_of("otto", "coordinator", make_organisation("Demo Elsewhere", "MT"))


def module_data(**change):
    return {
        "code": "demo-module",
        "language": "en",
        "title": "Demo module",
        "objectives": "Listen first\n\nSay what stays confidential",
        "minutes": "90",
        "content_notes": ["trauma"],
        "licence": "CC-BY-4.0",
    } | change


def test_empty_list_offers_to_create_a_module(desk_of):
    shown = words(desk_of().get("/trainings/curriculum"))

    assert "Nothing yet." in shown
    assert "Create a module" in shown


def test_module_is_created_and_published_on_its_page(desk_of):
    desk = desk_of()
    response = desk.post("/trainings/modules/new", **module_data())
    module = ModuleVersion.objects.get()
    address = f"/trainings/modules/{module.pk}"

    assert response.headers["Location"] == address
    assert module.objectives == ["Listen first", "Say what stays confidential"]
    for move in ("submit", "publish"):
        assert desk.post(f"{address}/move/{move}").status_code == 302
    shown = words(desk.get(address))
    assert "Published" in shown
    assert "What violence does to people" in shown  # what it talks about
    assert "New version or translation" in shown
    assert desk.get(f"{address}/edit").status_code == 200
    assert desk.post(f"{address}/edit", **module_data(edited="1")).status_code == 409


def test_duplicate_code_is_refused_and_typed_values_stay(desk_of):
    desk = desk_of()
    desk.post("/trainings/modules/new", **module_data())
    response = desk.post("/trainings/modules/new", **module_data(title="Demo other"))

    assert response.status_code == 409
    assert "code" in response.context["form"].errors
    assert b"Demo other" in response.content
    assert ModuleVersion.objects.count() == 1


def test_only_the_hash_of_a_file_is_stored(desk_of):
    desk, content = desk_of(), b"demo slides"
    desk.post("/trainings/modules/new", **module_data())
    module = ModuleVersion.objects.get()
    upload = SimpleUploadedFile("demo.pdf", content)
    desk.post(f"/trainings/modules/{module.pk}/edit", **module_data(edited="1", file=upload))
    module.refresh_from_db()

    digest = hashlib.sha256(content).hexdigest()
    assert module.files == [{"name": "demo.pdf", "sha256": digest, "bytes": len(content)}]
    desk.post(f"/trainings/modules/{module.pk}/edit", **module_data(edited="2", drop=[digest]))
    module.refresh_from_db()
    assert module.files == []


def test_file_size_limit_is_enforced_with_a_message(desk_of):
    desk = desk_of()
    slides = SimpleUploadedFile("demo.pdf", bytes(2 * MEBIBYTE))
    desk.post("/trainings/modules/new", **module_data(file=slides))
    module = ModuleVersion.objects.get()
    assert module.files[0]["bytes"] == 2 * MEBIBYTE
    for size in (MAX_FILE_BYTES + 1, MAX_FILE_BYTES + MEBIBYTE):
        film = SimpleUploadedFile("film.mp4", bytes(size))
        response = desk.post(
            f"/trainings/modules/{module.pk}/edit", **module_data(edited="1", file=film)
        )
        assert response.status_code == 422
        assert "This file is larger than 20 MB." in words(response)

    module.refresh_from_db()
    assert len(module.files) == 1


def test_course_lists_modules_in_their_order(desk_of, host):
    first, second = make_module(host), make_module(host)
    typed = {
        "code": "demo-course",
        "language": "en",
        "title": "Demo course",
        "tier": "1",
        "attendance_percent": "80",
        "assessment": "none",
        "pass_percent": "60",
        "module_1": second.pk,
        "module_2": first.pk,
    }
    desk = desk_of()
    assert desk.post("/trainings/courses/new", **typed).status_code == 302
    course = CourseVersion.objects.get()

    shown = words(desk.get(f"/trainings/courses/{course.pk}"))
    assert shown.index(second.title) < shown.index(first.title)


def course_data(**change):
    return {
        "code": "demo-course",
        "language": "en",
        "title": "Demo course",
        "tier": "1",
        "attendance_percent": "80",
        "assessment": "none",
        "pass_percent": "60",
    } | change


def test_forms_of_a_course_can_be_chosen_until_it_is_published(desk_of):
    desk = desk_of()
    chosen = {
        "form_pre": "knowledge-a",
        "form_post": "knowledge-b",
        "form_evaluation": "evaluation",
    }
    desk.post("/trainings/courses/new", **course_data(**chosen))
    course = CourseVersion.objects.get()
    address = f"/trainings/courses/{course.pk}"
    assert course.forms == {"pre": "knowledge-a", "post": "knowledge-b", "evaluation": "evaluation"}
    assert desk.get(f"{address}/edit").context["form"].initial["form_post"] == "knowledge-b"
    desk.post(f"{address}/edit", **course_data(edited="2", form_evaluation="evaluation"))
    course.refresh_from_db()
    assert course.forms == {"evaluation": "evaluation"}

    course.pinned.create(module_version=make_module(course.course.owner), position=1)
    desk.post(f"{address}/move/submit")
    desk.post(f"{address}/move/publish")
    assert "Forms" in words(desk.get(address))
    assert desk.post(f"{address}/edit", **course_data(edited="3", **chosen)).status_code == 409
    course.refresh_from_db()
    assert course.forms == {"evaluation": "evaluation"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"assessment": "named"}, "form_named"),
        ({"form_pre": "knowledge-a", "form_post": "evaluation"}, "form_post"),
        ({"form_pre": "no-such-form"}, "form_pre"),
    ],
)
def test_impossible_choice_of_forms_is_refused_at_its_field(desk_of, change, field):
    response = desk_of().post("/trainings/courses/new", **course_data(**change))

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {field}
    assert not CourseVersion.objects.exists()


def test_edit_conflict_of_a_draft_shows_both_texts(desk_of):
    desk = desk_of()
    desk.post("/trainings/modules/new", **module_data())
    address = f"/trainings/modules/{ModuleVersion.objects.get().pk}/edit"
    desk.post(address, **module_data(edited="1", title="First title"))
    response = desk.post(address, **module_data(edited="1", title="Second title"))

    assert response.status_code == 409
    assert "Title: First title" in words(response)
    assert b"Second title" in response.content


def test_other_organisations_read_published_versions_but_no_drafts(desk_of, host, otto):
    module, draft = make_module(host), make_module(host, state="draft", published_at=None)
    assert otto.get(f"/trainings/modules/{draft.pk}").status_code == 404
    assert otto.get(f"/trainings/modules/{module.pk}").status_code == 200
    assert otto.post(f"/trainings/modules/{module.pk}/move/retire").status_code == 403
    response = otto.post(f"/trainings/modules/{module.pk}/draft", way="adapt", code="demo-ours")

    made = ModuleVersion.objects.get(module__code="demo-ours")
    assert response.headers["Location"] == f"/trainings/modules/{made.pk}"
    assert (made.based_on, made.module.owner.name) == (module, "Demo Elsewhere")
    module.refresh_from_db()
    assert module.state == "published"


def test_outdated_translation_is_marked(desk_of, host):
    first = make_module(host)
    translated = make_module(host, module=first.module, language_id="fr", translates=first)
    desk, address = desk_of(), f"/trainings/modules/{translated.pk}"
    assert "has changed" not in words(desk.get(address))
    make_module(host, module=first.module, number=2)

    assert "The original of this translation has a newer version." in words(desk.get(address))
    assert "Outdated translation" in words(desk.get("/trainings/curriculum"))


def test_training_keeps_its_version_and_mentions_a_newer_one(desk_of, host):
    course = make_course(host)
    edition = make_edition(host, course_version=course)
    desk, address = desk_of(), f"/trainings/{edition.pk}"
    assert "newer version" not in words(desk.get(address))
    make_course(host, course=course.course, number=2)

    assert "A newer version of the course exists." in words(desk.get(address))
    edition.refresh_from_db()
    assert edition.course_version == course


def test_training_is_cloned(desk_of, host):
    edition = make_edition(host)
    response = desk_of().post(f"/trainings/{edition.pk}/clone", first_day="2027-05-03")
    made = Edition.objects.exclude(pk=edition.pk).get()

    assert response.headers["Location"] == f"/trainings/{made.pk}"
    assert made.sessions.count() == 2


def test_clone_to_an_ambiguous_local_time_is_refused_at_its_field(desk_of, host):
    edition = make_edition(host, sessions=0)
    night = session_plan(0, -7)
    edition.sessions.create(
        numbered_in=edition.pk,
        number=1,
        kind="training",
        count_mode="named",
        starts_at=night.starts_at,
        ends_at=night.ends_at,
        zone=night.zone,
    )
    response = desk_of().post(f"/trainings/{edition.pk}/clone", first_day="2027-10-31")

    assert response.status_code == 422
    assert "first_day" in response.context["form"].errors
    assert Edition.objects.count() == 1

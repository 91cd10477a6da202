"""The modules of the data files as published versions."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.trainings.curricula.actions import starter
from protect.trainings.curricula.models import CourseVersion, ModuleVersion
from tests.trainings.planning import AT


def test_each_language_version_is_a_translation_of_the_english_one(planners):
    starter.publish_starter_curriculum(planners.host, at=AT)
    versions = ModuleVersion.objects.filter(module__code="lgbtqi-survivors")
    english, french = versions.get(language="en"), versions.get(language="fr")

    assert (english.translates, french.translates) == (None, english)
    assert french.module.owner == planners.host
    assert ModuleVersion.objects.published().count() == 14


def test_a_course_pins_its_modules_in_its_own_language_and_order(planners):
    starter.publish_starter_curriculum(planners.host, at=AT)
    course = CourseVersion.objects.get(language="fr")

    assert [pin.module_version.language_id for pin in course.pinned.all()] == ["fr"] * 7
    assert [pin.position for pin in course.pinned.all()] == [*range(1, 8)]
    assert course.forms["pre"] == "knowledge-a"


def test_second_load_changes_nothing(planners):
    first = starter.publish_starter_curriculum(planners.host, at=AT)
    ModuleVersion.objects.filter(language="en").update(title="Demo title")
    second = starter.publish_starter_curriculum(planners.other, at=AT)

    assert {line.rpartition(" ")[2] for line in first} == {"published"}
    assert {line.rpartition(" ")[2] for line in second} == {"stands"}
    assert not ModuleVersion.objects.filter(language="en").exclude(title="Demo title").exists()


def test_command_reports_the_owner_or_a_missing_one(planners):
    text = StringIO()
    call_command("trainings", "load-curriculum", owner="Demo Academy", stdout=text)
    assert "identify-and-communicate fr: published" in text.getvalue()
    with pytest.raises(CommandError, match="Demo Nobody"):
        call_command("trainings", "load-curriculum", owner="Demo Nobody")

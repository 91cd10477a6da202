"""School packs: complete, without a personal story, in ten languages, and marked as drafts."""

import re

import pytest

from protect.kernel.errors import DataError
from protect.outreach import school_packs
from protect.reference import vocabulary
from protect.trainings.base.vocabulary import grades

AGES = ["6-8", "9-11", "12-14", "15-18"]
NOTES = ["en", "fr", "nl", "ar", "de", "es", "it", "pl", "uk", "ti"]


@pytest.mark.parametrize("code", AGES)
def test_each_age_group_has_a_lesson_with_an_exit_and_a_help_number(code):
    lesson = school_packs.load_lessons("en")[code]
    text = " ".join(step.text for step in lesson.steps)

    assert lesson.state == "draft"
    assert sum(step.minutes for step in lesson.steps) == lesson.minutes
    assert re.search("without (saying why|a reason)", lesson.before)
    assert re.search("number", text)


def test_class_level_determines_the_pack():
    assert [grade.pack for grade in grades().values()] == AGES


def test_the_note_to_parents_exists_in_ten_languages_as_a_draft():
    assert list(school_packs.load_parent_notes()) == NOTES
    assert {note.state for note in school_packs.load_parent_notes().values()} == {"draft"}
    assert {len(note.lines) for note in school_packs.load_parent_notes().values()} == {4}
    assert set(NOTES) <= set(vocabulary.languages())


def test_teacher_card_exists_in_the_desk_languages(settings):
    assert set(settings.DESK_LANGUAGES) <= set(school_packs.load_teacher_cards())
    assert {len(card.lines) for card in school_packs.load_teacher_cards().values()} == {8}


@pytest.mark.parametrize(("tag", "found"), [("fr", "fr"), ("en", "en"), ("ti", "en"), ("x", "en")])
def test_a_lesson_falls_back_to_english(tag, found):
    assert school_packs.pick_lesson_language("6-8", tag) == found


@pytest.mark.parametrize("tag", ["fr", "nl", "ar"])
def test_lessons_exist_in_all_desk_languages_as_drafts(tag):
    source, found = school_packs.load_lessons("en"), school_packs.load_lessons(tag)

    assert list(found) == AGES
    assert {lesson.state for lesson in found.values()} == {"draft"}
    for code, lesson in found.items():
        assert len(lesson.aims) == len(source[code].aims)
        assert [step.minutes for step in lesson.steps] == [
            step.minutes for step in source[code].steps
        ]
        assert lesson.title != source[code].title


@pytest.fixture
def office(tmp_path, settings):
    """Return a folder in which an office has lessons of its own."""
    (tmp_path / "outreach/packs").mkdir(parents=True)
    settings.PROTECT_DATA_DIRS = [tmp_path]
    caches = [school_packs.tables.load, school_packs.load_lessons]
    for cache in caches:
        cache.cache_clear()
    yield tmp_path / "outreach/packs"
    for cache in caches:
        cache.cache_clear()


def write_lesson(folder, tag, minutes):
    steps = ", ".join(f'{{minutes = {n}, title = "Demo", text = "Demo"}}' for n in minutes)
    (folder / f"lessons_{tag}.toml").write_text(
        f"""[6-8]\nstate = "reviewed"\ntitle = "Demo"\nminutes = {sum(minutes)}\naims = []
needs = ""\nbefore = ""\nsteps = [{steps}]\n""",
        "utf-8",
    )


def test_office_file_adds_a_language_for_some_lessons(office):
    write_lesson(office, "de", (5, 15, 15, 10))

    assert school_packs.lesson_languages("6-8") == ["en", "ar", "fr", "nl", "de"]
    assert "de" not in school_packs.lesson_languages("9-11")
    assert school_packs.pick_lesson_language("6-8", "de") == "de"
    assert school_packs.pick_lesson_language("9-11", "de") == "en"


def test_translation_with_different_steps_is_reported(office):
    write_lesson(office, "de", (15, 5, 15, 10))

    with pytest.raises(DataError, match="lessons_de") as refused:
        school_packs.load_lessons("de")
    assert "steps" in refused.value.text()


def test_wrong_sum_of_minutes_is_reported(office):
    (office / "lessons_en.toml").write_text(
        """[6-8]\nstate = "draft"\ntitle = "Demo"\nminutes = 9\naims = []\nneeds = ""
before = ""\nsteps = [{minutes = 8, title = "Demo", text = "Demo"}]\n""",
        "utf-8",
    )

    with pytest.raises(DataError, match="minutes"):
        school_packs.load_lessons("en")

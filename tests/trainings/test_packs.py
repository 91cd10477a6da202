"""School packs: complete, without a personal story, in ten languages, and marked as drafts."""

from __future__ import annotations

import re

import pytest

from protect.kernel.errors import DataError
from protect.reference import vocabulary
from protect.trainings import packs
from protect.trainings.vocabulary import grades

AGES = ["6-8", "9-11", "12-14", "15-18"]
NOTES = ["en", "fr", "nl", "ar", "de", "es", "it", "pl", "uk", "ti"]


@pytest.mark.parametrize("code", AGES)
def test_each_age_has_a_lesson_with_a_way_out_and_a_number(code):
    lesson = packs.lessons("en")[code]
    text = " ".join(step.text for step in lesson.steps)

    assert lesson.state == "draft"
    assert sum(step.minutes for step in lesson.steps) == lesson.minutes
    assert re.search("without (saying why|a reason)", lesson.before)
    assert re.search("number", text)


def test_a_class_level_leads_to_a_pack():
    assert [grade.pack for grade in grades().values()] == AGES


def test_the_note_to_parents_is_in_ten_languages_that_nobody_has_reviewed():
    assert list(packs.notes()) == NOTES
    assert {note.state for note in packs.notes().values()} == {"draft"}
    assert {len(note.lines) for note in packs.notes().values()} == {4}
    assert set(NOTES) <= set(vocabulary.languages())


def test_the_card_is_in_the_languages_of_the_desk(settings):
    assert set(settings.DESK_LANGUAGES) <= set(packs.cards())
    assert {len(card.lines) for card in packs.cards().values()} == {8}


@pytest.mark.parametrize(("tag", "found"), [("fr", "en"), ("en", "en"), ("tlh", "en")])
def test_whoever_has_no_lesson_in_their_language_gets_english(tag, found):
    assert packs.lesson_language(tag) == found


def test_minutes_that_do_not_agree_are_named(tmp_path, settings):
    folder = tmp_path / "trainings/packs"
    folder.mkdir(parents=True)
    (folder / "lessons_en.toml").write_text(
        """[6-8]\nstate = "draft"\ntitle = "Demo"\nminutes = 9\naims = []\nneeds = ""
before = ""\nsteps = [{minutes = 8, title = "Demo", text = "Demo"}]\n""",
        "utf-8",
    )
    settings.PROTECT_DATA_DIRS = [tmp_path]
    packs.tables.load.cache_clear()
    try:
        with pytest.raises(DataError, match="minutes"):
            packs.lessons.__wrapped__("en")
    finally:
        packs.tables.load.cache_clear()

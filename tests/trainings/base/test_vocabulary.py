"""The data tables of trainings are complete, and invalid ones are reported."""

from datetime import timedelta

import pytest

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.questionnaires import access as questionnaires
from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.curricula import vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.scheduling import labels, vocabulary as scheduling_vocabulary
from protect.trainings.scheduling.enums import Severity
from protect.trainings.scheduling.rules import ConflictKind

KINDS = ("modules", "courses", "content_notes", "clashes")
CACHED = (
    vocabulary.modules,
    vocabulary.courses,
    scheduling_vocabulary.conflict_severities,
    scheduling_vocabulary.kinds_preventing_readiness,
)


@pytest.fixture
def overlay(settings, tmp_path):
    """Return a function that adds records to a table, for this test."""
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]

    def add(kind: str, text: str) -> None:
        folder = tmp_path / "trainings"
        folder.mkdir(exist_ok=True)
        (folder / f"{kind}.toml").write_text(text, encoding="utf-8")
        forget()

    yield add
    forget()


def test_unconfirmed_retention_periods_name_their_source():
    records = tables.load("trainings", "retention", base_vocabulary.Retention)

    assert {code for code, record in records.items() if record.checked is None} == records.keys()
    assert all(record.source for record in records.values())
    assert base_vocabulary.retention_of("ended") == timedelta(days=90)


def forget() -> None:
    tables.load.cache_clear()
    for cached in CACHED:
        cached.cache_clear()


def read_all() -> None:
    for cached in CACHED:
        cached()


def test_every_conflict_kind_has_a_severity_and_a_text():
    assert (
        scheduling_vocabulary.conflict_severities().keys()
        == {*ConflictKind}
        == labels.CONFLICT_SENTENCES.keys()
    )


def test_only_a_block_or_a_warning_can_stop_an_edition_from_being_ready():
    for kind in scheduling_vocabulary.kinds_preventing_readiness():
        assert scheduling_vocabulary.conflict_severities()[kind] is not Severity.IGNORE


def test_every_content_note_has_a_text():
    records = tables.load("trainings", "content_notes", vocabulary.ContentNote)
    assert records.keys() == vocabulary.CONTENT_NOTE_LABELS.keys()


def test_every_profession_and_sector_has_a_text():
    assert people_words.profession_records().keys() == people_words.PROFESSION_LABELS.keys()
    assert people_words.sector_records().keys() == people_words.SECTOR_LABELS.keys()


def test_isco_codes_are_group_codes():
    codes = {record.isco for record in people_words.profession_records().values()}

    assert all(not code or (code.isdecimal() and 2 <= len(code) <= 4) for code in codes)


def test_age_bands_exclude_children():
    assert [*base_vocabulary.participant_age_bands()] == ["12-17", "18-24", "25-49", "50-up"]


def test_there_are_seven_modules_and_the_course_has_them_all():
    course = vocabulary.courses()["identify-and-communicate"]

    assert len(vocabulary.modules()) == 7
    assert course.modules == [*vocabulary.modules()]


def test_modules_and_courses_have_the_same_structure_in_each_language():
    for record in vocabulary.modules().values():
        numbers = {len(words.objectives) for words in record.words.values()}
        assert numbers == {len(record.en.objectives)}, record.code
        assert len(record.words) > 1, record.code


def test_forms_of_a_course_are_published(db):
    published = {version.code for version in questionnaires.list_published_forms()}
    for record in vocabulary.courses().values():
        assert {*record.forms.values()} <= published


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("modules", '[x]\nminutes = 9\nshort = "X"\ncontent_notes = ["y"]\nen.title = "X"', "“y”"),
        ("courses", '[x]\ntier = 1\nshort = "X"\nmodules = ["y"]\nen.title = "X"', "“y”"),
        ("clashes", '[person_twice]\nseverity = "maybe"', "severity"),
    ],
)
def test_invalid_table_is_reported_with_file_and_line(overlay, kind, text, problem):
    overlay(kind, text)
    with pytest.raises(DataError) as refused:
        read_all()

    assert f"{kind}.toml:1" in refused.value.text()
    assert problem in refused.value.text()


def test_office_table_overrides_severities(overlay):
    overlay("clashes", '[shared_room_twice]\nseverity = "warn"')

    assert (
        scheduling_vocabulary.conflict_severities()[ConflictKind.SHARED_ROOM_TWICE] is Severity.WARN
    )

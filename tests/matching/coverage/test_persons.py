import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.matching.coverage.atlas import atlas, persons, settlements
from protect.matching.coverage.atlas.persons import PersonType
from protect.matching.questions import Child, Person


@pytest.fixture
def office(settings, tmp_path):
    """Return a function that writes a table of an office beside ours."""
    (tmp_path / "matching").mkdir()
    settings.PROTECT_DATA_DIRS = [tmp_path]
    remembered = (tables.load, persons.person_types, settlements.island_regions)

    def write(kind, text):
        (tmp_path / "matching" / f"{kind}.toml").write_text(text, encoding="utf-8")
        for each in remembered:
            each.cache_clear()

    yield write
    for each in remembered:
        each.cache_clear()


def test_a_missing_key_of_a_person_type_is_not_answered():
    assert persons.person_types()["anyone"].to_person() == Person()


def test_an_empty_list_is_an_answer():
    assert persons.person_types()["woman"].to_person() == Person(gender="f", age=30, children=())
    assert persons.person_types()["no-papers"].to_person().documents == frozenset()


def test_children_of_a_person_type_come_along():
    children = persons.person_types()["woman-children"].to_person().children

    assert children == (Child(6, "f"), Child(14, "m"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"legal_status": "nonsense"},
        {"documents": ["nonsense"]},
        {"groups": ["nonsense"]},
        {"not_asked": ["nonsense"]},
        {"gender": "w"},
        {"age": -1},
        {"children": [{"age": 3, "name": "Demo"}]},
        {"colour": "green"},
    ],
)
def test_a_person_type_with_an_unknown_code_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PersonType(code="demo", name="Demo", **wrong)


def test_an_office_adds_its_own_person(office):
    office("person_types", '[elder]\nname = "A woman of 70"\ngender = "f"\nage = 70\n')

    assert persons.person_types()["elder"].to_person() == Person(gender="f", age=70)
    assert "elder" in atlas.report_persons("talk")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("person_types", '[elder]\nname = "Demo"\ngroups = ["nonsense"]\n'),
        ("islands", '[XX]\nname = "Demo"\ncountry = "MT"\nsource = "Demo"\ntaken = 2026-01-01\n'),
    ],
)
def test_the_site_does_not_start_with_a_wrong_file(db, office, kind, text):
    office(kind, text)

    with pytest.raises(DataError):
        (persons.person_types if kind == "person_types" else settlements.island_regions)()
    with pytest.raises(SystemCheckError, match=kind):
        call_command("check")

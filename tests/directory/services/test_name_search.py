from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.directory.changes import raise_version
from protect.directory.models import Service
from protect.directory.services import name_search
from protect.directory.services.name_search import IndexEntry, NameIndex, fold_parts, join_digits
from tests.verification.nights import LATER, entry, locate

ONE, OTHER = UUID(int=1), UUID(int=2)
SHELF = NameIndex(
    {
        ONE: IndexEntry(
            ONE,
            fold_parts(["Démo Téléphone", "Demo House", "Ħamrun"]),
            join_digits(["+35621000001"]),
        ),
        OTHER: IndexEntry(
            OTHER, fold_parts(["Demo Law", "خانه دمو"]), join_digits(["116000", "+3224700000"])
        ),
    }
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("telephone", [ONE]),
        ("house TÉLÉPHONE", [ONE]),
        ("hamrun", [ONE]),
        ("tel", [ONE]),
        ("telephonne", [ONE]),
        ("telephnoe", [ONE]),
        ("telefonne", []),
        ("lav", []),  # too short for a slip
        ("خانه", [OTHER]),
        ("demo", [ONE, OTHER]),
        ("2100 0001", [ONE]),
        ("021000001", [ONE]),
        ("116 000", [OTHER]),
        ("11", []),  # too short for a number
        ("", []),
        ("   ", []),
        ("?!", []),
    ],
)
def test_search_finds_entries_with_all_typed_words(typed, expected):
    assert sorted(SHELF.find(typed)) == expected


@given(st.text(max_size=300))
def test_search_accepts_any_text(typed):
    assert set(SHELF.find(typed)) <= {ONE, OTHER}


@pytest.mark.django_db
def test_refresh_reads_only_changed_services():
    service, other = entry(), entry("s2", name="Demo Other")
    locate(service)
    assert name_search.find("valletta") == [service.pk]

    Service.objects.filter(pk=service.pk).update(name="Demo Renamed", last_modified=LATER)
    Service.objects.filter(pk=other.pk).update(name="Demo Unseen")  # without its moment
    raise_version()

    assert name_search.find("renamed") == [service.pk]
    assert name_search.find("unseen") == []


@pytest.mark.django_db
def test_deleted_service_is_not_found():
    service = entry(phone="")
    assert name_search.find("counselling") == [service.pk]

    service.delete()
    raise_version()

    assert name_search.find("counselling") == []

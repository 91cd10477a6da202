"""Numbers that are no longer right name exactly the live files that print them."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.campaigns.base.enums import PrintedNumberState
from protect.campaigns.distribution.actions import Given, distribute
from protect.campaigns.materials.access import find_materials
from protect.campaigns.materials.actions import take_down
from protect.campaigns.materials.models import Material
from protect.campaigns.press.models import PressFile
from protect.campaigns.press.outdated import file_states, outdated_files, withdrawn_numbers
from protect.content.models import Release
from protect.directory.enums import PhoneKind
from protect.matching import published
from tests.campaigns.campaigners import AT, TODAY, make_file, make_material, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
GONE = "080 0000"  # a number that no service of the starter directory has

KINDS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=6
)  # of a file: prints a number that is gone, its copies were collected, its material taken down


def is_for_everyone(phone):
    return phone.kind == PhoneKind.VOICE and phone.need is None


def printed(cast, material, version, *, is_gone):
    """Return a file that prints the real number of a service, and perhaps one that is gone."""
    row, phone = next(
        (row, phone) for row in published.rows() for phone in row.phones if is_for_everyone(phone)
    )
    file = make_file(cast, material, version=version, number=phone.number)
    file.numbers.update(service_id=row.id)
    if is_gone:
        file.numbers.create(
            service_id=row.id, name="Demo line", number=GONE, text=GONE, was_checked=True
        )
    return file


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(KINDS)
def test_a_number_that_is_gone_lists_exactly_the_live_files_that_print_it(cast, kinds):
    PressFile.objects.all().update(collected_at=AT)  # of the example before
    expected = set()
    for is_gone, is_collected, is_taken_down in kinds:
        material = make_material(cast)
        file = printed(cast, material, 1, is_gone=is_gone)
        if is_collected:
            PressFile.objects.filter(pk=file.pk).update(collected_at=AT)
        if is_taken_down:
            take_down(cast.scope(), material, "Demo reason", at=AT)
        if is_gone and not is_collected and not is_taken_down:
            expected.add(file)

    found = withdrawn_numbers(PressFile.objects.all(), AT)

    assert set(found) == ({("Demo line", GONE)} if expected else set())
    assert {file for files in found.values() for file in files} == expected


def test_a_live_site_counts_unchecked_numbers_as_overdue(cast, settings):
    settings.IS_DEMO = False
    printed(cast, make_material(cast), 1, is_gone=False)

    (state,) = file_states(PressFile.objects.all(), AT)

    assert [each for _, each in state.numbers] == [PrintedNumberState.UNCHECKED]
    assert state.uncertain_numbers == tuple(number.text for number, _ in state.numbers)
    assert state.is_outdated
    assert not state.is_wrong


def test_a_number_that_is_no_longer_one_to_call_is_gone(cast):
    row, phone = next(
        (row, phone)
        for row in published.rows()
        for phone in row.phones
        if phone.number not in {each.number for each in row.phones if is_for_everyone(each)}
    )
    file = make_file(cast, make_material(cast), number=phone.number)
    file.numbers.update(service_id=row.id)

    (state,) = file_states(PressFile.objects.all(), AT)

    assert [each for _, each in state.numbers] == [PrintedNumberState.GONE]


def test_a_changed_text_makes_a_file_outdated(cast):
    release("fr")
    file = printed(cast, make_material(cast), 1, is_gone=False)

    (state,) = outdated_files(PressFile.objects.all(), AT)

    assert state.file == file
    assert state.has_other_text
    assert Release.objects.exists()


def test_copies_of_a_material_that_was_taken_down_stay_listed_until_they_are_collected(cast):
    material = make_material(cast)
    hanging, kept_back = make_file(cast, material), make_file(cast, material, version=2)
    given = Given(5, TODAY, "Demo library", "Demo: printed elsewhere")
    distribute(cast.scope(), hanging, given, at=AT)
    take_down(cast.scope(), material, "Demo reason", at=AT)

    (state,) = outdated_files(PressFile.objects.all(), AT)
    assert state.file == hanging != kept_back
    assert state.is_taken_down

    PressFile.objects.filter(pk=hanging.pk).update(collected_at=AT)
    assert outdated_files(PressFile.objects.all(), AT) == []


@pytest.mark.parametrize("typed", ["080 2880", "+386 80 2880", "00386802880"])
def test_a_material_is_found_by_a_number_that_it_has_printed(cast, typed):
    material = make_material(cast)
    make_file(cast, material, number="+386802880")
    make_file(cast, make_material(cast), number="+38631233211")

    assert list(find_materials(Material.objects.all(), typed)) == [material]

"""Printing stores what each file says, or nothing."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.campaigns.base.enums import PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials.actions import take_down
from protect.campaigns.press import actions
from protect.campaigns.press.models import PressFile
from protect.campaigns.press.outdated import file_states
from protect.campaigns.press.proofs import PrintInput
from tests.campaigns.campaigners import AT, make_material, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def wanted(*tags, countries=("SI",)):
    return PrintInput(countries, tags, [PaperSize.A4], has_bleed=False)


def print_(cast, material, *tags, **given):
    return actions.print_material(cast.scope(), material, wanted(*tags, **given), at=AT)


def test_each_file_keeps_its_numbers_as_they_were_printed(cast):
    release("fr", "ar")
    made = print_(cast, make_material(cast), "fr", "ar")

    assert [each.name for each in made] == ["info-si-fr-a4-1.pdf", "info-si-ar-a4-1.pdf"]
    assert all(each.content.startswith(b"%PDF") for each in made)
    for each in made:
        printed = each.row.numbers.values_list("number", "text", "was_checked")
        assert ("+386801155", "080 1155", False) in printed
        assert each.row.file_bytes == len(each.content)
    assert Entry.objects.filter(action="campaigns.print_material").count() == 2


def test_a_file_is_outdated_once_a_note_beside_a_number_would_be_another(cast):
    release("fr")
    row = print_(cast, make_material(cast), "fr")[0].row
    files = PressFile.objects.all()
    (state,) = file_states(files, AT)
    assert not state.has_other_text

    row.numbers.update(facts_digest="0" * 64)  # as printed before its facts changed
    (state,) = file_states(files, AT)
    assert state.has_other_text


def test_the_second_file_is_the_next_version(cast):
    release("fr")
    material = make_material(cast)
    versions = [print_(cast, material, "fr")[0].row for _ in range(2)]

    assert [each.version for each in versions] == [1, 2]
    assert versions[0].file_digest == versions[1].file_digest


def test_nothing_is_stored_if_one_language_has_no_text(cast):
    release("fr")
    with pytest.raises(CampaignRefusal, match="campaigns_no_text"):
        print_(cast, make_material(cast), "fr", "ar")

    assert not PressFile.objects.exists()


def test_a_material_that_was_taken_down_is_not_printed(cast):
    release("fr")
    material = make_material(cast)
    take_down(cast.scope(), material, "Demo reason", at=AT)
    with pytest.raises(CampaignRefusal, match="campaigns_material_taken_down"):
        print_(cast, material, "fr")

    assert not PressFile.objects.exists()


def test_a_campaigner_prints_for_the_own_country_alone(cast):
    release("fr")
    with pytest.raises(PermissionDenied):
        print_(cast, make_material(cast), "fr", countries=("SI", "BE"))

    assert not PressFile.objects.exists()

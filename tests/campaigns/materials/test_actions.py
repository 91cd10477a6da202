"""Materials and the consents of the people they show: taken down together, and never back."""

from datetime import date

import pytest
from django.http import Http404

from protect.audit.models import Entry
from protect.campaigns.base.enums import ConsentKind, TakeDownCause
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials import access, actions
from protect.campaigns.materials.models import Material
from tests.campaigns.campaigners import AT, make_campaign, make_material, material_values
from tests.orgs.conftest import give, make_organisation

GIVEN = date(2026, 3, 1)


def make_consent(cast, reference="P-17", kind=ConsentKind.PERSON):
    return actions.add_consent(cast.scope(), cast.office.pk, reference, kind, GIVEN, at=AT)


def test_a_withdrawn_consent_takes_down_exactly_the_materials_that_show_the_person(cast):
    consent, other = make_consent(cast), make_consent(cast, "A-2", ConsentKind.AMBASSADOR)
    shown = [make_material(cast, consents=[consent]) for _ in range(2)]
    both = make_material(cast, consents=[consent, other])
    untouched = [make_material(cast, consents=[other]), make_material(cast)]

    ended = actions.withdraw_consent(
        cast.scope(), consent, [each.pk for each in (*shown, both)], at=AT
    )

    assert set(ended) == {*shown, both}
    assert set(Material.objects.live()) == set(untouched)
    consent.refresh_from_db()
    assert consent.withdrawn_at == AT
    assert {each.taken_down_cause for each in ended} == {TakeDownCause.CONSENT}
    assert Entry.objects.filter(action="campaigns.take_down").count() == 3


def test_nothing_is_taken_down_if_the_list_has_changed(cast):
    consent = make_consent(cast)
    seen = make_material(cast, consents=[consent])
    make_material(cast, consents=[consent])

    with pytest.raises(CampaignRefusal, match="campaigns_consent_changed"):
        actions.withdraw_consent(cast.scope(), consent, [seen.pk], at=AT)

    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert Material.objects.live().count() == 2


def test_a_consent_that_is_withdrawn_twice_is_withdrawn_once(cast):
    consent = make_consent(cast)
    seen = [make_material(cast, consents=[consent]).pk]
    actions.withdraw_consent(cast.scope(), consent, seen, at=AT)
    written = Entry.objects.count()

    assert actions.withdraw_consent(cast.scope(), consent, seen, at=AT) == []
    assert Entry.objects.count() == written


def test_a_withdrawn_consent_covers_no_material(cast):
    consent = make_consent(cast)
    actions.withdraw_consent(cast.scope(), consent, [], at=AT)
    unchanged = make_material(cast)

    for change in (
        lambda: make_material(cast, consents=[consent]),
        lambda: actions.change_material(
            cast.scope(), unchanged, material_values(consents=[consent], title="Demo other"), at=AT
        ),
    ):
        with pytest.raises(CampaignRefusal, match="campaigns_consent_missing"):
            change()

    assert Material.objects.get() == unchanged
    assert Material.objects.get().title == "Demo poster"
    assert not Material.consents.through.objects.exists()


def test_a_consent_of_another_organisation_of_the_user_makes_no_material(cast):
    second = make_organisation("Demo second office", "SI")
    give(cast.people["nela"], second, "campaigner")
    held = actions.add_consent(cast.scope(), second.pk, "P-99", ConsentKind.PERSON, GIVEN, at=AT)
    with pytest.raises(CampaignRefusal, match="campaigns_consent_missing"):
        make_material(cast, consents=[held])

    assert not Material.objects.exists()


def test_another_organisation_sees_no_consent_and_takes_nothing_down(cast):
    consent = make_consent(cast)
    material = make_material(cast, make_campaign(cast, country_id=None))
    with pytest.raises(Http404):
        actions.withdraw_consent(cast.scope("otto"), consent, [], at=AT)
    with pytest.raises(Http404):
        actions.take_down(cast.scope("otto"), material, "Demo", at=AT)

    assert access.get_material(cast.scope("otto"), material.pk).taken_down_at is None


def test_a_material_that_was_taken_down_stays_and_is_not_changed(cast):
    material = make_material(cast)
    actions.take_down(cast.scope(), material, "Demo reason", at=AT)

    for change in (
        lambda: actions.take_down(cast.scope(), material, "again", at=AT),
        lambda: actions.change_material(cast.scope(), material, material_values(), at=AT),
    ):
        with pytest.raises(CampaignRefusal, match="campaigns_material_taken_down"):
            change()

    found = access.get_material(cast.scope(), material.pk)
    assert (found.title, found.taken_down_reason) == ("Demo poster", "Demo reason")


def test_a_reference_of_a_consent_is_given_once_in_an_organisation(cast):
    make_consent(cast)
    with pytest.raises(CampaignRefusal, match="campaigns_code_taken"):
        make_consent(cast)

    assert actions.add_consent(
        cast.scope("otto"), cast.other.pk, "P-17", ConsentKind.PERSON, GIVEN, at=AT
    )

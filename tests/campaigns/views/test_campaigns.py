"""A campaigner in Ljubljana plans, prints in several languages, orders, and counts copies."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from protect.campaigns.base.enums import ConsentKind, OrderState, TakeDownCause
from protect.campaigns.distribution.actions import record_reach
from protect.campaigns.distribution.models import Distribution, Order, Reach
from protect.campaigns.materials.actions import add_consent
from protect.campaigns.materials.models import Consent, Material
from protect.campaigns.plans.actions import plan_action
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.campaigns.press.models import PressFile, PrintedNumber
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    Campaigners,
    make_campaign,
    make_file,
    make_material,
    planned,
    reach_values,
    release,
)
from tests.orgs.conftest import give, make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def desks(db):
    """Return desks of nela (Slovenia), otto (Belgium) and chidi, who only reads reports."""
    office = make_organisation("Demo office Slovenia", "SI")
    other = make_organisation("Demo office Belgium", "BE")
    places = {
        "nela": (office, "campaigner"),
        "otto": (other, "coordinator"),
        "chidi": (office, "reader"),
    }
    people = {name: make_person(name) for name in places}
    for name, (organisation, role) in places.items():
        serve(people[name], organisation, role)
    cast = Campaigners(office, other, {name: each.user for name, each in people.items()})
    return cast, {name: Desk(at=AT).let_in(person) for name, person in people.items()}


@pytest.fixture
def cast(desks):
    return desks[0]


@pytest.fixture
def nela(desks):
    return desks[1]["nela"]


def test_a_campaign_is_made_and_takes_over_days(cast, nela):
    assert "No campaigns yet" in words(nela.get("/campaigns"))
    nela.post(
        "/campaigns/new",
        organisation=cast.office.pk,
        code="demo",
        name="Demo winter",
        country="SI",
        audience="Demo people",
        starts_on="2026-11-01",
        ends_on="2027-06-30",
        channels=["poster"],
    )
    campaign = Campaign.objects.get()
    page = f"/campaigns/{campaign.pk}"
    nela.post(f"{page}/presets/sixteen_days")
    nela.post(f"{page}/plan", starts_on=TODAY, title="Demo stand")
    shown = words(nela.get(page))

    assert "16 Days of Activism" in shown
    assert "Demo stand" in shown
    assert CalendarAction.objects.count() == 2
    assert "Demo stand" in words(nela.get("/"))
    action = CalendarAction.objects.get(title="Demo stand")
    nela.post(f"/campaigns/actions/{action.pk}/done")
    assert "Demo stand" not in words(nela.get("/"))


def test_a_reception_centre_gets_a_poster_in_several_languages(cast, nela):
    release("fr", "ar", "ti")
    material = make_material(cast)
    page = f"/materials/{material.pk}"
    assert "Nothing printed yet" in words(nela.get(page))

    answer = nela.post(
        f"{page}/print", countries=["SI"], languages=["fr", "ar", "ti"], sizes=["a4"]
    )

    with ZipFile(BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 3
    assert answer.headers["Content-Disposition"] == 'attachment; filename="info.zip"'
    nela.post(
        f"{page}/order",
        country="SI",
        language="ti",
        size="a4",
        copies=20,
        destination="Demo centre",
        needed_by=FRIDAY,
    )
    order = Order.objects.get()
    assert "Demo centre" in words(nela.get("/"))
    file = PressFile.objects.get(language="ti")
    nela.post(f"/materials/files/{file.pk}/copies", source="printed", copies=20, day=TODAY)
    nela.post(f"/materials/orders/{order.pk}/send", file=file.pk, log="none")
    nela.post(
        f"/materials/orders/{order.pk}/distribute",
        copies=20,
        day=TODAY,
        place="Demo centre",
        place_kind="reception",
    )

    order.refresh_from_db()
    assert order.state == OrderState.DISTRIBUTED
    shown = words(nela.get(f"/materials/files/{file.pk}"))
    assert "080 1155" in shown
    assert "Demo centre" in shown


def test_a_text_that_was_not_released_is_said_in_the_form(cast, nela):
    release("fr")
    material = make_material(cast)
    answer = nela.post(
        f"/materials/{material.pk}/print", countries=["SI"], languages=["ar"], sizes=["a4"]
    )

    assert answer.status_code == 422
    assert "No text was released in Arabic yet" in words(answer)
    assert not PressFile.objects.exists()


def test_too_many_copies_are_said_at_the_field_and_a_correction_is_kept(cast, nela):
    file = make_file(cast, make_material(cast))
    page = f"/materials/files/{file.pk}"
    given = {"day": "2026-12-01", "place": "Demo centre", "place_kind": "reception"}
    answer = nela.post(f"{page}/distribute", copies=5, **given)
    assert "0 copies are left" in words(answer)
    nela.post(f"{page}/copies", source="received", copies=5, day="2026-12-01")
    nela.post(f"{page}/distribute", copies=5, **given)
    entry = Distribution.objects.get()
    nela.post(f"/materials/distributed/{entry.pk}", copies=3, **given)

    shown = words(nela.get(page))
    assert "Corrected" in shown
    assert list(Distribution.objects.current().values_list("copies", flat=True)) == [3]


def test_a_number_that_left_the_directory_is_on_the_start_page_with_the_places(cast, nela):
    material = make_material(cast)
    file = make_file(cast, material, number="080 0000")
    page = f"/materials/files/{file.pk}"
    nela.post(f"{page}/copies", source="printed", copies=5, day="2026-12-01")
    given = {"day": "2026-12-01", "place": "Demo corridor", "place_kind": "office"}
    nela.post(f"{page}/distribute", copies=5, **given)

    assert "A number is no longer right" in words(nela.get("/"))
    shown = words(nela.get("/materials/numbers"))
    assert "080 0000" in shown
    assert "Demo corridor" in shown
    asked = words(nela.get(f"{page}/collect"))
    assert "Demo corridor" in asked
    assert "You can undo this" in asked
    nela.post(f"{page}/collect")
    assert "Every printed number is still in the directory" in words(nela.get("/materials/numbers"))
    assert PrintedNumber.objects.exists()


def test_a_person_who_withdraws_consent_is_taken_down_everywhere_at_once(cast, nela):
    nela.post(
        "/materials/consents/new",
        organisation=cast.office.pk,
        reference="P-17",
        kind="person",
        given_on="2026-03-01",
    )
    consent = Consent.objects.get()
    shown = [make_material(cast, consents=[consent]) for _ in range(2)]
    page = f"/materials/consents/{consent.pk}/withdraw"
    assert shown[0].code in words(nela.get(page))
    assert "Other materials show this person" in words(nela.post(page, material=[shown[0].pk]))
    assert Material.objects.live().count() == 2

    nela.post(page, material=[each.pk for each in shown])

    assert not Material.objects.live().exists()
    assert "Taken down" in words(nela.get("/materials"))


def test_an_edited_material_offers_the_consents_of_its_owner_alone(cast, nela):
    second = make_organisation("Demo second office", "SI")
    give(cast.people["nela"], second, "campaigner")
    for office, reference in ((cast.office, "P-17"), (second, "P-99")):
        day = date(2026, 3, 1)
        add_consent(cast.scope(), office.pk, reference, ConsentKind.PERSON, day, at=AT)

    shown = words(nela.get(f"/materials/{make_material(cast).pk}/edit"))
    assert "P-17" in shown
    assert "P-99" not in shown
    assert "P-99 · Demo second office" in words(nela.get("/materials/new"))


def test_another_country_reads_no_consent_and_corrects_no_figure(desks):
    cast, by_name = desks
    campaign = make_campaign(cast, country_id=None)
    day = date(2026, 3, 1)
    consent = add_consent(cast.scope(), cast.office.pk, "P-17", ConsentKind.PERSON, day, at=AT)
    material = make_material(cast, campaign, consents=[consent])
    record_reach(cast.scope(), campaign, reach_values(), at=AT)

    for name, may in (("nela", True), ("otto", False)):
        assert ("P-17" in words(by_name[name].get(f"/materials/{material.pk}"))) is may
        shown = words(by_name[name].get(f"/campaigns/{campaign.pk}"))
        assert "9,000" in shown
        assert ("Correct" in shown) is may


def test_a_reason_without_words_of_a_user_is_shown_in_the_language_of_the_reader(cast, nela):
    material = make_material(cast)
    Material.objects.filter(pk=material.pk).update(
        taken_down_at=AT, taken_down_cause=TakeDownCause.CONSENT
    )
    assert "A person withdrew consent" in words(nela.get(f"/materials/{material.pk}"))


def test_a_language_and_a_country_are_looked_for_in_one_file(cast, nela):
    material = make_material(cast, make_campaign(cast, country_id=None))
    make_file(cast, material, language_id="fr", country_id="BE")
    make_file(cast, material, language_id="en")

    assert "Demo poster" in words(nela.get("/materials?language=en&country=SI"))
    for wanted in ("language=fr&country=SI", "language=fr"):  # the file of Belgium is not hers
        assert "No material matches" in words(nela.get(f"/materials?{wanted}"))


def test_filters_find_what_was_printed_in_a_language(cast, nela):
    printed, other = make_material(cast, title="Demo one"), make_material(cast, title="Demo two")
    make_file(cast, printed, language_id="ti")

    shown = words(nela.get("/materials?language=ti&state=live"))

    assert "Demo one" in shown
    assert "Demo two" not in shown
    assert "No material matches" in words(nela.get("/materials?state=down"))
    assert other.taken_down_at is None


def figure(**given):
    return {
        "country": "SI",
        "method": "listeners",
        "people": 12000,
        "day": TODAY,
        "evidence": "Demo radio",
        **given,
    }


def test_a_figure_that_is_entered_twice_is_asked_about(cast, nela):
    campaign = make_campaign(cast)
    page = f"/campaigns/{campaign.pk}/reach"
    nela.post(page, **figure())

    answer = nela.post(page, **figure(evidence="Demo radio, a letter"))

    assert answer.status_code == 422
    assert "the same figure, or one from the same source" in words(answer)
    assert Reach.objects.count() == 1
    nela.post(page, **figure(is_another="on"))
    assert Reach.objects.count() == 2


def test_a_figure_belongs_to_an_action_or_to_none(cast, nela):
    campaign = make_campaign(cast)
    action = plan_action(cast.scope(), campaign, planned(TODAY), at=AT)
    page = f"/campaigns/{campaign.pk}/reach"
    assert "It belongs to no action" in words(nela.get(page))

    nela.post(page, **figure(action=action.pk, method="head_count", people=40))
    nela.post(page, **figure())

    assert list(Reach.objects.order_by("people").values_list("action", flat=True)) == [
        action.pk,
        None,
    ]
    assert "Demo radio · Demo stand" in words(nela.get(f"/campaigns/{campaign.pk}"))
    nela.post(f"/campaigns/actions/{action.pk}/remove")
    assert list(Reach.objects.values_list("action", flat=True)) == [None, None]


def test_reach_is_entered_and_corrected(cast, nela):
    material = make_material(cast)
    page = f"/campaigns/{material.campaign_id}/reach"
    fields = {"country": "SI", "method": "listeners", "day": "2026-12-01", "evidence": "Demo radio"}
    nela.post(page, people=9000, **fields)
    nela.post(f"/campaigns/reach/{Reach.objects.get().pk}", people=8000, **fields)

    shown = words(nela.get(f"/campaigns/{material.campaign_id}"))
    assert "8,000" in shown
    assert "1 earlier entry was corrected" in shown


def test_others_see_nothing(desks):
    cast, by_name = desks
    material = make_material(cast)
    file = make_file(cast, material)

    for page in ("/campaigns", "/materials", "/materials/orders", "/materials/numbers"):
        assert by_name["chidi"].get(page).status_code == 403
        assert by_name["otto"].get(page).status_code == 200
    for page in (f"/materials/{material.pk}", f"/materials/files/{file.pk}"):
        assert by_name["otto"].get(page).status_code == 404
    assert "Campaigns" not in words(by_name["chidi"].get("/"))


def test_an_order_names_a_size_that_the_material_has_and_languages_of_the_country_first(cast, nela):
    material = make_material(cast)
    page = f"/materials/{material.pk}/order"
    offered = [
        tag for tag, _name in nela.get(page).context["form"].fields["language"].choices if tag
    ]
    assert offered[0] == "sl"

    refused = nela.post(
        page, country="SI", language="sl", size="a6", copies="20", destination="Demo centre"
    )

    assert refused.status_code == 422
    assert not Order.objects.exists()

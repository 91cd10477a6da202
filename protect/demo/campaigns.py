"""Demo data: invented campaigns in Slovenia and Belgium, with materials, orders and a log."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from protect.campaigns.base.enums import (
    ActionMark,
    ConsentKind,
    CopySource,
    Licence,
    MaterialKind,
    PaperSize,
    PlaceKind,
    ReachMethod,
)
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.materials import actions as materials
from protect.campaigns.materials.models import Material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.plans import actions as plans, presets
from protect.campaigns.plans.actions import ActionInput
from protect.campaigns.plans.models import Campaign
from protect.campaigns.press.actions import print_material
from protect.campaigns.press.proofs import PrintInput
from protect.demo.consortium import Counts, pk_of
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope

TITLES = {
    "someone-to-talk-to": "Demo poster: someone to talk to",
    "if-you-need-help": "Demo leaflet: if you need help",
    "wallet-card": "Demo wallet card",
}
LANGUAGES = {"SI": ("en", "fr", "ar", "ti"), "BE": ("fr", "nl")}  # of the posters, by country
OFFICES = {
    "SI": ("office_si", "neza"),
    "BE": ("office_be", "dana"),
}  # office, and the person that prints
PLACES = (("Demo centre", PlaceKind.RECEPTION), ("Demo clinic", PlaceKind.HEALTH))
PRINTED, GIVEN = 100, (40, 25)  # copies of each poster: printed, and given out at two places

REACHED = (  # method, people, days ago
    (ReachMethod.LISTENERS, 12000, 7),
    (ReachMethod.HEAD_COUNT, 85, 7),
    (ReachMethod.HEAD_COUNT, 3, 40),  # so few that the report hides them
    (ReachMethod.HEAD_COUNT, 31, 75),
)


@transaction.atomic
def build_campaigns(*, at: datetime) -> Counts:
    """Create the demo's campaigns with what was printed, ordered and given out, unless they are
    there. Return the number of new rows by table. Errors: as `press.actions.print_material`."""
    counts: Counts = Counter()
    for country in OFFICES:
        if not Campaign.objects.filter(code=_code(country)).exists():
            _build_campaign(country, at, counts)
    return counts


def _code(country: str) -> str:
    return f"demo-{country.lower()}"


def _build_campaign(country: str, at: datetime, counts: Counts) -> None:
    office, person = OFFICES[country]
    scope, owner = scope_for(pk_of("user", person)), pk_of("organisation", office)
    today = at.date()
    values: dict[str, Any] = {
        "name": f"Demo campaign {country}",
        "country_id": country,
        "audience": "Demo: people in reception centres",
        "starts_on": today - timedelta(days=90),
        "ends_on": today + timedelta(days=365),
        "messages": "There is a person who listens.",
        "channels": ["poster", "radio"],
    }
    campaign = plans.create_campaign(scope, owner, _code(country), values, at=at)
    for preset in presets.presets():
        plans.plan_preset(scope, campaign, preset, at=at)
    first = today + timedelta(days=5)
    stand = ActionInput("Demo stand", first, first + timedelta(days=2), "Demo centre")
    plans.plan_action(scope, campaign, stand, at=at)
    opened = today - timedelta(days=40)
    opening = ActionInput("Demo opening", opened, opened, "Demo library")
    held = plans.plan_action(scope, campaign, opening, at=at)
    plans.mark_action(scope, held, ActionMark.DONE, at=at)
    for template in press_templates():
        material = _create_material(scope, campaign, template, at)
        _print_and_distribute(scope, material, country, at)
        counts["material"] += 1
    _record_reach(scope, campaign, country, at)
    counts["campaign"] += 1


def _create_material(scope: Scope, campaign: Campaign, template: str, at: datetime) -> Material:
    owner = campaign.organisation_id
    kind = press_templates()[template].kind
    consents = []
    if kind is MaterialKind.LEAFLET:
        reference, day = f"DEMO-{campaign.country_id}-7", at.date() - timedelta(days=90)
        consents = [
            materials.add_consent(scope, owner, reference, ConsentKind.AMBASSADOR, day, at=at)
        ]
    values = {
        "campaign": campaign,
        "title": TITLES[template],
        "kind": kind,
        "template": template,
        "licence": Licence.CC_BY_SA,
        "alternative_text": "A few sentences, telephone numbers and a QR code",
        "consents": consents,
    }
    return materials.create_material(scope, owner, f"{campaign.code}-{template}", values, at=at)


def _print_and_distribute(scope: Scope, material: Material, country: str, at: datetime) -> None:
    """Print a material; of a poster, also enter copies, and order some for a reception centre."""
    template = press_templates()[material.template]
    languages, sizes = LANGUAGES[country], template.sizes[:1]
    printed_files = print_material(
        scope, material, PrintInput([country], languages, sizes, has_bleed=False), at=at
    )
    if template.kind is not MaterialKind.POSTER:
        return
    today, printed_on = at.date(), at.date() - timedelta(days=70)
    for number, file in enumerate(printed_files):
        log.record_run(scope, file.row, CopySource.PRINTED, PRINTED, printed_on, at=at)
        for (place, kind), copies in zip(PLACES, GIVEN, strict=True):
            given = Given(copies, today - timedelta(days=20 * number), place, place_kind=kind)
            log.distribute(scope, file.row, given, at=at)
    order = OrderInput(
        country, languages[0], PaperSize.A4, 20, "Demo reception centre", today + timedelta(days=3)
    )
    log.place_order(scope, material, order, at=at)


def _record_reach(scope: Scope, campaign: Campaign, country: str, at: datetime) -> None:
    for method, people, days in REACHED:
        values = {
            "country": country,
            "method": method,
            "people": people,
            "day": at.date() - timedelta(days=days),
            "evidence": "Demo report",
            "explanation": "",
        }
        log.record_reach(scope, campaign, values, at=at)

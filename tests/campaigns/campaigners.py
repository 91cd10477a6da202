"""Who runs campaigns in tests, and what they have. Everything invented is called "Demo …"."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from protect.audit.context import AuditContext
from protect.campaigns.base.enums import (
    ConsentKind,
    CopySource,
    Licence,
    MaterialKind,
    PaperSize,
)
from protect.campaigns.distribution import actions as log, photographs
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.materials.actions import add_consent, create_material
from protect.campaigns.materials.models import Material
from protect.campaigns.plans.actions import ActionInput, create_campaign, plan_action
from protect.campaigns.plans.models import Campaign
from protect.campaigns.press.models import PressFile, PrintedNumber
from protect.content import released
from protect.content.releases.actions import release_languages
from protect.directory.enums import PhoneKind
from protect.matching import published
from protect.orgs import access
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument
from tests.orgs.conftest import make_organisation, make_person

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
TODAY = AT.date()
NUMBERS = count(1)


@dataclass
class Campaigners:
    """nela runs campaigns in Slovenia, otto in Belgium; chidi, of nela's office, reads reports."""

    office: Organisation
    other: Organisation
    people: dict[str, User]

    def scope(self, name: str = "nela") -> Scope:
        return access.scope_for(self.people[name].pk)


def make_campaigners() -> Campaigners:
    office = make_organisation("Demo office Slovenia", "SI")
    other = make_organisation("Demo office Belgium", "BE")
    people = {
        "nela": make_person("nela", office, "campaigner"),
        "otto": make_person("otto", other, "coordinator"),
        "chidi": make_person("chidi", office, "reader"),
    }
    return Campaigners(office, other, people)


def campaign_values(**given: Any) -> dict[str, Any]:
    return {
        "name": "Demo campaign",
        "country_id": "SI",
        "audience": "People in reception centres",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2027, 6, 30),
        "messages": "There is help.",
        "channels": ["poster"],
        **given,
    }


def make_campaign(cast: Campaigners, name: str = "nela", **given: Any) -> Campaign:
    scope, code = cast.scope(name), f"demo-{next(NUMBERS)}"
    office = cast.office if name == "nela" else cast.other
    return create_campaign(scope, office.pk, code, campaign_values(**given), at=AT)


def make_material(
    cast: Campaigners, campaign: Campaign | None = None, name: str = "nela", **given: Any
) -> Material:
    values = material_values(campaign=campaign or make_campaign(cast, name), **given)
    office = cast.office if name == "nela" else cast.other
    return create_material(cast.scope(name), office.pk, f"m-{next(NUMBERS)}", values, at=AT)


def material_values(**given: Any) -> dict[str, Any]:
    return {
        "title": "Demo poster",
        "kind": MaterialKind.POSTER,
        "template": "someone-to-talk-to",
        "licence": Licence.CC_BY,
        "alternative_text": "Words and telephone numbers",
        "consents": [],
        **given,
    }


def make_file(cast: Campaigners, material: Material, **given: Any) -> PressFile:
    """Return a press file without a PDF, as the press stores it, with one number."""
    number = given.pop("number", "080 1155")
    fields = {
        "organisation": cast.office,
        "country_id": "SI",
        "language_id": "fr",
        "written_in_id": given.get("language_id", "fr"),
        "size": PaperSize.A4,
        "version": 1,
        "text_digest": "0" * 64,
        "file_digest": "0" * 64,
        "file_bytes": 1,
        "made_at": AT,
        "made_by": cast.people["nela"],
        **given,
    }
    row = PressFile.objects.create(material=material, **fields)
    PrintedNumber.objects.create(
        file=row,
        service_id=uuid4(),
        name="Demo line",
        number=number,
        text=number,
        facts_digest="0" * 64,
        was_checked=True,
    )
    return row


def make_right_file(cast: Campaigners, material: Material, **given: Any) -> PressFile:
    """Return a press file whose number is one of the starter directory that everyone may call."""
    row, phone = next(
        (row, phone)
        for row in published.rows()
        for phone in row.phones
        if phone.kind == PhoneKind.VOICE and phone.need is None
    )
    file = make_file(cast, material, number=phone.number, **given)
    file.numbers.update(service_id=row.id)
    return file


def release(*tags: str) -> None:
    """Release the texts of all pages in languages, as the demonstration does."""
    release_languages(tags, AuditContext(at=AT, actor=None, organisation=None))
    released.forget()


def plant_campaign(office: Organisation, user: User) -> dict[str, UUID]:
    """Plant one row of each kind for a user who runs campaigns for an office, by what an address
    names."""
    scope, country = access.scope_for(user.pk), office.country
    cast = Campaigners(office, office, {"nela": user})
    values = campaign_values(country_id=country)
    campaign = create_campaign(scope, office.pk, "demo-planted", values, at=AT)
    begun = planned(TODAY - timedelta(days=7))  # also by the clock of the access matrix
    action = plan_action(scope, campaign, begun, at=AT)
    material = make_material(cast, campaign)
    file = make_file(cast, material, country_id=country)
    run = log.record_run(scope, file, CopySource.PRINTED, 10, TODAY, at=AT)
    given = log.distribute(scope, file, Given(4, TODAY, "Demo centre"), at=AT)
    picture = CleanDocument("", "image/png", b"\x89PNG\r\n\x1a\nDemo")
    kept = photographs.keep_picture(scope, given, picture, at=AT)
    caption = photographs.Caption("Demo centre")
    photograph = photographs.confirm_photograph(scope, given, kept.pk, caption, at=AT)
    order = log.place_order(
        scope, material, OrderInput(country, "fr", PaperSize.A4, 5, "Demo centre"), at=AT
    )
    reach = log.record_reach(scope, campaign, reach_values(country), at=AT)
    consent = add_consent(scope, office.pk, "DEMO-1", ConsentKind.PERSON, TODAY, at=AT)
    return {
        "campaign": campaign.pk,
        "action": action.pk,
        "material": material.pk,
        "press": file.pk,
        "run": run.pk,
        "distribution": given.pk,
        "photograph": photograph.pk,
        "order": order.pk,
        "reach": reach.pk,
        "consent": consent.pk,
    }


def planned(first: date, last: date | None = None, title: str = "Demo stand") -> ActionInput:
    return ActionInput(title, first, last or first)


def reach_values(country: str = "SI", people: int = 9000) -> dict[str, Any]:
    return {
        "country": country,
        "method": "listeners",
        "people": people,
        "day": TODAY,
        "evidence": "Demo radio",
        "explanation": "",
    }

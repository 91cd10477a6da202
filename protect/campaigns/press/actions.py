"""Make the PDFs of a material, and keep what each of them says."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language

from protect.campaigns.base.access import country_context, country_organisation
from protect.campaigns.base.enums import PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials.access import get_material
from protect.campaigns.materials.actions import must_be_live
from protect.campaigns.materials.models import Material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press import page_texts, sheets
from protect.campaigns.press.models import PressFile, PrintedNumber
from protect.campaigns.press.sheets import MaterialSheet, Misfit, PaperFormat
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


class PrintInput(NamedTuple):
    countries: Sequence[str]
    languages: Sequence[str]  # BCP 47
    sizes: Sequence[PaperSize]
    has_bleed: bool


class MadeFile(NamedTuple):
    row: PressFile
    name: str  # reveals nothing
    content: bytes


class _Pressed(NamedTuple):
    country: str
    language: str
    paper: PaperFormat
    sheet: MaterialSheet
    content: bytes


def print_material(
    scope: Scope, material: Material, wanted: PrintInput, *, at: datetime
) -> list[MadeFile]:
    """Return a PDF for each country, language and size, and store what each says.
    Errors: Http404; PermissionDenied; campaigns_material_taken_down; campaigns_no_text;
    campaigns_text_does_not_fit, with every text that does not fit: then nothing is stored."""
    found = get_material(scope, material.pk)
    must_be_live(found)
    for country in wanted.countries:
        country_context(scope, country, at=at)  # first, as printing takes seconds
    pressed = list(_press_all(found, wanted, at))
    with transaction.atomic():
        must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=found.pk))
        return [_store(scope, found, each, at) for each in pressed]


def _press_all(material: Material, wanted: PrintInput, at: datetime) -> Iterator[_Pressed]:
    template = press_templates()[material.template]
    pressed: list[_Pressed] = []
    misfits: list[Misfit] = []
    for country in wanted.countries:
        for tag in wanted.languages:
            for size in wanted.sizes:
                paper = PaperFormat(size, wanted.has_bleed)
                sheet = sheets.build_sheet(template, country, tag, paper, at=at)
                content = sheets.sheet_pdf(sheet)
                if isinstance(content, Misfit):
                    misfits.append(content)
                else:
                    pressed.append(_Pressed(country, tag, paper, sheet, content))
    if misfits:
        lines = [sheets.describe(each, get_language() or "en") for each in misfits]
        raise CampaignRefusal("campaigns_text_does_not_fit", where="; ".join(dict.fromkeys(lines)))
    yield from pressed


def _store(scope: Scope, material: Material, made: _Pressed, at: datetime) -> MadeFile:
    size = made.paper.size
    earlier = PressFile.objects.filter(
        material=material, country=made.country, language=made.language, size=size
    )
    row = PressFile.objects.create(
        material=material,
        organisation_id=country_organisation(scope, made.country),
        country_id=made.country,
        language_id=made.language,
        written_in_id=made.sheet.frame.writing.tag,
        size=size,
        has_bleed=made.paper.has_bleed,
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        text_digest=page_texts.digest_of(made.sheet.texts),
        file_digest=hashlib.sha256(made.content).hexdigest(),
        file_bytes=len(made.content),
        made_at=at,
        made_by_id=must_be_signed_in(scope),
    )
    PrintedNumber.objects.bulk_create(
        PrintedNumber(
            file=row,
            service_id=line.service,
            name=line.name,
            number=line.number,
            text=line.text,
            facts_digest=line.facts_digest,
            was_checked=line.is_checked,
        )
        for line in made.sheet.lines
    )
    country_context(scope, made.country, at=at).record("campaigns.print_material", row)
    name = f"info-{made.country.lower()}-{made.language}-{size}-{row.version}.pdf"
    return MadeFile(row, name, made.content)

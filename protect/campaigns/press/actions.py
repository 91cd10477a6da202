"""Make the PDFs of a material, and keep what each of them says."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language

from protect.campaigns.base.access import country_context, country_organisation
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials.access import get_material
from protect.campaigns.materials.actions import must_be_live
from protect.campaigns.materials.models import Material
from protect.campaigns.press import page_texts, sheets
from protect.campaigns.press.models import OmittedNumber, PressFile, PrintedNumber
from protect.campaigns.press.proofs import PrintInput, Proof, make_proofs
from protect.campaigns.press.sheets import Misfit
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


class MadeFile(NamedTuple):
    row: PressFile
    name: str  # reveals nothing
    content: bytes


def print_material(
    scope: Scope, material: Material, wanted: PrintInput, *, at: datetime
) -> list[MadeFile]:
    """Return a PDF for each country, language and size, and store what each says.
    Errors: Http404; PermissionDenied; campaigns_material_taken_down; campaigns_no_text;
    campaigns_print_unseen, if a text is in another language or a number is left out and `wanted`
    does not say that the user saw it; campaigns_text_does_not_fit, with every text that does not
    fit: then nothing is stored."""
    found = get_material(scope, material.pk)
    must_be_live(found)
    for country in wanted.countries:
        country_context(scope, country, at=at)  # first, as printing takes seconds
    proofs = list(make_proofs(found, wanted, at=at))
    if any(proof.notice and proof.notice not in wanted.seen for proof in proofs):
        raise CampaignRefusal("campaigns_print_unseen")
    pressed = list(_press_all(proofs))
    with transaction.atomic():
        must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=found.pk))
        return [_store(scope, found, proof, content, at) for proof, content in pressed]


def preview_pdf(scope: Scope, material: Material, wanted: PrintInput, *, at: datetime) -> bytes:
    """Return the PDF for the first country, language and size of `wanted`, and store nothing.
    Errors: as `print_material`, without campaigns_print_unseen."""
    content = sheets.sheet_pdf(_preview(scope, material, wanted, at).sheet)
    if isinstance(content, Misfit):
        raise _misfit_refusal([content])
    return content


def preview_pictures(
    scope: Scope, material: Material, wanted: PrintInput, *, at: datetime
) -> list[bytes]:
    """Return the pages of `preview_pdf` as PNG. Errors: as `preview_pdf`."""
    preview_pdf(scope, material, wanted, at=at)  # names what does not fit
    return sheets.sheet_pictures(_preview(scope, material, wanted, at).sheet)


def _preview(scope: Scope, material: Material, wanted: PrintInput, at: datetime) -> Proof:
    found = get_material(scope, material.pk)
    must_be_live(found)
    country_context(scope, wanted.countries[0], at=at)
    return next(make_proofs(found, wanted, at=at))


def _press_all(proofs: Iterable[Proof]) -> Iterator[tuple[Proof, bytes]]:
    pressed: list[tuple[Proof, bytes]] = []
    misfits: list[Misfit] = []
    for proof in proofs:
        content = sheets.sheet_pdf(proof.sheet)
        if isinstance(content, Misfit):
            misfits.append(content)
        else:
            pressed.append((proof, content))
    if misfits:
        raise _misfit_refusal(misfits)
    yield from pressed


def _misfit_refusal(misfits: Iterable[Misfit]) -> CampaignRefusal:
    lines = [sheets.describe(each, get_language() or "en") for each in misfits]
    return CampaignRefusal("campaigns_text_does_not_fit", where="; ".join(dict.fromkeys(lines)))


def _store(
    scope: Scope, material: Material, proof: Proof, content: bytes, at: datetime
) -> MadeFile:
    country, tag, size = proof.country, proof.language, proof.paper.size
    earlier = PressFile.objects.filter(material=material, country=country, language=tag, size=size)
    row = PressFile.objects.create(
        material=material,
        organisation_id=country_organisation(scope, country),
        country_id=country,
        language_id=tag,
        written_in_id=proof.sheet.frame.writing.tag,
        text_languages=proof.text_languages,
        size=size,
        has_bleed=proof.paper.has_bleed,
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        text_digest=page_texts.digest_of(proof.sheet.texts),
        file_digest=hashlib.sha256(content).hexdigest(),
        file_bytes=len(content),
        made_at=at,
        made_by_id=must_be_signed_in(scope),
    )
    _store_numbers(row, proof)
    country_context(scope, country, at=at).record("campaigns.print_material", row)
    return MadeFile(row, f"info-{country.lower()}-{tag}-{size}-{row.version}.pdf", content)


def _store_numbers(row: PressFile, proof: Proof) -> None:
    """Store the numbers that a file prints, and those that it leaves out."""
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
        for line in proof.sheet.lines
    )
    OmittedNumber.objects.bulk_create(
        OmittedNumber(
            file=row,
            service_id=omission.service,
            name=omission.name,
            number=omission.number,
            text=omission.text,
            reason=omission.reason,
            replaced_by=omission.replaced_by,
        )
        for omission in proof.omitted
    )

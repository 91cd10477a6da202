"""Printed certificates: PDF files with the Open Badge attached, which `badges.files` reads."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pikepdf
from django.conf import settings
from django.http import HttpRequest

from protect.certificates import eligibility, rules
from protect.certificates.models import Certificate
from protect.trainings.documents.actions import letterhead_of
from protect.trainings.documents.paper import content, sheets
from protect.trainings.scheduling import enums, models
from protect.trainings.scheduling.rules import TEACHING_ROLES

ATTACHMENT_NAME = "certificate.json"  # of the badge, in the PDF and as a download
MEDIA_TYPE = "application/vc"  # W3C Verifiable Credentials 2.0


def encode_compact_json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def attach_badge(pdf_content: bytes, document: Mapping[str, Any]) -> bytes:
    """Return a generated PDF with the Open Badge attached. Equal inputs give equal bytes."""
    with pikepdf.open(BytesIO(pdf_content)) as pdf:
        file = pikepdf.AttachedFileSpec(
            pdf,
            encode_compact_json(document),
            description="Open Badge",
            filename=ATTACHMENT_NAME,
            mime_type=MEDIA_TYPE,
            relationship=pikepdf.Name.Data,
        )
        pdf.attachments[ATTACHMENT_NAME] = file
        pdf.Root.AF = pikepdf.Array([file.obj])  # associated with the whole document
        output = BytesIO()
        pdf.save(output, deterministic_id=True)
    return output.getvalue()


def public_page_url(credential: UUID) -> str:
    """Return the URL of the public page of a certificate, as in its QR code."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/certificates/{credential}"


def write_pdf(
    certificate: Certificate, document: Mapping[str, Any], tag: str, *, is_full: bool = False
) -> bytes:
    """Return the PDF of a certificate that is not erased, in the language `tag`, with `document`
    attached. The PDF prints what a stranger may read; `is_full` adds title, grant, town and
    letterhead. Load registration, participant, edition and issuer with the certificate."""
    if certificate.registration is None:
        raise ValueError("the holder of this certificate was erased")
    subject, edition = document["credentialSubject"], certificate.edition
    paper = content.Certificate(
        holder=certificate.registration.participant.name,
        course=subject["achievement"]["name"],
        short_title=document["name"],
        minutes=int(subject["result"][0]["value"]),
        completed_on=date.fromisoformat(subject["activityEndDate"][:10]),
        issued_on=local_day(certificate.issued_at, edition),
        issuer=document["issuer"]["name"],
        trainers=trainer_names(edition),
        number=rules.printed_number(certificate.credential),
        address=public_page_url(certificate.credential),
        place=town_names(edition),
        grant=edition.grant_number,
        **letterhead_of(certificate.issuer_id, tag)._asdict(),
        invalid_state=eligibility.invalid_state(certificate) or "",
        is_neutral=not is_full,
    )
    return attach_badge(sheets.certificate_pdf(paper, tag), document)


def wants_full_form(request: HttpRequest) -> bool:
    """Return whether the request asks for the full form. The default is the neutral one."""
    return request.GET.get("form") == "full"


def trainer_names(edition: models.Edition) -> tuple[str, ...]:
    rows = models.Booking.objects.live().filter(
        session__edition=edition, role__in=TEACHING_ROLES, state=enums.BookingState.ACCEPTED
    )
    names = rows.order_by("resource__name").values_list("resource__name", flat=True)
    return tuple(dict.fromkeys(names))


def town_names(edition: models.Edition) -> str:
    rows = edition.sessions.not_cancelled().filter(venue__isnull=False)
    names = rows.order_by("starts_at", "number").values_list("venue__place__name", flat=True)
    return ", ".join(dict.fromkeys(names))


def local_day(at: datetime, edition: models.Edition) -> date:
    return at.astimezone(ZoneInfo(edition.zone)).date()

"""Printed certificates: a PDF with the Open Badge attached, which `badges.files` finds again."""

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
from protect.trainings.documents.actions import head_of
from protect.trainings.documents.paper.content import Certificate as Paper
from protect.trainings.documents.paper.sheets import certificate_pdf
from protect.trainings.scheduling import enums, models
from protect.trainings.scheduling.rules import TEACHING

NAME = "certificate.json"
MEDIA_TYPE = "application/vc"  # W3C Verifiable Credentials 2.0


def spelled(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def attached(paper: bytes, document: Mapping[str, Any]) -> bytes:
    """Return a PDF of ours with a certificate attached. Equal inputs give equal bytes."""
    with pikepdf.open(BytesIO(paper)) as pdf:
        file = pikepdf.AttachedFileSpec(
            pdf,
            spelled(document),
            description="Open Badge",
            filename=NAME,
            mime_type=MEDIA_TYPE,
            relationship=pikepdf.Name.Data,
        )
        pdf.attachments[NAME] = file
        pdf.Root.AF = pikepdf.Array([file.obj])  # of the whole document
        output = BytesIO()
        pdf.save(output, deterministic_id=True)
    return output.getvalue()


def address_of(credential: UUID) -> str:
    """Return the public page of a certificate: the address in its QR code."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/certificates/{credential}"


def pdf_of(
    certificate: Certificate, document: Mapping[str, Any], tag: str, *, is_full: bool = False
) -> bytes:
    """Return a certificate that is not erased, in a language; `document` is attached. `is_full`:
    with title, grant, town and what the donor wants to see; else only what a stranger may read.
    Shapes: registration, participant, edition and issuer are loaded."""
    if certificate.registration is None:
        raise ValueError("a certificate without its holder")
    subject, edition = document["credentialSubject"], certificate.edition
    paper = Paper(
        holder=certificate.registration.participant.name,
        course=subject["achievement"]["name"],
        short_title=document["name"],
        minutes=int(subject["result"][0]["value"]),
        completed_on=date.fromisoformat(subject["activityEndDate"][:10]),
        issued_on=day_of(certificate.issued_at, edition),
        issuer=document["issuer"]["name"],
        trainers=trainers_of(edition),
        number=rules.printed_number(certificate.credential),
        address=address_of(certificate.credential),
        place=towns_of(edition),
        grant=edition.grant_number,
        **head_of(certificate.issuer_id, tag)._asdict(),
        ended=eligibility.ended(certificate) or "",
        is_neutral=not is_full,
    )
    return attached(certificate_pdf(paper, tag), document)


def is_full(request: HttpRequest) -> bool:
    """Return whether the request wants the full form. The default is the neutral one."""
    return request.GET.get("form") == "full"


def trainers_of(edition: models.Edition) -> tuple[str, ...]:
    rows = models.Booking.objects.live().filter(
        session__edition=edition, role__in=TEACHING, state=enums.BookingState.ACCEPTED
    )
    names = rows.order_by("resource__name").values_list("resource__name", flat=True)
    return tuple(dict.fromkeys(names))


def towns_of(edition: models.Edition) -> str:
    rows = edition.sessions.standing().filter(venue__isnull=False)
    names = rows.order_by("starts_at", "number").values_list("venue__place__name", flat=True)
    return ", ".join(dict.fromkeys(names))


def day_of(at: datetime, edition: models.Edition) -> date:
    return at.astimezone(ZoneInfo(edition.zone)).date()

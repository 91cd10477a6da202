"""Procedures in tests: written, agreed, signed and in force."""

from datetime import date, timedelta
from typing import Any

from protect.coordination.groups.models import Group
from protect.coordination.procedures.actions import sections, signatures, versions
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureVersion,
    Signatory,
    Signature,
)
from protect.coordination.procedures.seals import text_digest
from protect.orgs.models import Organisation
from protect.uploads.clean_documents import CleanDocument
from tests.coordination.cast import AT, Cast

TODAY = AT.date()
STARTS, REVIEW_BY = TODAY, TODAY + timedelta(days=365)
PAGE = CleanDocument("Demo page.pdf", "application/pdf", b"%PDF-demo")


def make_procedure(cast: Cast, group: Group, **given: Any) -> ProcedureVersion:
    """Return the first version of a new procedure, with empty sections."""
    values = {"kind": "sop", "language": "en", "title": "Demo procedure", **given}
    return versions.create_procedure(cast.scope(), group, values, at=AT)


def write(cast: Cast, section: ProcedureSection, text: str) -> ProcedureSection:
    section.refresh_from_db()
    return sections.save_text(cast.scope(), section, text, section.digest, at=AT)


def agree(cast: Cast, section: ProcedureSection) -> ProcedureSection:
    section.refresh_from_db()
    return sections.agree_section(cast.scope(), section, section.digest, at=AT)


def make_agreed(cast: Cast, group: Group, kept: int = 2, **given: Any) -> ProcedureVersion:
    """Return a version of which the first sections are agreed and the others left out."""
    version = make_procedure(cast, group, **given)
    for number, section in enumerate(version.sections.all()):
        if number < kept:
            write(cast, section, f"Demo text {number}")
            agree(cast, section)
        else:
            sections.remove_section(cast.scope(), section, at=AT)
    return version


def make_in_force(
    cast: Cast, group: Group, starts: date = STARTS, review_by: date = REVIEW_BY, **given: Any
) -> ProcedureVersion:
    version = make_agreed(cast, group, **given)
    return versions.put_in_force(cast.scope(), version, starts, review_by, at=AT)


def make_signatory(
    cast: Cast, version: ProcedureVersion, organisation: Organisation | None, **given: Any
) -> Signatory:
    values = {"organisation": organisation, "organisation_name": "", "position": "Director"}
    return signatures.add_signatory(cast.scope(), version, values | given, at=AT)


def sign(cast: Cast, signatory: Signatory, name: str = "amal") -> Signature:
    seen = text_digest(signatory.version)
    return signatures.sign_version(cast.scope(name), signatory, seen, at=AT)


def add_page(cast: Cast, signatory: Signatory, **given: Any) -> Signature:
    seen = text_digest(signatory.version)
    values = {"name": "Demo Director", "signed_on": TODAY, "seen": seen, **given}
    return signatures.add_signed_page(cast.scope(), signatory, PAGE, values, at=AT)

"""What is signed, and whether it is still what this server sealed. A person who can write to the
database, but has no key of the server, cannot change a text in force or a signature unnoticed."""

import hashlib
from typing import NamedTuple

from protect.coordination.procedures import rules
from protect.coordination.procedures.enums import SignatureState
from protect.coordination.procedures.models import ProcedureVersion, Signatory, Signature

CODE_LENGTH = 12  # digits of the digest that are printed, to compare a page with the text


class SignatoryRow(NamedTuple):
    """A signatory with the signature that counts, else the newest, and its state."""

    signatory: Signatory
    signature: Signature | None
    state: SignatureState


def text_digest(version: ProcedureVersion) -> str:
    """Return the digest of a version's text as it is now. Needs `procedure` loaded; uses prefetched
    sections."""
    sections = [(section.title, section.text) for section in version.sections.all()]
    procedure = version.procedure
    return rules.version_digest(
        str(procedure.pk), version.number, procedure.language_id, version.title, sections
    )


def text_code(digest: str) -> str:
    """Return the beginning of a digest in groups of four digits, as it is printed."""
    return " ".join(digest[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def is_text_sound(version: ProcedureVersion, digest: str) -> bool:
    """Return whether a version is a draft, or the text with this digest was put in force."""
    is_draft = version.put_in_force_at is None and version.in_force_from is None
    return is_draft or (version.is_sealed() and version.text_digest == digest)


def is_sound(signature: Signature) -> bool:
    """Return whether a signature, and its scan if it has one, are as this server sealed them."""
    if not signature.is_sealed():
        return False
    if not signature.is_scan:
        return True
    content = bytes(signature.scan or b"")
    return hashlib.sha256(content).hexdigest() == signature.scan_digest


def signatory_rows(version: ProcedureVersion, digest: str) -> list[SignatoryRow]:
    """Return the signatories of a version whose text has this digest."""
    rows = version.signatories.select_related("organisation").prefetch_related("signatures")
    return [_signatory_row(signatory, digest) for signatory in rows]


def _signatory_row(signatory: Signatory, digest: str) -> SignatoryRow:
    found = [
        (signature, rules.signature_state(signature.text_digest, digest, is_sealed=is_ok))
        for signature in signatory.signatures.all()
        for is_ok in [is_sound(signature)]
    ]
    for wanted in (SignatureState.SIGNED, SignatureState.DAMAGED, SignatureState.EARLIER_TEXT):
        for signature, state in found:
            if state == wanted:
                return SignatoryRow(signatory, signature, state)
    return SignatoryRow(signatory, None, SignatureState.MISSING)

"""Digests of texts, and the states of versions, signatures and translations."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime

from protect.coordination.procedures.enums import (
    SectionStatus,
    SignatureState,
    TranslationState,
    VersionState,
)

MAX_TEXT = 20_000  # characters of a section: about 7 pages; fits a posted form in each script
MAX_SECTIONS = 60  # of a version: about 400 pages


def section_status(text: str, agreed_at: datetime | None) -> SectionStatus:
    if agreed_at is not None:
        return SectionStatus.AGREED
    return SectionStatus.DRAFT if text.strip() else SectionStatus.EMPTY


def digest_of(*parts: object) -> str:
    """Return the SHA-256 of texts and numbers, 64 hexadecimal digits. Other parts, or the same
    letters divided in another way, have another digest."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def version_digest(
    procedure: str, number: int, language: str, title: str, sections: Sequence[tuple[str, str]]
) -> str:
    """Return the digest of what signatories sign: the document, its number, its language, its title
    and its sections in order. `sections`: pairs of title and text."""
    return digest_of(procedure, number, language, title, [list(pair) for pair in sections])


def version_state(
    in_force_from: date | None, review_by: date | None, replaced_from: date | None, day: date
) -> VersionState:
    """Return the state of a version on a day. `in_force_from`: None for a draft; `replaced_from`:
    the day from which the next version is in force, None without one."""
    if in_force_from is None:
        return VersionState.DRAFT
    if replaced_from is not None and replaced_from <= day:
        return VersionState.REPLACED
    if day < in_force_from:
        return VersionState.COMING
    is_past = review_by is not None and review_by < day
    return VersionState.PAST_REVIEW if is_past else VersionState.IN_FORCE


def signature_state(signed_digest: str, text_digest: str, *, is_sealed: bool) -> SignatureState:
    """Return the state of a signature under a text. `signed_digest`: of the text that was signed;
    `is_sealed`: whether the signature is as this server sealed it."""
    if not is_sealed:
        return SignatureState.DAMAGED
    is_same = signed_digest == text_digest
    return SignatureState.SIGNED if is_same else SignatureState.EARLIER_TEXT


def translation_state(
    source_digest: str | None, section_digest: str, *, is_sealed: bool
) -> TranslationState:
    """Return the state of a translated section. `source_digest`: of the section from which it was
    translated, None without a translation."""
    if source_digest is None:
        return TranslationState.MISSING
    if not is_sealed:
        return TranslationState.DAMAGED
    is_current = source_digest == section_digest
    return TranslationState.CURRENT if is_current else TranslationState.OUTDATED

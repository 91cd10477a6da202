"""A version on paper: its sections, and a page with the signatures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protect.coordination.base.file_names import file_name
from protect.coordination.base.paper_frame import paper_frame, paper_language
from protect.coordination.procedures.enums import SignatureState, TranslationState
from protect.coordination.procedures.models import (
    ProcedureTranslation,
    ProcedureVersion,
    TranslatedSection,
)
from protect.coordination.procedures.rules import translation_state
from protect.coordination.procedures.seals import (
    SignatoryRow,
    is_text_sound,
    signatory_rows,
    text_code,
    text_digest,
)
from protect.coordination.procedures.section_table import PaperWords, paper_words
from protect.reference import formats
from protect.ui import press

TEMPLATE = Path(__file__).resolve().parent / "typst" / "procedure.typ"
LARGE_PAPER = 20_000  # characters: such a paper does not delay small ones
BULLETS = ("- ", "• ", "* ")


def paper_name(version: ProcedureVersion, language: str) -> str:
    """Return the name of the file of a version in a language, without its ending."""
    kind, day = version.procedure.kind, version.in_force_from or "draft"
    return file_name(kind, version.title, version.number, day, language)


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A section as printed. `language`: in which it is written; `note`: what a reader must know."""

    title: str
    language: press.PaperLanguage
    paragraphs: list[tuple[str, str]]  # kind (text or item) and text
    note: str = ""


def procedure_pdf(version: ProcedureVersion, row: ProcedureTranslation | None) -> bytes:
    """Return a version as PDF: in the language that is signed, or in that of a translation."""
    own = version.procedure.language_id
    tag = row.language_id if row else own
    words, digest = paper_words(tag), text_digest(version)
    sections = _own_sections(version) if row is None else _translated_sections(version, row, words)
    sheet = {
        "frame": paper_frame(tag),
        "title": row.title if row else version.title,
        "words": words.model_dump(),
        "facts": _facts(version, tag, words),
        "warning": "" if is_text_sound(version, digest) else words.changed,
        "sections": sections,
        "signed_text": words.signed_text.format(language=_language(own, tag)) if row else "",
        "code": text_code(digest),
        "signatories": [
            _signatory(signatory, words, tag) for signatory in signatory_rows(version, digest)
        ],
    }
    size = sum(len(text) for each in sections for _kind, text in each.paragraphs)
    return press.pdf(TEMPLATE, sheet, is_large=size > LARGE_PAPER)


def paragraphs_of(text: str) -> list[tuple[str, str]]:
    """Return the lines of a text, each with its kind: an item of a list, or text."""
    lines = (line.strip() for line in text.splitlines())
    return [
        ("item", line[2:].strip()) if line.startswith(BULLETS) else ("text", line)
        for line in lines
        if line
    ]


def _own_sections(version: ProcedureVersion) -> list[PaperSection]:
    language = paper_language(version.procedure.language_id)
    return [
        PaperSection(section.title, language, paragraphs_of(section.text))
        for section in version.sections.all()
    ]


def _translated_sections(
    version: ProcedureVersion, row: ProcedureTranslation, words: PaperWords
) -> list[PaperSection]:
    """Return the sections in the language of a translation; those that are missing or damaged in
    the original language, with a note."""
    translated = {each.section_id: each for each in row.sections.all()}
    own, tag = version.procedure.language_id, row.language_id
    name, sections = _language(own, tag), []
    for section in version.sections.all():
        text = translated.get(section.pk)
        state = state_of(text, section.digest)
        if text and state in {TranslationState.CURRENT, TranslationState.OUTDATED}:
            is_outdated = state == TranslationState.OUTDATED
            note = words.outdated.format(language=name) if is_outdated else ""
            paragraphs = paragraphs_of(text.text)
            sections.append(PaperSection(text.title, paper_language(tag), paragraphs, note))
        else:
            note = words.not_translated.format(language=name)
            paragraphs = paragraphs_of(section.text)
            sections.append(PaperSection(section.title, paper_language(own), paragraphs, note))
    return sections


def state_of(text: TranslatedSection | None, section_digest: str) -> TranslationState:
    """Return the state of the translation of a section, None if there is none."""
    source, is_sealed = (text.source_digest, text.is_sealed()) if text else (None, False)
    return translation_state(source, section_digest, is_sealed=is_sealed)


def _facts(version: ProcedureVersion, tag: str, words: PaperWords) -> list[str]:
    group = version.procedure.group
    country = formats.country_name(group.country_id, tag) if group.country_id else words.region
    facts = [
        getattr(words, version.procedure.kind),
        country,
        group.name,
        words.version.format(number=version.number),
    ]
    if version.in_force_from is None or version.review_by is None:
        return [*facts, words.draft]
    starts, review = (
        formats.date_text(day, tag) for day in (version.in_force_from, version.review_by)
    )
    return [*facts, words.in_force.format(day=starts), words.review.format(day=review)]


def _signatory(row: SignatoryRow, words: PaperWords, tag: str) -> dict[str, Any]:
    """Return a line of the page with signatures: with room to sign unless the signature counts."""
    signature = row.signature
    if signature is None or row.state != SignatureState.SIGNED:
        note = {
            SignatureState.EARLIER_TEXT: words.earlier,
            SignatureState.DAMAGED: words.damaged,
        }.get(row.state, "")
        return _signatory_cells(row.signatory.organisation_name, row.signatory.position, "", note)
    note = words.on_paper if signature.is_scan else words.by_account
    day = formats.date_text(signature.signed_on, tag)
    cells = signature.organisation_name, signature.position, signature.name
    return _signatory_cells(*cells, note, day)


def _signatory_cells(
    organisation: str, position: str, name: str, note: str, day: str = ""
) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "position": position,
        "name": name,
        "note": note,
        "day": day,
    }


def _language(code: str, tag: str) -> str:
    return formats.language_name(code, tag)

"""References in texts of pages, such as {emergency} or {facts:police}. What they stand for is read
when a page is shown, so that a correction reaches each language without a new translation."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from protect.content.enums import ReferenceKind, SegmentKind
from protect.content.errors import ContentRefusal
from protect.reference import country_facts, vocabulary

PATTERN = re.compile(r"\{([^{}]*)\}")
STRAY_BRACE = re.compile(r"[{}]")
# Kinds that stand inside a sentence; the others fill a segment of the kind BLOCK.
INLINE = (ReferenceKind.EMERGENCY, ReferenceKind.LIMIT)
# Parts that find-help fills, and readers for whom alone a text can be.
SITE_PARTS = (
    *("browser-steps", "callers", "centre", "emergency-department", "first-hours"),
    *("first-hours-facts", "interpreter", "needs", "reporting-facts"),
)
READERS = (
    *("beside-answers", "may-be-pregnant", "no-town", "not-pregnant", "recent"),
    "town-without-centre",
)
MAX_NEAREST = 3


class Reference(NamedTuple):
    kind: ReferenceKind
    name: str = ""

    @property
    def written(self) -> str:
        return f"{{{self.kind.value}:{self.name}}}" if self.name else f"{{{self.kind.value}}}"


def split_text(text: str) -> list[str | Reference]:
    """Return the parts of a checked text, in order. Errors: ValueError for an unknown kind."""
    parts = PATTERN.split(text)
    return [_parse(part) if number % 2 else part for number, part in enumerate(parts) if part]


def references_in(text: str) -> list[Reference]:
    """Return the references of a checked text, in order. Errors: ValueError."""
    return [part for part in split_text(text) if isinstance(part, Reference)]


def is_condition(text: str) -> bool:
    """Return whether the text of a block says for which readers alone the next segment is."""
    return text.startswith(f"{{{ReferenceKind.ONLY.value}:")


def check_references(text: str, kind: SegmentKind, page_codes: set[str]) -> None:
    """Check that each reference of a text exists and may stand there, and that a BLOCK is one
    reference. Errors: content_unknown_fact, with the nearest references."""
    is_block = kind is SegmentKind.BLOCK
    known = _known_as_written(frozenset(page_codes), is_block=is_block)
    written = [f"{{{name}}}" for name in PATTERN.findall(text)]
    unknown = [each for each in written if each not in known]
    has_stray_brace = bool(STRAY_BRACE.search(PATTERN.sub("", text)))
    if not unknown and (has_stray_brace or (is_block and written != [text])):
        unknown = [text]
    if unknown:
        nearest = get_close_matches(unknown[0], sorted(known), n=MAX_NEAREST, cutoff=0)
        raise ContentRefusal(
            "content_unknown_fact", reference=unknown[0], nearest=", ".join(nearest)
        )


def has_known_references(text: str, kind: SegmentKind) -> bool:
    """Return whether each reference of a released text exists. Pages it may name without one, as
    the site leaves such a link out."""
    is_block = kind is SegmentKind.BLOCK
    known = {each.written for each in _known(frozenset()) if (each.kind in INLINE) != is_block}
    written = [f"{{{name}}}" for name in PATTERN.findall(text)]
    return all(each in known or each.startswith("{page:") for each in written)


def facts_of(reference: Reference, country: str) -> tuple[country_facts.CountryFact, ...]:
    """Return the facts of a country for a reference of the kind FACTS that may be shown."""
    topic, _, start = reference.name.partition("/")
    topics = [each for each in country_facts.TOPICS if each == topic]
    facts = country_facts.public_facts(country, *topics)
    return tuple(fact for fact in facts if fact.key.startswith(start))


def _parse(written: str) -> Reference:
    kind, _, name = written.partition(":")
    return Reference(ReferenceKind(kind), name)


@lru_cache(maxsize=8)
def _known_as_written(page_codes: frozenset[str], *, is_block: bool) -> frozenset[str]:
    """Return the references that a block may be, or that another text may have, as written."""
    references = _known(page_codes)
    return frozenset(each.written for each in references if (each.kind in INLINE) != is_block)


@lru_cache(maxsize=8)
def _known(page_codes: frozenset[str]) -> tuple[Reference, ...]:
    """Return every reference that a text may have."""
    topics = set[str](country_facts.TOPICS)
    for country in vocabulary.countries():
        for fact in country_facts.load_facts(country):
            words = fact.key.split("_")
            topics |= {f"{fact.topic}/{'_'.join(words[:n])}" for n in range(1, len(words) + 1)}
    needs = [need.code for need in vocabulary.needs().values() if need.public]
    kinds = [code for code, need in vocabulary.needs().items() if need.categories == (code,)]
    return (
        Reference(ReferenceKind.EMERGENCY),
        *(Reference(ReferenceKind.LIMIT, key) for key in country_facts.LIMIT_KEYS),
        *(Reference(ReferenceKind.FACTS, name) for name in sorted(topics)),
        *(Reference(ReferenceKind.PAGE, code) for code in sorted(page_codes)),
        *(Reference(ReferenceKind.NEED, code) for code in needs),
        *(Reference(ReferenceKind.SERVICES, code) for code in kinds),
        *(Reference(ReferenceKind.SITE, part) for part in SITE_PARTS),
        *(Reference(ReferenceKind.ONLY, reader) for reader in READERS),
    )

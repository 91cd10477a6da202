"""Differences between two texts, word by word, and between two versions, section by section."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from protect.coordination.procedures.enums import SectionChange
from protect.coordination.procedures.word_alignment import Block, align

WORDS = re.compile(r"\n+|[^\s]+")  # line breaks are words, too: paragraphs move
BLANKS_AT_BREAKS = re.compile(r" ?(\n+) ?")
LONELY_WORDS = 1  # words between two changes that read better as a part of the change


class Piece(NamedTuple):
    """Words that are the same in both texts, or only in one of them."""

    text: str
    is_changed: bool


class SectionText(NamedTuple):
    key: UUID  # the same in all versions
    title: str
    text: str


class SectionDifference(NamedTuple):
    """A section in both versions. The pieces of a side are empty if the section is not there."""

    change: SectionChange
    title: str
    before: list[Piece]
    after: list[Piece]

    @property
    def html_before(self) -> SafeString:
        return marked_html(self.before, "del")

    @property
    def html_after(self) -> SafeString:
        return marked_html(self.after, "ins")


def compare_texts(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of both texts in order. Spaces between words do not count."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    blocks = _joined_blocks(align(old, new), old)
    pieces_before: list[Piece] = []
    pieces_after: list[Piece] = []
    for block in blocks:
        for side, words, (start, end) in (
            (pieces_before, old, block.before),
            (pieces_after, new, block.after),
        ):
            if start < end:
                side.append(Piece(_join(words[start:end]), not block.is_equal))
    return pieces_before, pieces_after


def marked_html(pieces: Iterable[Piece], tag: Literal["del", "ins"]) -> SafeString:
    """Return a side as HTML, its changed words in elements of this kind. A template would take
    four times as long for a document of 100 pages."""
    parts = (
        f"<{tag}>{escape(text)}</{tag}>" if is_changed else escape(text)
        for text, is_changed in pieces
    )
    return mark_safe(" ".join(parts))  # noqa: S308 - every text is escaped


def compare_sections(
    before: Iterable[SectionText], after: Iterable[SectionText]
) -> Iterator[SectionDifference]:
    """Yield the sections of both versions in the order of the later one; those that it left out
    stand where they were."""
    old = {section.key: section for section in before}
    new = list(after)
    new_keys = {section.key for section in new}
    left_out = _left_out_after(list(old.values()), new_keys)
    yield from (_removed(section) for section in left_out.get(None, ()))
    for section in new:
        earlier = old.get(section.key)
        yield _difference(earlier, section) if earlier else _added(section)
        yield from (_removed(each) for each in left_out.get(section.key, ()))


def _difference(before: SectionText, after: SectionText) -> SectionDifference:
    if before == after:
        same = [Piece(after.text, is_changed=False)]
        return SectionDifference(SectionChange.SAME, after.title, same, same)
    old, new = (_full_text(section, before, after) for section in (before, after))
    return SectionDifference(SectionChange.CHANGED, after.title, *compare_texts(old, new))


def _full_text(section: SectionText, before: SectionText, after: SectionText) -> str:
    """Return the text of a section, with its title if that changed, too."""
    return section.text if before.title == after.title else f"{section.title}\n\n{section.text}"


def _added(section: SectionText) -> SectionDifference:
    text = [Piece(section.text, is_changed=True)] if section.text else []
    return SectionDifference(SectionChange.ADDED, section.title, [], text)


def _removed(section: SectionText) -> SectionDifference:
    text = [Piece(section.text, is_changed=True)] if section.text else []
    return SectionDifference(SectionChange.REMOVED, section.title, text, [])


def _left_out_after(
    before: Sequence[SectionText], kept: set[UUID]
) -> dict[UUID | None, list[SectionText]]:
    """Return the sections that are not kept, by the kept section before them."""
    found: dict[UUID | None, list[SectionText]] = {}
    last: UUID | None = None
    for section in before:
        if section.key in kept:
            last = section.key
        else:
            found.setdefault(last, []).append(section)
    return found


def _joined_blocks(blocks: Iterable[Block], old: list[str]) -> list[Block]:
    """Join neighbouring changes, and a lonely equal word between two changes with them: a sentence
    that was written anew reads as one change."""
    joined: list[Block] = []
    waiting: Block | None = None  # a lonely equal word after a change
    for block in blocks:
        if block.is_equal:
            if joined and not joined[-1].is_equal and _is_lonely(block, old):
                waiting = block
            else:
                joined.append(block)
            continue
        if joined and not joined[-1].is_equal:
            last = joined.pop()
            block = Block(
                is_equal=False,
                before=(last.before[0], block.before[1]),
                after=(last.after[0], block.after[1]),
            )
        waiting = None
        joined.append(block)
    return [*joined, *([waiting] if waiting else [])]


def _is_lonely(block: Block, old: list[str]) -> bool:
    start, end = block.before
    return end - start <= LONELY_WORDS and not old[start].startswith("\n")


def _join(words: Sequence[str]) -> str:
    """Return words as a text again, without spaces beside line breaks."""
    text = " ".join(words)
    return BLANKS_AT_BREAKS.sub(r"\1", text) if "\n" in text else text

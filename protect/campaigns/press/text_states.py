"""Where each text of a material stands in a language, before it is printed: in which language it is
printed, how many people have read it, and what it waits for."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.functional import Promise

from protect.campaigns.base.enums import TextWait
from protect.campaigns.press import page_texts
from protect.content.drafts.urgent_pages import supplied_texts
from protect.content.enums import SegmentKind
from protect.content.models import Page, Segment
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts


class TextState(NamedTuple):
    """A text as the press would print it. `language`: tag of the language in which it is printed;
    `readers`: people who read it and did not write it; `wait`: what the text in the language of the
    paper waits for, None if its newest text is printed."""

    key: str
    kind: Promise | str
    text: str
    language: str
    readers: int
    is_dated: bool
    wait: TextWait | None


def text_states(template: str, tags: Iterable[str]) -> dict[str, tuple[TextState, ...]]:
    """Return the states of the texts of a template in languages, by tag; none in languages without
    a release."""
    pages = composition.load_texts(Page.objects.filter(code=template))
    found = {tag: page_texts.find_page(template, tag) for tag in tags}
    return {
        tag: tuple(_states_of(pages[0], released, tag)) if pages and released else ()
        for tag, released in found.items()
    }


def unread_tags(template: str, tags: Iterable[str]) -> frozenset[str]:
    """Return the languages in which the released texts of a template have one that no second person
    has read. Cheaper than `text_states`."""
    pages = composition.load_texts(Page.objects.filter(code=template))
    released = {tag: page_texts.find_page(template, tag) for tag in tags}
    return frozenset(
        tag
        for tag, page in released.items()
        if pages and page and any(not _is_read(pages[0], text) for text in page.segments)
    )


def _is_read(page: PageTexts, text: ReleasedSegment) -> bool:
    return text.kind is SegmentKind.BLOCK or bool(composition.reviews_of(page, text))


def _states_of(page: PageTexts, released: ReleasedPage, tag: str) -> Iterable[TextState]:
    after = composition.compose_pages([page], tag, supplied_texts()).get(released.code)
    releasable = {each.key: each for each in after.segments} if after else {}
    rows = {row.key: row for row in page.segments}
    for printed in released.segments:
        if printed.kind is SegmentKind.BLOCK:
            continue
        yield TextState(
            key=printed.key,
            kind=printed.kind.label,
            text=printed.text,
            language=printed.language,
            readers=len({each.reviewer for each in composition.reviews_of(page, printed)}),
            is_dated=bool(printed.dated),
            wait=_wait(page, rows.get(printed.key), printed, releasable, tag),
        )


def _wait(
    page: PageTexts,
    segment: Segment | None,
    printed: ReleasedSegment,
    releasable: Mapping[str, ReleasedSegment],
    tag: str,
) -> TextWait | None:
    """Return what the newest text in a language waits for; None if it is printed, or if its segment
    was removed."""
    if segment is None:
        return None
    newest, next_text = page.text_in(segment, tag), releasable.get(printed.key)
    if printed.language == tag and (newest is None or newest.text == printed.text):
        return None
    is_new = next_text and (next_text.language, next_text.text) != (printed.language, printed.text)
    if next_text and is_new and next_text.language == tag:
        return TextWait.RELEASE
    return TextWait.READING if newest else TextWait.TRANSLATION

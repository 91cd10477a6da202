"""What a release changes on the public pages of a language, before it is made."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from protect.content import released
from protect.content.drafts.urgent_pages import supplied_texts
from protect.content.enums import PageChange, SegmentKind, TakenOff
from protect.content.released import Pages, ReleasedPage, ReleasedSegment
from protect.content.releases.typed_numbers import wrong_numbers
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import is_condition


class TextChange(NamedTuple):
    """A text of a page as the public reads it now and after the release; None: it is not there.
    `is_unsafe`: the text may harm by now, because its source was changed for safety.
    `hidden_before`, `hidden`: the conditions, as written, that hide it from other readers."""

    kind: SegmentKind
    before: ReleasedSegment | None
    after: ReleasedSegment | None
    is_unsafe: bool
    hidden_before: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class ChangedPage(NamedTuple):
    """A page that a release adds, changes or takes off. `reason`: why it is taken off."""

    code: str
    title: str
    change: PageChange
    texts: tuple[TextChange, ...] = ()
    reason: TakenOff | None = None

    @property
    def unsafe_texts(self) -> list[TextChange]:
        """The texts that are taken off the language because they may harm."""
        return [
            each
            for each in self.texts
            if each.is_unsafe
            and each.before
            and (each.after is None or each.after.language != each.before.language)
        ]


class LanguagePreview(NamedTuple):
    """What a release changes in a language. `is_first`: nothing is public there yet.
    `wrong_numbers`: typed telephone numbers that are not in the public directory, each with the
    titles of the pages that name it."""

    tag: str
    pages: tuple[ChangedPage, ...]
    is_first: bool
    wrong_numbers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def added_pages(self) -> list[ChangedPage]:
        return [page for page in self.pages if page.change is PageChange.ADDED]

    @property
    def lost_pages(self) -> list[ChangedPage]:
        return [page for page in self.pages if page.change is PageChange.LOST]

    @property
    def unsafe_pages(self) -> list[ChangedPage]:
        """The pages with texts that are taken off for safety, whole or in part."""
        return [page for page in self.pages if page.reason is TakenOff.UNSAFE or page.unsafe_texts]

    @property
    def takes_off(self) -> bool:
        return bool(self.lost_pages or self.unsafe_pages)


def preview_release(texts: Iterable[PageTexts], tag: str) -> LanguagePreview:
    """Return what a release of the current texts changes in a language."""
    pages = list(texts)
    return compare_pages(pages, tag, composition.compose_pages(pages, tag, supplied_texts()))


def compare_pages(
    texts: Iterable[PageTexts], tag: str, after: Pages, *, is_earlier: bool = False
) -> LanguagePreview:
    """Return what `after` changes on what is public now in a language. `is_earlier`: it is an
    earlier release, not the current texts."""
    before = released.read(tag)
    by_code = {page.page.code: page for page in texts}
    changed = _changed_pages(by_code, before, after, is_earlier=is_earlier)
    numbers = tuple(
        (number, tuple(after[code].title.text for code in codes))
        for number, codes in wrong_numbers(after).items()
    )
    return LanguagePreview(tag, tuple(changed), not before, numbers)


def digest_of(previews: Iterable[LanguagePreview]) -> str:
    """Return a digest of all that previews show, so that what is released is what was seen."""
    shown = json.dumps(list(previews), default=str, ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()


def _changed_pages(
    texts: Mapping[str, PageTexts], before: Pages, after: Pages, *, is_earlier: bool
) -> Iterator[ChangedPage]:
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old is None and new is not None:
            yield ChangedPage(code, new.title.text, PageChange.ADDED)
        elif old is not None and new is None:
            changes = tuple(_text_changes(texts.get(code), old, None))
            reason = _reason(changes, is_removed=code not in texts, is_earlier=is_earlier)
            yield ChangedPage(code, old.title.text, PageChange.LOST, changes, reason)
        elif old is not None and new is not None and old != new:
            changes = tuple(_text_changes(texts.get(code), old, new))
            yield ChangedPage(code, new.title.text, PageChange.CHANGED, changes)


def _reason(changes: Iterable[TextChange], *, is_removed: bool, is_earlier: bool) -> TakenOff:
    if is_earlier:
        return TakenOff.NOT_YET
    if is_removed:
        return TakenOff.REMOVED
    is_unsafe = any(each.is_unsafe for each in changes)
    return TakenOff.UNSAFE if is_unsafe else TakenOff.UNREAD


def _text_changes(
    texts: PageTexts | None, old: ReleasedPage, new: ReleasedPage | None
) -> Iterator[TextChange]:
    """Yield the texts that differ, in the order of the new page, removed ones last."""
    before = {each.key: each for each in old.segments}
    after = {each.key: each for each in new.segments} if new else {}
    hidden_before, hidden = _conditions(old), _conditions(new) if new else {}
    for key in dict.fromkeys([*after, *before]):
        one, other = before.get(key), after.get(key)
        conditions = (hidden_before.get(key, ()), hidden.get(key, ()))
        is_other = one != other or conditions[0] != conditions[1]
        if is_other and (shown := other or one):
            is_unsafe = bool(texts and one and composition.is_withdrawn(texts, one))
            yield TextChange(shown.kind, one, other, is_unsafe, *conditions)


def _conditions(page: ReleasedPage) -> dict[str, tuple[str, ...]]:
    """Return the conditions of each text that has some, by its key: the blocks before it that say
    for which readers alone it is."""
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    for segment in page.segments:
        if segment.kind is SegmentKind.BLOCK and is_condition(segment.text):
            waiting.append(segment.text)
        else:
            if waiting:
                found[segment.key] = tuple(waiting)
            waiting = []
    return found

"""Load the pages and translations of the data files. What people wrote at the desk stays."""

from collections.abc import Callable

from django.db import transaction

from protect.content.actions import count_states
from protect.content.drafts import page_files
from protect.content.drafts.page_files import PageRow, SegmentRow, TranslationRow
from protect.content.enums import ChangeClass, Origin
from protect.content.models import Page, Revision, Segment, SegmentTranslation
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.reference.actions import LoadResult


@transaction.atomic
def load_drafts(report: Callable[[LoadResult], None]) -> None:
    """Store pages as revisions and translations as drafts of the project. If a
    person wrote the newest revision of a page, the page stays as it is. Errors: DataError."""
    counts = [0, 0, 0]
    pages = {page.code: page for page in Page.objects.all()}
    current = _current_revisions()
    for code, row in page_files.load_pages().items():
        page = pages.get(code) or _create_page(row)
        pages[code] = page
        counts[_store_page(page, row, current.get(code))] += 1
    report(LoadResult("page", *counts))
    translations = _store_translations(pages)
    report(translations)
    if counts[0] or counts[1] or translations.added:
        count_states(pages.values())


def _store_page(page: Page, row: PageRow, current: Revision | None) -> int:
    """Store a revision if the file differs from the current one; return the index of its count:
    added, changed or the same."""
    if (page.kind, page.is_safety) != (row.kind, row.is_safety) or not page.is_sealed():
        page.kind, page.is_safety = row.kind, row.is_safety
        page.sealed().save(update_fields=["kind", "is_safety", "seal"])
    is_same = current is not None and (
        [(each.key, each.kind, each.text) for each in current.segments.all()]
        == [(each.key, each.kind, each.text) for each in row.segment]
        and tuple(current.sources) == row.sources
    )
    is_written_by_person = current is not None and current.author_id is not None
    if is_same or is_written_by_person:
        return 2
    before = _last_digests(page)
    revision = Revision(
        page=page,
        number=current.number + 1 if current else 1,
        language_id=page_files.SOURCE_TAG,
        sources=list(row.sources),
        created_at=clock.now(),
    )
    revision.store(
        Segment(
            revision=revision,
            key=each.key,
            position=position,
            kind=each.kind,
            text=each.text,
            digest=text_digest(each.text),
            change=_change(each, before.get(each.key, ""), is_safety=row.is_safety),
        )
        for position, each in enumerate(row.segment)
    )
    return 1 if current else 0


def _create_page(row: PageRow) -> Page:
    page = Page(code=row.code, kind=row.kind, is_safety=row.is_safety).sealed()
    page.save(force_insert=True)
    return page


def _last_digests(page: Page) -> dict[str, str]:
    """Return the digest of the last text of each segment that a page had at some time, by key."""
    rows = Segment.objects.filter(revision__page=page).order_by("revision__number")
    return dict(rows.values_list("key", "digest"))


def _change(row: SegmentRow, before: str, *, is_safety: bool) -> str:
    """Return what a change means. `before`: digest of the text before, "" for none. What the file
    does not say is the worse, on a page about safety."""
    if before in {"", text_digest(row.text)}:
        return ""
    return row.change or (ChangeClass.SAFETY if is_safety else ChangeClass.CONTENT)


def _store_translations(pages: dict[str, Page]) -> LoadResult:
    """Store the translations of source texts that exist; return their counts."""
    digests = _source_digests()
    columns = ("page_id", "key", "language_id", "source_digest", "digest")
    stored = set(SegmentTranslation.objects.values_list(*columns))
    rows, same = [], 0
    for tag, by_page in page_files.load_translations().items():
        for code, texts in by_page.items():
            for key, row in texts.items():
                source = digests.get((code, key, row.source))
                if source is None:
                    continue  # the source text was changed since
                translation = _translation(pages[code], key, tag, source, row)
                if tuple(getattr(translation, name) for name in columns) in stored:
                    same += 1
                else:
                    rows.append(translation)
    SegmentTranslation.objects.bulk_create(rows, batch_size=500)
    return LoadResult("segmenttranslation", len(rows), 0, same)


def _translation(
    page: Page, key: str, tag: str, source: str, row: TranslationRow
) -> SegmentTranslation:
    return SegmentTranslation(
        page=page,
        key=key,
        language_id=tag,
        source_digest=source,
        text=row.text,
        digest=text_digest(row.text),
        origin=Origin.PROJECT,
        created_at=clock.now(),
    )


def _current_revisions() -> dict[str, Revision]:
    """Return the newest revision of each page by the page's code, with its segments."""
    rows = Revision.objects.select_related("page").prefetch_related("segments")
    return {row.page.code: row for row in rows.order_by("number")}


def _source_digests() -> dict[tuple[str, str, str], str]:
    """Return the digest of each source text by page, segment and the part that files repeat."""
    rows = Segment.objects.values_list("revision__page__code", "key", "digest")
    return {(code, key, digest[: page_files.DIGEST_PART]): digest for code, key, digest in rows}

"""The pages that come with the software: `data/pages/<code>.toml` in English, and translations in
`data/translations/<tag>/<code>.toml`. An overlay replaces files of the same name."""

from functools import cache
from pathlib import Path
from typing import Any

import pydantic

from protect.content.enums import ChangeClass, PageKind, SegmentKind
from protect.content.errors import ContentRefusal
from protect.content.texts.references import check_references
from protect.content.texts.rules import text_digest
from protect.kernel import tables
from protect.kernel.errors import DataError

SOURCE_TAG = "en"  # language of data/pages
INDEX = "rights"  # code of the page that lists the others
DIGEST_PART = 12  # characters of the source's digest that a translation file repeats


class SegmentRow(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    key: str = pydantic.Field(pattern=r"^[a-z0-9_]+$", max_length=40)
    kind: SegmentKind
    text: str = pydantic.Field(min_length=1)
    change: ChangeClass | None = None  # what the last change of the text meant; None: none yet


class PageRow(pydantic.BaseModel):
    """A page. docs/content.md explains every key."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    code: str
    kind: PageKind = PageKind.RIGHTS
    is_safety: bool = False
    sources: tuple[str, ...] = ()
    segment: tuple[SegmentRow, ...]


class TranslationRow(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    source: str = pydantic.Field(min_length=DIGEST_PART, max_length=DIGEST_PART)
    text: str = pydantic.Field(min_length=1)


@cache
def load_pages() -> dict[str, PageRow]:
    """Return the pages of the data files by code. Errors: DataError for the first wrong one."""
    names = tables.data_file_names("content", "pages/*.toml")
    pages = {name.partition("/")[2]: _load_page(name) for name in names}
    for code, page in pages.items():
        for segment in page.segment:
            _check(f"pages/{code}.toml", segment.key, segment.text, segment.kind, set(pages))
    return pages


def pages_of_kind(kind: PageKind) -> dict[str, PageRow]:
    """Return the pages of one kind by code. Errors: DataError."""
    return {code: page for code, page in load_pages().items() if page.kind is kind}


@cache
def load_translations() -> dict[str, dict[str, dict[str, TranslationRow]]]:
    """Return the translations by language, page and key of the segment. Errors: DataError."""
    by_language: dict[str, dict[str, dict[str, TranslationRow]]] = {}
    for name in tables.data_file_names("content", "translations/*/*.toml"):
        _, tag, code = name.split("/")
        by_language.setdefault(tag, {})[code] = load_translation(tag, code)
    return by_language


@cache
def load_translation(tag: str, code: str) -> dict[str, TranslationRow]:
    """Return the translations of a page into a language by key of the segment; none without a
    file. Errors: DataError."""
    name = f"translations/{tag}/{code}"
    if not any(tables.find_files("content", name, is_required=False)):
        return {}
    rows = {key: _validate(TranslationRow, f"{name}.toml", row) for key, row in _read(name).items()}
    for key, row in rows.items():
        _check(f"{name}.toml", key, row.text, SegmentKind.ITEM)
    return rows


def fully_drafted_languages() -> tuple[str, ...]:
    """Return the tags of the languages in which each text of the pages about rights has a draft.
    Others have titles and urgent sentences, or nothing. Errors: DataError."""
    keys = {
        code: {each.key for each in page.segment if each.kind is not SegmentKind.BLOCK}
        for code, page in pages_of_kind(PageKind.RIGHTS).items()
    }
    return tuple(
        tag
        for tag, drafts in load_translations().items()
        if all(of_page <= drafts.get(code, {}).keys() for code, of_page in keys.items())
    )


def clear_caches() -> None:
    """Read the files again, because PROTECT_DATA_DIRS has changed (in tests)."""
    load_pages.cache_clear()
    load_translations.cache_clear()
    load_translation.cache_clear()


def source_part(text: str) -> str:
    """Return what a translation file repeats of the digest of its source text."""
    return text_digest(text)[:DIGEST_PART]


def _load_page(name: str) -> PageRow:
    page = _validate(PageRow, f"{name}.toml", {**_read(name), "code": name.partition("/")[2]})
    keys = [segment.key for segment in page.segment]
    if repeated := next((key for key in keys if keys.count(key) > 1), None):
        raise _bad_file(f"{name}.toml", repeated, "Two segments have this key.")
    if [segment.kind for segment in page.segment].count(SegmentKind.TITLE) != 1:
        raise _bad_file(f"{name}.toml", "title", "A page has one segment of the kind title.")
    return page


def _check(
    file: str, key: str, text: str, kind: SegmentKind, page_codes: set[str] | None = None
) -> None:
    """Check the references of a text. Errors: DataError."""
    try:
        check_references(text, kind, page_codes or set())
    except ContentRefusal as refusal:
        raise _bad_file(file, key, refusal.text()) from None


def _read(name: str) -> dict[str, Any]:
    """Return the content of a file; of several with the same name, that of the last overlay."""
    *_, path = tables.find_files("content", name, is_required=False)
    return tables.read_toml(Path(path))


def _validate[M: pydantic.BaseModel](model: type[M], file: str, content: Any) -> M:
    try:
        return model.model_validate(content)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "page"
        raise _bad_file(file, field, f"{first['msg']}.") from None


def _bad_file(file: str, record: str, problem: str) -> DataError:
    remedy = "see docs/content.md for the keys of a page."
    return DataError(file=file, line=0, record=record, problem=problem, remedy=remedy)

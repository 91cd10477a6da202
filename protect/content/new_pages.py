"""Create a page at the desk: printed materials, or texts for the programme's site."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.content import access
from protect.content.actions import count_states
from protect.content.drafts.page_files import SOURCE_TAG
from protect.content.enums import PageKind, SegmentKind
from protect.content.errors import ContentRefusal, TextsRefused
from protect.content.models import Page, Revision, Segment
from protect.content.texts.references import PATTERN, check_references
from protect.content.texts.rules import text_digest
from protect.content.texts.translation_checks import DIRECTION, has_hidden_characters
from protect.orgs.scope import Scope

# Codes that are parts of addresses of the desk or of the public site.
RESERVED = frozenset(
    {"countries", "files", "glossary", "new", "queue", "readers", "recordings", "releases"}
)
HEADING, ITEM = re.compile(r"#+\s+"), re.compile(r"[-*•]\s+")
KEY_STARTS = {
    SegmentKind.TITLE: "title",
    SegmentKind.HEADING: "heading",
    SegmentKind.ITEM: "item",
    SegmentKind.PARAGRAPH: "text",
    SegmentKind.CALL: "call",
    SegmentKind.BLOCK: "block",
}


class NewPage(NamedTuple):
    """A page as a person typed it. `body`: a text in each line; `# ` begins a heading, `- ` a list
    item."""

    code: str
    kind: PageKind
    title: str
    body: str
    is_safety: bool = False


@transaction.atomic
def create_page(scope: Scope, new: NewPage, *, at: datetime) -> Page:
    """Create a page with its first revision. Errors: PermissionDenied; content_code_taken;
    content_unknown_fact; content_texts_refused, for invisible characters, by key."""
    page = Page(code=new.code, kind=new.kind, is_safety=new.is_safety)
    audit = access.permitted_context(scope, access.writing_permission(page.kind), at=at)
    codes = set(Page.objects.values_list("code", flat=True))
    if new.code in RESERVED | codes:
        raise ContentRefusal("content_code_taken", name=new.code)
    texts = list(split_body(new.title, new.body))
    for key, kind, text in texts:
        if kind is SegmentKind.BLOCK or PATTERN.search(text):
            check_references(text, kind, codes)
        if has_hidden_characters(text):
            raise TextsRefused({key: (DIRECTION,)})
    page.save(force_insert=True)
    revision = Revision.objects.create(
        page=page, number=1, language_id=SOURCE_TAG, author_id=audit.actor, created_at=at
    )
    Segment.objects.bulk_create(
        Segment(
            revision=revision,
            key=key,
            position=position,
            kind=kind,
            text=text,
            digest=text_digest(text),
        )
        for position, (key, kind, text) in enumerate(texts)
    )
    count_states([page])
    audit.record("content.create", page)
    return page


def split_body(title: str, body: str) -> Iterator[tuple[str, SegmentKind, str]]:
    """Yield key, kind and text of each segment of a typed page."""
    numbers = dict.fromkeys(KEY_STARTS, 0)
    for kind, text in [(SegmentKind.TITLE, title), *map(kind_of_line, body.splitlines())]:
        normal = " ".join(text.split())
        if normal:
            numbers[kind] += 1
            number = "" if kind is SegmentKind.TITLE else str(numbers[kind])
            yield f"{KEY_STARTS[kind]}{number}", kind, normal


def kind_of_line(line: str) -> tuple[SegmentKind, str]:
    """Return the kind of segment that a typed line is, and its text."""
    text = line.strip()
    for pattern, kind in ((HEADING, SegmentKind.HEADING), (ITEM, SegmentKind.ITEM)):
        if start := pattern.match(text):
            return kind, text[start.end() :]
    inline = text.startswith(("{emergency", "{limit"))
    is_block = bool(PATTERN.fullmatch(text)) and not inline
    return (SegmentKind.BLOCK if is_block else SegmentKind.PARAGRAPH), text

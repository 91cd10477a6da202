"""The export that a new one replaces, and which of its pages are still right."""

import gzip
import json
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from protect.findhelp.answers.weeks import shown_weeks
from protect.matching.engine import Engine
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow
from protect.matching.snapshots.current import Snapshot
from protect.reference import vocabulary
from protect.site.errors import SiteRefusal
from protect.site.export.day_line import PageBytes, packing
from protect.site.export.dependencies import (
    AnswerRecord,
    Reads,
    ServiceRecord,
    may_concern,
    parse_question,
    record_rows,
)
from protect.site.export.folder import COMPRESSED, is_own_file, page_file, read_file
from protect.site.export.manifest import digest_of, read_manifest

RECORD = "record.json.gz"  # what the pages read; servers need not send it

log = logging.getLogger("protect")


class PageRecord(NamedTuple):
    """A page of an export without its text."""

    links: tuple[str, ...]  # paths
    reads: Reads
    valid_until: float | None  # Unix time; None: not known


class Record(NamedTuple):
    """All that a later export has to know of an earlier one."""

    basis: str  # digest of all but the directory that decides what pages say
    packing: str  # how pages are compressed
    made_at: datetime
    pages: Mapping[str, PageRecord]  # by path
    answers: Mapping[str, AnswerRecord]  # by key of a question
    services: Mapping[str, ServiceRecord]  # by id

    def to_bytes(self) -> bytes:
        document = {**self._asdict(), "made_at": self.made_at.isoformat()}
        text = json.dumps(document, separators=(",", ":"), sort_keys=True)
        return gzip.compress(text.encode(), compresslevel=6, mtime=0)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Record":
        """Return a record that was written. Errors: ValueError, KeyError, TypeError, OSError."""
        document: dict[str, Any] = json.loads(gzip.decompress(content))
        pages = {
            path: PageRecord(tuple(links), Reads(*map(tuple, reads)), until)
            for path, (links, reads, until) in document["pages"].items()
        }
        answers = {
            key: AnswerRecord(tuple(services), digest)
            for key, (services, digest) in document["answers"].items()
        }
        services = {
            key: ServiceRecord(stamp, matching, tuple(categories), tuple(countries), is_national)
            for key, (stamp, matching, categories, countries, is_national) in document[
                "services"
            ].items()
        }
        made_at = datetime.fromisoformat(document["made_at"])
        basis, packed_by = document["basis"], document["packing"]
        return cls(basis, packed_by, made_at, pages, answers, services)


class EarlierFiles(NamedTuple):
    """The files of an earlier export, and its record."""

    folder: Path
    digests: Mapping[str, str]  # by name of a file
    record: Record

    def read_page(self, path: str) -> PageBytes | None:
        """Return the files of a page; None if one is missing or is not as it was written."""
        try:
            names = [name for name in page_files(path) if is_own_file(self.folder, name)]
            contents = {name: read_file(self.folder, name) for name in names}
        except OSError:
            return None
        if any(digest_of(content) != self.digests.get(name) for name, content in contents.items()):
            return None
        if len(contents) != len(COMPRESSED) + 1:  # one is a link, or lies behind one
            return None
        return PageBytes(*contents.values())


def open_files(folder: Path) -> EarlierFiles | None:
    """Return the files of an earlier export; None if there is none, if its pages were compressed in
    another way, or, with a warning, if its record is damaged."""
    try:
        manifest = read_manifest(folder)
    except SiteRefusal:
        return None
    if not manifest.is_sealed():
        log.warning("the earlier export is not used: its manifest was not made by this server")
        return None
    digests = manifest.files
    try:
        content = (folder / RECORD).read_bytes()
        if digest_of(content) != digests[RECORD]:
            raise ValueError("it was changed after it was written")
        record = Record.from_bytes(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the record of the earlier export is not used: %r", error)
        return None
    return EarlierFiles(folder, digests, record) if record.packing == packing() else None


class EarlierExport:
    """The pages of an earlier export that are as a new one would make them."""

    def __init__(
        self,
        files: EarlierFiles,
        snapshot: Snapshot,
        services: Mapping[str, ServiceRecord],
        at: datetime,
    ) -> None:
        self.files, self.record = files, files.record
        self._engine = Engine.of_snapshot(snapshot.engine.snapshot, snapshot.engine.version)
        self._services, self._at = services, at
        self._same: dict[str, bool] = {}  # by key of a question: whether it has the same answer

    @cached_property
    def changed_services(self) -> frozenset[str]:
        """Return the ids of services that were changed, added or removed since, or of which a check
        has aged, or whose hours in words are others in another week."""
        before, now = self.record.services, self._services
        changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
        others = {str(row.id) for row in self._engine.rows if self._has_other_weeks(row)}
        return self._aged_services.union(changed, others)

    @cached_property
    def _aged_services(self) -> frozenset[str]:
        since = self.record.made_at.replace(second=0, microsecond=0)  # questions count minutes
        next_changes = ((row, next_change(row, since)) for row in self._engine.rows)
        return frozenset(str(row.id) for row, when in next_changes if when and when <= self._at)

    @cached_property
    def _shown_services(self) -> frozenset[str]:
        answers = chain.from_iterable(each.services for each in self.record.answers.values())
        return frozenset(answers).union(
            *(page.reads.services for page in self.record.pages.values())
        )

    def _has_other_weeks(self, row: ServiceRow) -> bool:
        """Return whether pages may say other hours of a service than at the time of the earlier
        export. They say those of the week, which begins on Monday, here or in UTC."""
        moments = (self.record.made_at, self._at)
        zones = (UTC, ZoneInfo(row.zone))
        days = [when.astimezone(zone).date() for when in moments for zone in zones]
        mondays = {day - timedelta(day.weekday()) for day in days}
        if len(mondays) == 1 or str(row.id) not in self._shown_services:
            return False
        stated = [each.hours for each in row.opening_hours.values()]
        spoken = [each.window for each in row.languages]
        return any(
            len({shown_weeks(opening, monday) for monday in mondays}) > 1
            for opening in (*stated, row.writing_hours, *spoken)
            if opening is not None
        )

    @cached_property
    def _changed_records(self) -> list[ServiceRecord]:
        """Return the records, earlier and now, of the services that matching may read otherwise."""
        changed = []
        for key in self.changed_services:
            both = [each.get(key) for each in (self.record.services, self._services)]
            known = [record for record in both if record is not None]
            is_same = len({record.matching for record in known}) == 1 and len(known) == len(both)
            if key in self._aged_services or not is_same:
                changed += known
        return changed

    def current_page(self, path: str) -> PageRecord | None:
        """Return the record of a page that is as a new export would make it, but for the day."""
        page = self.record.pages.get(path)
        if page is None or not self._reads_the_same(page.reads):
            return None
        is_over = page.valid_until is not None and page.valid_until <= self._at.timestamp()
        return None if is_over else page

    def _reads_the_same(self, reads: Reads) -> bool:
        if not self.changed_services.isdisjoint(reads.services):
            return False
        return all(map(self._answers_the_same, reads.questions))

    def _answers_the_same(self, key: str) -> bool:
        """Return whether a question has the answer that it had: no service of it has changed, and
        asking again finds no other one, where a changed service could be one."""
        if key not in self._same:
            before = self.record.answers[key]
            self._same[key] = self.changed_services.isdisjoint(before.services) and (
                not self._may_concern(key)
                or record_rows(*self._engine.choose(parse_question(key, self._at))) == before
            )
        return self._same[key]

    def _may_concern(self, key: str) -> bool:
        question = parse_question(key, self._at)
        needs = (vocabulary.needs()[code] for code in question.needs)
        wanted = {category for need in needs for category in need.categories}
        return may_concern(question, self._changed_records, wanted)


def page_files(path: str) -> Iterable[str]:
    """Return the names of a page's files: as it is, and compressed."""
    name = page_file(path)
    return [name, *(name + ending for _encoding, ending in COMPRESSED)]


def is_usable(files: EarlierFiles | None, basis: str, at: datetime) -> bool:
    """Return whether a new export can keep pages of an earlier one without drawing them."""
    return files is not None and files.record.basis == basis and files.record.made_at <= at

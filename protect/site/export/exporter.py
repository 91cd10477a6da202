"""Exports a public site: all pages that links reach from the first ones, as compressed files."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from protect.findhelp.mirrors import Mirror
from protect.kernel import clock
from protect.matching import published
from protect.site.errors import SiteRefusal
from protect.site.export import basis, day_line, manifest as manifests
from protect.site.export.day_line import PageBytes
from protect.site.export.dependencies import (
    RecordedSnapshot,
    ServiceRecord,
    record_services,
)
from protect.site.export.earlier_export import (
    RECORD,
    EarlierExport,
    EarlierFiles,
    PageRecord,
    Record,
    is_usable,
    open_files,
    page_files,
)
from protect.site.export.folder import NewFolder, locked, page_file
from protect.site.export.manifest import MANIFEST, Manifest, digest_of
from protect.site.export.renderer import Renderer
from protect.site.export.server_headers import server_files
from protect.site.export.sites import ExportedSite
from protect.site.export.source import Source, open_source

# An export is replaced at least so often: a service may be withdrawn or be protected since, and
# texts and facts of countries age, at no moment that they state.
MAX_AGE = timedelta(days=2)
WAITING = 64  # pages that may wait to be compressed, in memory
PAGES_PER_REPORT = 500

type Report = Callable[[str], None]
type Digests = dict[str, str]  # by name of a file


class ExportResult(NamedTuple):
    manifest: Manifest
    made: int  # pages that were made anew
    kept: int  # pages of the earlier export
    packed: int  # pages that it had not, or had with another text: they were compressed


class FileWriter:
    """Compresses and writes files in threads; libraries compress without the interpreter's lock."""

    def __init__(
        self, folder: NewFolder, earlier: EarlierFiles | None, pool: ThreadPoolExecutor
    ) -> None:
        self._folder, self._earlier, self._pool = folder, earlier, pool
        self._waiting: deque[Future[Digests]] = deque()
        self.digests: Digests = {}
        self.packed: list[str] = []  # paths; threads add to it

    def add_page(self, path: str, body: bytes) -> None:
        """Write a page as it is and in each encoding, soon. Errors: OSError of an earlier one."""
        self._waiting.append(self._pool.submit(self._pack_page, path, body))
        while len(self._waiting) > WAITING:
            self.digests.update(self._waiting.popleft().result())

    def add_packed(self, path: str, page: PageBytes) -> None:
        """Write a page that is compressed already. Errors: OSError."""
        self.digests.update(self._write_page(path, page))

    def keep_page(self, path: str, earlier: EarlierFiles) -> None:
        """Keep the files of a page of the earlier export. Errors: OSError."""
        self.digests.update(self._keep_page(path, earlier))

    def add_file(self, name: str, content: bytes) -> None:
        self._folder.write(name, content)
        self.digests[name] = digest_of(content)

    def finish(self) -> None:
        while self._waiting:
            self.digests.update(self._waiting.popleft().result())

    def _pack_page(self, path: str, body: bytes) -> Digests:
        """Compress a page, unless the earlier export has it with the same text."""
        before = self._earlier.read_page(path) if self._earlier else None
        page = day_line.change_body(before, body) if before else None
        if page is None:
            self.packed.append(path)
            return self._write_page(path, day_line.pack(body))
        if self._earlier and page == before:
            return self._keep_page(path, self._earlier)
        return self._write_page(path, page)

    def _keep_page(self, path: str, earlier: EarlierFiles) -> Digests:
        names = page_files(path)
        for name in names:
            self._folder.keep(name)
        return {name: earlier.digests[name] for name in names}

    def _write_page(self, path: str, page: PageBytes) -> Digests:
        files = dict(zip(page_files(path), page, strict=True))
        for name, content in files.items():
            self._folder.write(name, content)
        return {name: digest_of(content) for name, content in files.items()}


def export_site(
    site: ExportedSite, target: Path, mirror: Mirror, at: datetime, report: Report
) -> ExportResult:
    """Export a site to a folder; until the export is complete, an earlier one there stays. `at`:
    when it is made. Errors: those of SiteRefusal that begin with `export_`."""
    new = NewFolder(target)
    try:
        _check_target(target, site)
        with locked(target), clock.frozen(at), _read_directory() as (source, snapshot):
            report(_describe_source(source))
            with new.begun():  # only the holder of the lock removes what it began
                export = _Export(site, new, mirror, source, snapshot, report)
                result = export.run()
                new.put_in_place(export.earlier_names)
    except OSError as error:
        problem = error.strerror or str(error)
        raise SiteRefusal("export_not_written", folder=str(target), problem=problem) from None
    return result


def _check_target(target: Path, site: ExportedSite) -> None:
    """Errors: export_not_an_export, if the folder holds anything else; export_of_other_site;
    OSError."""
    if target.is_dir() and any(target.iterdir()):
        found = manifests.read_manifest(target).site
        if found != site.name:
            raise SiteRefusal("export_of_other_site", folder=str(target), name=found)
    elif target.exists() and not target.is_dir():
        raise SiteRefusal("export_not_an_export", folder=str(target))


@contextmanager
def _read_directory() -> Iterator[tuple[Source, RecordedSnapshot]]:
    source = open_source()
    snapshot = RecordedSnapshot.of_snapshot(source.snapshot)
    with published.pinned(snapshot):
        yield source, snapshot


def _describe_source(source: Source) -> str:
    if not source.is_file:
        return "the directory is read from the database"
    minutes = int((clock.now() - source.as_of).total_seconds() // 60)
    return (
        "the database cannot be reached: the directory is read from the snapshot file, which was "
        f"current {minutes} minutes ago ({source.as_of:%Y-%m-%d %H:%M} UTC)"
    )


class _Export:
    """One run of an export into a new folder."""

    def __init__(
        self,
        site: ExportedSite,
        folder: NewFolder,
        mirror: Mirror,
        source: Source,
        snapshot: RecordedSnapshot,
        report: Report,
    ) -> None:
        self._site, self._folder, self._mirror = site, folder, mirror
        self._source, self._log, self._report = source, snapshot.log, report
        self._renderer, self._at = Renderer(site, mirror), clock.now()
        self._files, self._basis = open_files(folder.target), ""
        self._services: Mapping[str, ServiceRecord] = {}
        self._earlier: EarlierExport | None = None
        if site.reads_directory:
            self._open_earlier(snapshot)
        self._pages: dict[str, PageRecord] = {}
        self._made = 0

    def _open_earlier(self, snapshot: RecordedSnapshot) -> None:
        """Compare the directory with that of the earlier export."""
        self._basis = basis.basis_digest(self._site, self._mirror)
        files = self._files
        is_same = files is not None and files.record.basis == self._basis
        known = files.record.services if files and is_same else {}
        self._services = record_services(snapshot, known)
        if files and is_usable(files, self._basis, self._at):
            self._earlier = EarlierExport(files, snapshot, self._services, self._at)

    @property
    def earlier_names(self) -> Iterable[str]:
        """The names of the files of the earlier export, as far as they are known."""
        return self._files.digests if self._files else ()

    def run(self) -> ExportResult:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            writer = FileWriter(self._folder, self._files, pool)
            for name, content in self._site.files(self._mirror):
                writer.add_file(name, content)
            self._crawl(writer)
            writer.finish()
        for name, content in self._other_files():
            writer.add_file(name, content)
        manifest = self._manifest(writer.digests)
        self._folder.write(MANIFEST, manifest.to_bytes())
        kept = len(self._pages) - self._made
        return ExportResult(manifest, self._made, kept, len(writer.packed))

    def _crawl(self, writer: FileWriter) -> None:
        """Make or keep each page that links reach, each once."""
        waiting = deque(dict.fromkeys(self._site.start_paths(self._mirror)))
        known = {*waiting, *(f"/{quote(name)}" for name in writer.digests)}
        self._log.take()  # what is read to find these is no page's
        while waiting:
            path = waiting.popleft()
            record = self._keep(path, writer) or self._make(path, writer)
            self._pages[path] = record
            new = [link for link in record.links if link not in known]
            known.update(new)
            waiting.extend(new)
            if len(self._pages) % PAGES_PER_REPORT == 0:
                self._report(f"{len(self._pages)} pages, {self._made} made anew …")

    def _keep(self, path: str, writer: FileWriter) -> PageRecord | None:
        """Keep a page of the earlier export, on another day with another end; None to make it."""
        record = self._earlier.current_page(path) if self._earlier else None
        if record is None or self._earlier is None:
            return None
        before = self._earlier.files.read_page(path)
        page = self._with_day(path, before) if before else None
        if page is None:
            return None
        if page is before:
            writer.keep_page(path, self._earlier.files)
        else:
            writer.add_packed(path, page)
        for key in record.reads.questions:
            self._log.answers.setdefault(key, self._earlier.record.answers[key])
        return record

    def _with_day(self, path: str, page: PageBytes) -> PageBytes | None:
        """Return a page of the earlier export with the day of this one; None if its end says
        another."""
        texts = self._day_texts
        if not texts or not day_line.split(page.body)[1]:
            return page
        tag = path.strip("/").partition("/")[0]
        return day_line.change_end(page, *texts.get(tag, texts[self._mirror.tags[0]]))

    @cached_property
    def _day_texts(self) -> Mapping[str, tuple[str, str]]:
        """The day of the earlier export and of this one by language; none if it is the same."""
        day = self._earlier.record.made_at.date() if self._earlier else self._mirror.day
        if day == self._mirror.day:
            return {}
        earlier = replace(self._mirror, day=day)
        tags = self._mirror.tags
        return {tag: (earlier.day_text(tag), self._mirror.day_text(tag)) for tag in tags}

    def _make(self, path: str, writer: FileWriter) -> PageRecord:
        page = self._renderer.draw(path)
        writer.add_page(path, page.body)
        self._made += 1
        until = page.valid_until.timestamp() if page.valid_until else None
        return PageRecord(page.links, self._log.take(), until)

    def _other_files(self) -> Iterable[tuple[str, bytes]]:
        """Yield error pages, files for web servers, and the record for the next export."""
        tags = self._mirror.tags
        for status in self._site.error_pages:
            for tag, folder in chain([(tags[0], "/")], ((tag, f"/{tag}/") for tag in tags)):
                yield page_file(f"{folder}{status}.html"), self._renderer.draw_error(status, tag)
        self._log.take()
        headers = self._site.headers()
        for name, text in server_files(headers, self._site.sealed_paths, tags):
            yield name, text.encode()
        yield RECORD, self._record().to_bytes()

    def _record(self) -> Record:
        keys = sorted({key for page in self._pages.values() for key in page.reads.questions})
        answers = {key: self._log.answers[key] for key in keys}
        return Record(
            self._basis, day_line.packing(), self._at, self._pages, answers, self._services
        )

    def _manifest(self, digests: Digests) -> Manifest:
        stated = (page.valid_until for page in self._pages.values() if page.valid_until)
        last = min([(self._source.as_of + MAX_AGE).timestamp(), *stated])
        return Manifest(
            site=self._site.name,
            made_at=self._at.isoformat(),
            rebuild_before=datetime.fromtimestamp(last, self._at.tzinfo).isoformat(),
            directory_as_of=self._source.as_of.isoformat(),
            is_from_file=self._source.is_file,
            has_rights=basis.has_rights(self._mirror),
            countries=self._mirror.countries,
            areas=tuple(sorted(self._mirror.areas)),
            languages=self._mirror.tags,
            pages=len(self._pages),
            files=dict(sorted(digests.items())),
        ).sealed()

"""A digest of all that the pages of an export depend on except the directory: as long as it is the
same, pages of an earlier export may be kept."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from sys import path as import_folders, version as python_version

from django.conf import settings
from django.db import Error

from protect.content.released import Pages
from protect.findhelp import access, exits
from protect.findhelp.mirrors import Mirror
from protect.reference import country_facts, vocabulary
from protect.site.export.sites import ExportedSite

READ_SUFFIXES = {".css", ".html", ".js", ".mo", ".po", ".py", ".toml", ".tsv"}


def basis_digest(site: ExportedSite, mirror: Mirror) -> str:
    """Return the digest of code, texts, data, settings, releases, confirmed facts, exits and the
    year."""
    digest = sha256(python_version.encode())
    for part in _parts(site, mirror):
        digest.update(part.encode() + b"\0")
    for path in _files():
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def has_rights(mirror: Mirror) -> bool:
    """Return whether the releases of pages about rights can be read."""
    return all(_released(tag) is not None for tag in mirror.tags)


def _parts(site: ExportedSite, mirror: Mirror) -> Iterator[str]:
    yield repr((site.name, site.hosts()[0], sorted(site.headers().items())))
    # Sources are old by the year; hours and checks by the day: EarlierExport.changed_services.
    yield repr((mirror.day.year, mirror.countries, sorted(mirror.areas), mirror.tags))
    yield repr((settings.MODE, settings.EXIT_TARGETS, settings.PROTECT_DATA_DIRS))
    for tag in mirror.tags:
        yield repr((tag, exits.working_exit_page(tag), _released(tag)))
    for country in (*vocabulary.countries(), country_facts.EVERYWHERE):
        confirmed = (find(country) for find in country_facts.CONFIRMED_DIGESTS)
        yield repr((country, sorted(frozenset[str]().union(*confirmed))))
    yield repr(_installed())


def _released(tag: str) -> Pages | None:
    try:
        return access.released_pages(tag)
    except Error:
        return None


def _installed() -> list[str]:
    """Return the names and versions of the installed packages, as their folders are called:
    `importlib.metadata` reads hundreds of files to know them."""
    folders = [Path(folder) for folder in import_folders if folder]
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))


def _files() -> Iterator[Path]:
    folders = [settings.BASE_DIR / "protect", *map(Path, settings.PROTECT_DATA_DIRS)]
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in READ_SUFFIXES)

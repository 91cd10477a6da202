from argparse import ArgumentParser
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from protect.findhelp.mirrors import Mirror
from protect.kernel import clock
from protect.reference import place_files, vocabulary
from protect.site.errors import SiteRefusal
from protect.site.export.exporter import ExportResult, export_site
from protect.site.export.manifest import check_export
from protect.site.export.sites import FIND_HELP, SITES, ExportedSite

AREAS_NAMED = 60  # codes of regions in a message


class Command(BaseCommand):
    help = "Write a public site as static files, or check an export. Safe to run again."
    # `protect check` reads all data files, which takes as long as an export that changes nothing.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the export, a folder")
        parser.add_argument("--site", choices=SITES, default=FIND_HELP.name, help="which site")
        repeated: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("--country", **repeated, help="ISO 3166 code; repeat for several")
        parser.add_argument("--area", **repeated, help="find-help only: places of this region")
        parser.add_argument("--language", **repeated, help="BCP 47, for example ti")
        parser.add_argument(
            "--demo", action="store_true", help="export unchecked numbers of a demo"
        )
        parser.add_argument(
            "--check", action="store_true", help="only say whether DIR may be shown"
        )

    def handle(self, *, folder: Path, check: bool, demo: bool, **options: Any) -> None:
        folder = folder.absolute()
        if check:
            manifest = check_export(folder)
            self.stdout.write(f"{folder}: {manifest.pages} pages, made {manifest.made_at}")
            self.stdout.write(f"rebuild before {manifest.rebuild_before}")
            return
        if settings.IS_DEMO and not demo:
            raise SiteRefusal("export_needs_demo")
        site = SITES[options["site"]]
        mirror = build_mirror(site, options["country"], options["area"], options["language"])
        self._say_result(export_site(site, folder, mirror, clock.now(), self.stderr.write), folder)

    def _say_result(self, result: ExportResult, folder: Path) -> None:
        if not result.manifest.has_rights:
            self.stderr.write("left out, because the database is away: pages about rights")
        pages = result.manifest.pages
        made = f"{result.made} made anew, {result.kept} kept; {result.packed} have a new text"
        self.stdout.write(f"{folder}: {pages} pages, {made}")
        self.stdout.write(f"rebuild before {result.manifest.rebuild_before}")


def build_mirror(
    site: ExportedSite, countries: list[str], areas: list[str], tags: list[str]
) -> Mirror:
    """Return what an export is to hold; an empty list stands for all. Errors: export_no_host,
    export_no_texts, export_country_unknown, export_area_unknown, export_language_unknown."""
    if not site.hosts():
        raise SiteRefusal("export_no_host", name=site.name)
    languages = site.languages()
    if not languages:
        raise SiteRefusal("export_no_texts", name=site.name)
    codes = [code for code in vocabulary.countries() if not countries or code in countries]
    offered = [tag for tag in languages if not tags or tag in tags]
    if name := _first_unknown(countries, codes):
        known = ", ".join(vocabulary.countries())
        raise SiteRefusal("export_country_unknown", name=name, known=known)
    if name := _first_unknown(tags, offered):
        known = ", ".join(languages)
        raise SiteRefusal("export_language_unknown", name=name, known=known)
    if areas and not site.reads_directory:
        raise SiteRefusal("export_has_no_areas", name=site.name)
    if areas:
        regions = [each.code for each in place_files.load_areas() if each.country_id in codes]
        if name := _first_unknown(areas, regions):
            known = ", ".join(regions[:AREAS_NAMED])
            raise SiteRefusal("export_area_unknown", name=name, known=known)
    return Mirror(clock.now().date(), tuple(codes), tuple(offered), frozenset(areas))


def _first_unknown(wanted: Iterable[str], known: Container[str]) -> str:
    """Return the first wanted name that is not known, cut to a length for messages; else ""."""
    return next((name[:60] for name in wanted if name not in known), "")

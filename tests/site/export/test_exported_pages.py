"""What an export consists of, read as a server without any rule would send it."""

import re
import sqlite3
from contextlib import closing
from gzip import decompress
from pathlib import Path

import brotli

from protect.findhelp import addresses
from protect.site.export.manifest import digest_of
from protect.site.management.commands.weigh import BUDGET_BYTES
from tests.site.export.exports import Site, files, manifest, pages

LINK = re.compile(r'\s(?:href|src|action)="(/[^"#?]*)')
STATES = ("Open now", "Closed now", "Opens at", "Opens Mon", "Answering machine now")
HEADERS = 1_000  # bytes that the headers of a response have, rather more


def test_every_link_of_every_page_leads_to_a_file(valletta: Path):
    dead = {
        (name, link)
        for name, body in pages(valletta).items()
        for link in LINK.findall(body)
        if not (valletta / link.strip("/")).is_file()
        and not (valletta / link.strip("/") / "index.html").is_file()
    }

    assert len(pages(valletta)) > 250
    assert dead == set()


def test_no_page_has_a_form_a_state_of_the_moment_or_an_absolute_host(valletta: Path):
    for name, body in pages(valletta).items():
        assert "<form" not in body, name
        assert [state for state in STATES if state in body] == [], name
        hosts = re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]+"', body)
        exits = re.findall(r'class="exit"\s+href="([^"]+)"', body)
        assert [each for each in hosts if not any(exit_to in each for exit_to in exits)] == [], name
        assert "127.0.0.1" not in body, name


def test_every_page_says_the_day_of_the_copy_and_that_it_is_a_demonstration(valletta: Path):
    for name, body in pages(valletta).items():
        assert "As of " in body, name
        assert "29 November 2026" in body, name
        assert 'class="demo"' in body, name


def test_cards_say_the_hours_of_the_week_and_the_date_of_the_check(valletta: Path):
    card = next(
        body for name, body in pages(valletta).items() if "-gk/" in name and "article" in body
    )

    assert re.search(r"(?:Mon|Tue|Wed|Thu|Fri)[^<]*\d\d:\d\d", card)
    assert card.count('class="card__fresh"') == card.count("<article")


def test_compressed_files_hold_the_same_page_within_the_budget(valletta: Path):
    for name, body in files(valletta).items():
        if name.endswith(".html") and (valletta / f"{name}.br").exists():
            packed = (valletta / f"{name}.br").read_bytes()
            assert brotli.decompress(packed) == body, name
            assert decompress((valletta / f"{name}.gz").read_bytes()) == body, name
            assert len(packed) + HEADERS <= BUDGET_BYTES, name


def test_printed_codes_of_places_areas_and_services_open(exporting_site: Site, valletta: Path):
    with closing(sqlite3.connect(exporting_site.folder / "demo.sqlite3")) as database:
        (service,) = database.execute(
            "SELECT short FROM directory_service WHERE status = 'published' LIMIT 1"
        ).fetchone()
    area = addresses.anywhere_in("MT-60", "Valletta")
    whole = addresses.anywhere_in("MT")

    for code in (service, area.code, whole.code):
        assert (valletta / "en" / code / "index.html").is_file()


def test_error_pages_stand_in_the_frame(valletta: Path):
    for name in ("404.html", "410.html", "500.html", "en/404.html", "en/410.html"):
        body = (valletta / name).read_text("utf-8")
        assert 'class="exit"' in body
        assert "112" in body
    assert "There is nothing at this address" in (valletta / "404.html").read_text("utf-8")
    assert "This page has expired" in (valletta / "410.html").read_text("utf-8")


def test_the_manifest_has_the_digest_of_every_other_file(valletta: Path):
    digests = {name: digest_of(content) for name, content in files(valletta).items()}
    del digests["manifest.json"]

    assert manifest(valletta)["files"] == digests
    assert manifest(valletta)["made_at"] < manifest(valletta)["rebuild_before"]

"""The export of the programme's own site: pages without forms, for a host of its own."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings

from protect.site import zones
from protect.site.export.folder import page_file
from protect.ui.assets import CACHED_BRIEFLY
from tests.originals import Originals
from tests.site.export.exports import AT, Site, copy_of, files, manifest, pages
from tests.site.export.test_incremental import MADE, NEXT_DAY
from tests.site.export.test_refused import refusal
from tests.site.export.test_server_headers import LINES, PROGRAMS, ask, server_on

OPTIONS = ("--demo", "--site", "programme", "--language", "en", "--language", "sl")
RUNNING = settings.PROGRAMME_HOSTS[0]
AWAY = {"PROTECT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/away"}
NEW_TEXTS = re.compile(r"(\d+) have a new text")
HREF = re.compile(r'(?:href|src)="([^"]*)"')


@pytest.fixture(scope="session")
def programme_site(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo, which no test of this module changes."""
    folder = tmp_path_factory.mktemp("programme")
    return Site(originals.file("demo", folder / "demo.sqlite3"), folder)


@pytest.fixture(scope="session")
def exported(programme_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export in two languages. Tests read it, or change a copy."""
    target = tmp_path_factory.mktemp("exported") / "programme"
    programme_site.export(target, *OPTIONS)
    return target


@pytest.fixture
def target(exported: Path, tmp_path: Path) -> Path:
    return copy_of(exported, tmp_path / "target")


def links(body: str) -> set[str]:
    return set(HREF.findall(body))


def test_each_link_leads_to_a_page_of_the_copy_or_to_the_running_site(exported: Path):
    names = files(exported).keys()
    elsewhere = set()
    for name, body in pages(exported).items():
        for link in links(body) - {"data:,"}:
            address = urlsplit(link)
            if address.scheme == "mailto" or (not address.netloc and not address.path):
                continue
            if address.netloc:
                elsewhere.add(address)
            else:
                assert page_file(address.path) in names, (name, link)
    assert {address.hostname for address in elsewhere} == {RUNNING}
    paths = {re.sub(r"^/(?:en|sl|trainings)/.*?(\w+)$", r"\1", each.path) for each in elsewhere}
    assert {"training", "materials", "ask"} <= paths


def test_pages_have_no_forms_and_say_where_these_are_and_how_old_the_copy_is(exported: Path):
    found = pages(exported)
    assert len(found) > 30
    for name, body in found.items():
        assert not re.search(r"<(?:form|input|script|video)\b", body), name
        assert "29 November 2026" in body or "29. november 2026" in body, name
        assert settings.PUBLIC_HOSTS[0] not in body, name
    action = found["en/take-action/index.html"]
    assert "This is a copy of the site, without forms." in action
    assert {"/en/contacts", f"http://{RUNNING}:8000/en/take-action/training"} <= links(action)
    assert "/en/take-action#training" in links(found["en/index.html"])
    assert 'id="training"' in action
    assert "brez obrazcev" in found["sl/take-action/index.html"]


def test_the_first_page_lists_the_languages_of_the_copy(exported: Path):
    body = pages(exported)["index.html"]

    assert {"/en/", "/sl/"} <= links(body)
    assert "/fr/" not in links(body)


def test_compressed_files_are_the_pages_and_files_of_resources_are_beside_them(exported: Path):
    found = files(exported)
    for name in pages(exported):
        if not name.endswith(("404.html", "500.html")):
            assert brotli.decompress(found[f"{name}.br"]) == found[name], name
    assert "/files/demo-manual.txt" in links(found["en/resources/index.html"].decode())
    assert found["files/demo-manual.txt"]
    assert found["emblem.svg"].startswith(b"<svg")
    assert set(found) == {"manifest.json", *manifest(exported)["files"]}


@pytest.mark.parametrize("name", LINES)
def test_each_file_sets_the_headers_of_the_programmes_zone(exported: Path, name: str):
    text = (exported / name).read_text("utf-8")
    wanted = {key: value for key, value in zones.PROGRAMME_HEADERS.items() if key != "Server"}

    assert dict(re.findall(LINES[name], text, re.MULTILINE)) == {
        **wanted,
        "Cache-Control": CACHED_BRIEFLY,
        "X-Robots-Tag": "noindex",  # of a demonstration
    }


@pytest.mark.parametrize("program", ["nginx", "caddy", "apache2"])
def test_servers_send_the_pages(exported: Path, tmp_path: Path, program: str):
    if PROGRAMS[program] is None:
        pytest.skip(f"{program} is not installed")
    with server_on(program, exported, tmp_path) as address:
        for path, status, file in (
            ("/", 200, "index.html"),
            ("/en/", 200, "en/index.html"),
            ("/sl/about", 200, "sl/about/index.html"),
            ("/files/demo-manual.txt", 200, "files/demo-manual.txt"),
            ("/sl/none", 404, "sl/404.html"),
            ("/none", 404, "404.html"),
            ("/record.json.gz", 404, "404.html"),
        ):
            answer = ask(f"{address}{path}", "identity")
            assert (answer[0], answer[2]) == (status, (exported / file).read_bytes()), path
            assert answer[1]["Content-Security-Policy"], path


def test_a_country_bounds_what_is_said_of_countries(programme_site: Site, tmp_path: Path):
    programme_site.export(tmp_path / "target", *OPTIONS, "--country", "SI")

    found = pages(tmp_path / "target")
    assert "demo-trainings-si@" in found["en/contacts/index.html"]
    assert "demo-coordinator-mt@" not in found["en/contacts/index.html"]
    assert 'id="SI"' in found["en/partners/index.html"]
    assert 'id="MT"' not in found["en/partners/index.html"]
    resources = found["en/resources/index.html"]
    assert "Demo vodnik" in resources  # of Slovenia
    assert "Demo manual for trainers" in resources  # of all countries
    assert "Demo cartel" not in resources  # of Spain


def test_on_a_new_day_no_page_is_compressed_anew(
    programme_site: Site, target: Path, tmp_path: Path
):
    said = programme_site.export(target, *OPTIONS, at=NEXT_DAY)
    programme_site.export(tmp_path / "whole", *OPTIONS, at=NEXT_DAY)

    assert files(target) == files(tmp_path / "whole")
    assert [int(each) for each in NEW_TEXTS.findall(said)] == [0]
    assert MADE.search(said)
    assert "30 November 2026" in pages(target)["en/about/index.html"]


def test_a_damaged_page_is_made_anew(programme_site: Site, target: Path, exported: Path):
    page = target / "en/about/index.html"
    page.unlink()  # a copy by hard links: the other export keeps its own
    page.write_text("forged")

    said = programme_site.export(target, *OPTIONS, at=AT)

    assert NEW_TEXTS.findall(said) == ["1"]
    assert files(target) == files(exported)


def test_without_the_database_the_earlier_export_stays(
    programme_site: Site, target: Path, exported: Path
):
    done = programme_site.run("export-public", str(target), *OPTIONS, **AWAY)

    assert refusal(done) == "export_no_texts"
    assert files(target) == files(exported)


@pytest.mark.parametrize(
    ("options", "changed", "code"),
    [
        (("--area", "MT-60"), {}, "export_has_no_areas"),
        (("--language", "ar"), {}, "export_language_unknown"),  # of find help only
        ((), {"PROTECT_PROGRAMME_HOSTS": ""}, "export_no_host"),
    ],
)
def test_wrong_arguments_change_nothing(
    programme_site: Site, target: Path, exported: Path, options, changed, code
):
    done = programme_site.run("export-public", str(target), *OPTIONS, *options, **changed)

    assert refusal(done) == code
    assert files(target) == files(exported)


def test_an_export_never_takes_the_place_of_another_site(
    programme_site: Site, target: Path, exported: Path
):
    find_help = ("--demo", "--country", "MT", "--area", "MT-60", "--language", "en")

    assert (
        refusal(programme_site.run("export-public", str(target), *find_help))
        == "export_of_other_site"
    )
    assert files(target) == files(exported)

"""Pages of the programme's site: every address in every language, and what none of them does."""

import gzip
import re
from itertools import chain

import brotli
import pytest

from protect.content.drafts import page_files
from protect.content.enums import PageKind
from protect.content.texts.translation_checks import find_problems
from protect.kernel import clock
from protect.kernel.errors import DataError
from protect.programme import registers
from protect.programme.enums import EnquiryKind
from protect.programme.pages import page_texts, sitemap
from protect.reference import vocabulary
from protect.site import zones
from protect.ui.assets import CACHED_BRIEFLY
from tests.programme.enquiring import visitor
from tests.trainings.planning import make_edition

pytestmark = pytest.mark.usefixtures("site")
SLUGS = ("", *(each.slug for each in sitemap.SECTIONS))
FORMS = tuple(f"take-action/{kind}" for kind in EnquiryKind)
PAGES = (*SLUGS, *FORMS, "take-action/sent")
OFFICIAL = {*chain.from_iterable(row.languages for row in vocabulary.countries().values()), "en"}
COMPLETE = ("fr", "nl", "de", "it", "es", "el", "bg", "hr", "hu", "pl", "sl")
BUDGET_BYTES = 13_000
LOADED = re.compile(
    r"<(?:link|script|img|iframe|source|audio|video|object|embed)[^>]+(?:src|href)=\"([^\"]+)"
)


@pytest.fixture
def everywhere(site):
    """Release the texts in every language of the site."""
    from protect.audit.context import AuditContext
    from protect.content.releases.actions import release_languages

    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    release_languages(sorted(OFFICIAL), audit)


def read(path: str) -> str:
    response = visitor().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def wrongs(response) -> list[str]:
    """Return what a response does that none of this site may do."""
    found = [name for name in zones.REMOVED_HEADERS if name in response.headers]
    headers = zones.PROGRAMME_HEADERS | {"Cache-Control": response.headers["Cache-Control"]}
    found += [name for name, value in headers.items() if response.headers.get(name) != value]
    found += [f"cookie {name}" for name in response.cookies]
    body = response.content.decode()
    found += [each for each in LOADED.findall(body) if each not in {"/emblem.svg", "data:,"}]
    found += re.findall(r"<script|<[^>]+ (?:style|on\w+)=", body)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_each_page_answers_in_each_language_and_does_nothing_else(everywhere, path):
    assert page_texts.site_languages().keys() == OFFICIAL
    for tag in OFFICIAL:
        response = visitor().get(f"/{tag}/{path}")
        body = response.content.decode()

        assert response.status_code == 200, (tag, path)
        assert wrongs(response) == [], (tag, path)
        assert f'<html lang="{tag}" dir="ltr">' in body
        assert body.count("<h1") == 1
        assert len(re.findall(r"<title>[^<]*PROTECT</title>", body)) == 1
        assert len(brotli.compress(response.content, quality=7)) <= BUDGET_BYTES
        assert len(gzip.compress(response.content, 6)) <= BUDGET_BYTES


def test_a_text_without_translation_is_english_marked_and_said(everywhere):
    body = read("/ga/gender")

    assert "<h1>Inscne</h1>" in body
    assert '<span lang="en" dir="ltr">Violence can happen to anyone.' in body
    assert page_texts.load_texts("ga").words["untranslated"].text in body
    assert "not in this language yet" not in read("/en/gender")


@pytest.mark.parametrize("tag", COMPLETE)
def test_a_complete_language_has_a_draft_of_each_text(tag):
    drafts = page_files.load_translations()[tag]
    for code, page in page_files.pages_of_kind(PageKind.PROGRAMME).items():
        sources = {each.key: page_files.source_part(each.text) for each in page.segment}
        assert {key: row.source for key, row in drafts[code].items()} == sources, code


def test_no_draft_has_another_number_or_address_than_its_source():
    pages = page_files.pages_of_kind(PageKind.PROGRAMME)
    texts = {code: {each.key: each.text for each in page.segment} for code, page in pages.items()}
    for tag, drafts in page_files.load_translations().items():
        for code in drafts.keys() & pages.keys():
            for key, row in drafts[code].items():
                assert find_problems(texts[code][key], row.text, tag).refusing == (), (tag, key)


def test_pages_of_texts_are_cached_briefly_and_forms_are_not():
    assert visitor().get("/en/about").headers["Cache-Control"] == CACHED_BRIEFLY
    for path in ("/en/take-action/training", "/en/none", "/", "/en/resources?q=demo"):
        assert visitor().get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "tag"), [("fr-BE,nl;q=0.5", "fr"), ("xx", "en"), ("", "en"), ("FR", "fr")]
)
def test_the_browser_chooses_the_first_language(wanted, tag):
    response = visitor(**{"accept-language": wanted}).get("/")

    assert (response.status_code, response["Location"]) == (302, f"/{tag}/")


def test_the_languages_lead_to_the_same_page():
    body = read("/en/agenda-2030")

    assert re.search(r'<a href="/fr/agenda-2030"\s+hreflang="fr"', body)


@pytest.mark.parametrize("path", ["/en/none", "/xx/", "/en/take-action/none", "/wp-login.php"])
def test_a_page_that_is_not_there_says_so_in_the_frame(path):
    response = visitor().get(path)

    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
    assert wrongs(response) == []


def test_before_the_first_release_there_is_no_page():
    from protect.content import released
    from protect.content.models import Release

    Release.objects.all().delete()
    released.forget()

    for path in ("/", "/en/", "/en/about"):
        response = visitor().get(path)
        assert response.status_code == 404
        assert "This page does not exist" in response.content.decode()


def test_every_page_of_texts_has_an_address():
    codes = {sitemap.FRAME, sitemap.HOME.code, *(each.code for each in sitemap.SECTIONS)}

    assert codes == page_files.pages_of_kind(PageKind.PROGRAMME).keys()


def test_home_and_news_list_trainings_of_the_public_calendar(host_edition):
    for path in ("/en/", "/en/news"):
        assert f"/trainings/en/e/{host_edition.code}" in read(path)
    assert visitor().get(f"/trainings/en/e/{host_edition.code}").status_code == 200
    assert visitor().get("/trainings/en/").status_code == 200


@pytest.fixture
def host_edition(site):
    from tests.orgs.conftest import make_organisation

    edition = make_edition(make_organisation("Demo academy", "BE"), is_listed=True)
    with clock.frozen(edition.sessions.earliest("starts_at").starts_at.replace(hour=0)):
        yield edition


def test_who_we_are_names_twelve_offices_and_eight_partners():
    body = read("/en/partners")

    assert body.count("IOM office") == len(vocabulary.countries()) == 12
    assert len(registers.partners()) == 8
    for partner in registers.partners():
        assert partner.name in body


def test_contacts_are_invented_in_the_demonstration_and_absent_in_a_live_site(settings):
    assert "demo-coordinator-be@example.org" in read("/en/contacts")
    assert all(row.email.endswith("@example.org") for row in registers.contacts())

    settings.IS_DEMO = False

    assert registers.contacts() == []
    assert registers.resources() == []
    assert registers.emblem() is None
    assert visitor().get("/emblem.svg").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=MANUAL", {"Demo manual for trainers"}),
        ("kind=film", {"Demo film of the campaign"}),
        ("language=fr", {"Demo manuel de formation"}),
        ("country=MT&kind=sop", {"Demo procedure for referrals"}),
        ("q=nothing", set()),
        ("kind=none", set()),
    ],
)
def test_resources_are_found_by_word_kind_language_and_country(query, found):
    body = read(f"/en/resources?{query}")
    rows = set(re.findall(r"<strong[^>]*><bdi>(.*?)</bdi>", body))

    assert rows == found
    assert bool(found) != ("Nothing matches" in body)


def test_a_resource_without_file_says_so_and_one_with_a_file_is_saved():
    assert read("/en/resources?kind=film").count("Not available yet") == 1 + 1  # and in the lead

    response = visitor().get("/files/demo_manual_en")

    assert response["Content-Disposition"] == 'attachment; filename="demo-manual.txt"'
    assert b"This file is invented" in b"".join(response.streaming_content)
    assert visitor().get("/files/demo_film_en").status_code == 404
    assert visitor().get("/files/none").status_code == 404


def test_a_file_outside_of_its_folder_is_not_found():
    with pytest.raises(DataError):
        registers.must_find_file("resources", "demo_manual_en", "files/../../models.py")


def test_an_office_adds_contacts_resources_and_an_emblem(settings, tmp_path, monkeypatch):
    from protect.kernel import tables

    folder = tmp_path / "programme"
    (folder / "files").mkdir(parents=True)
    (folder / "files/guide.pdf").write_bytes(b"%PDF-demo")
    (folder / "emblem.svg").write_text("<svg/>")
    (folder / "emblem.toml").write_text(
        '[emblem]\nfile = "emblem.svg"\nalternative = "Demo other"\nwidth = 30\nheight = 20\n'
    )
    (folder / "resources.toml").write_text(
        '[guide]\ntitle = "Demo other guide"\nkind = "guide"\nlanguage = "mt"\nfile = "guide.pdf"\n'
    )
    settings.PROTECT_DATA_DIRS, settings.IS_DEMO = [tmp_path], False
    tables.load.cache_clear()
    try:
        registers.read_all()
        (row,) = registers.resources()
        assert (row.title, registers.emblem().alternative) == ("Demo other guide", "Demo other")
        assert b"".join(visitor().get("/files/guide").streaming_content) == b"%PDF-demo"
    finally:
        tables.load.cache_clear()

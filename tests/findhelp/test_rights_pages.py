"""Pages about rights and safety, as visitors read them."""

import re

import pytest

from protect.audit.context import AuditContext
from protect.content import released
from protect.content.drafts import page_files
from protect.content.enums import ChangeClass, PageKind
from protect.content.models import Page, SegmentTranslation
from protect.content.releases import actions
from protect.content.texts import references
from protect.findhelp import addresses
from protect.kernel import clock
from protect.reference import vocabulary
from tests.content.editing import member, save
from tests.guards.test_public_pages import wrongs

pytestmark = pytest.mark.django_db
CODES = tuple(page_files.pages_of_kind(PageKind.RIGHTS))


@pytest.fixture(autouse=True)
def _released():
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["en", "fr", "ar", "vi"], audit)


def read(public, path):
    reply = public.get(path)
    assert reply.status_code == 200, path
    return reply.content.decode()


def path_of(code, country="BE", tag="en"):
    return f"/{tag}/{addresses.rights_in(country, code).code}"


@pytest.mark.parametrize("country", [*vocabulary.countries(), None])
def test_each_page_exists_for_each_country_and_for_none(public, country):
    for code in CODES:
        text = read(public, path_of(code, country))
        title = page_files.load_pages()[code].segment[0].text
        assert text.count("<h1>") == 1
        assert title in text
        assert not re.search(r"\{[a-z]+(:[^}]*)?\}", text.split("<main")[1]), code


def test_a_page_shows_the_facts_of_the_country_and_their_sources(public):
    text = read(public, path_of("compensation", "BE"))
    facts = references.facts_of(references.Reference("facts", "compensation"), "BE")

    assert facts
    for fact in facts:
        assert fact.source_title.split(":")[0] in text
    assert "Not checked yet" in text


def test_without_a_country_empty_headings_are_left_out(public):
    assert "In this country" in read(public, path_of("compensation", "BE"))
    assert "In this country" not in read(public, path_of("compensation", None))


def test_the_emergency_number_is_that_of_the_country(public):
    body = read(public, path_of("fgm", "MT")).split("<h1>")[1]
    assert "danger now, call <bdi>112</bdi>" in body


def test_a_page_keeps_the_town_and_its_links_lead_back_to_it(public):
    liege = next(spot for spot in addresses.spots_by_code().values() if spot.key == "2792413")
    text = read(public, f"/en/{liege.code}/{addresses.rights_in('BE', 'men').code}")

    assert f"/en/{liege.code}/{addresses.rights_in('BE', 'rights').code}" in text
    assert f"/en/{liege.code}-" in text
    assert f"/en/{liege.code}/{addresses.first_hours_in('BE').code}" in text


def test_the_page_of_another_country_is_not_there_for_a_town(public):
    spots = addresses.spots_by_code().values()
    liege = next(spot for spot in spots if spot.key == "2792413")

    assert (
        public.get(f"/en/{liege.code}/{addresses.rights_in('IT', 'men').code}").status_code == 404
    )


def test_every_page_leads_to_the_list(public):
    listed = addresses.rights_in("BE", "rights").code
    for code in (addresses.police_in("BE").code, addresses.country_spot("BE").code):
        assert listed in read(public, f"/en/{code}").split("<footer")[1]


def test_a_text_that_is_missing_is_marked_and_the_page_says_so(public):
    SegmentTranslation.objects.filter(language="fr", page__code="men", key="lead").delete()
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["fr"], audit)
    released.forget()

    text = read(public, path_of("men", tag="fr"))
    assert '<p><span lang="en" dir="ltr">Men and boys' in text


def test_a_text_whose_source_has_changed_says_of_which_day_it_is(public):
    save(member("amal"), Page.objects.get(code="men"), "Men, too.", ChangeClass.CONTENT)
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["fr"], audit)
    released.forget()

    text = read(public, path_of("men", tag="fr"))

    assert re.search(r"Des hommes[^<]*<small>\(Au \u2068\d+ \w+ \d{4}\u2069\)</small>", text)


def test_a_language_without_drafts_has_the_title_and_reads_english_that_is_marked(public):
    text = read(public, path_of("men", tag="vi"))

    title = page_files.load_translations()["vi"]["men"]["title"].text

    assert f"<h1>{title}</h1>" in text
    assert '<p><span lang="en" dir="ltr">Men and boys' in text


def test_a_page_that_is_not_released_is_not_there(public):
    assert public.get(path_of("men", tag="uk")).status_code == 404


@pytest.mark.parametrize("tag", ["en", "ar", "vi"])
def test_no_page_stores_anything_and_the_exit_comes_first(public, tag):
    for code in CODES:
        reply = public.get(path_of(code, tag=tag))
        body = reply.content.decode()

        assert wrongs(reply) == [], code
        assert body.index('class="exit"') < body.index("<main")


def test_a_page_can_be_kept_until_the_directory_changes(public):
    reply = public.get(path_of("men"))

    assert reply.headers["Protect-Valid-Until"] == "0"

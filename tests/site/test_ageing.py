"""A fact grows old while nobody writes: pages, papers and order say so from the very instant on."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.handlers.wsgi import WSGIHandler

from protect.directory.enums import Fact, Freshness, LanguageMode, Method
from protect.directory.models import DirectoryVersion
from protect.directory.rules import CheckSummary, freshness
from protect.findhelp import addresses
from protect.kernel import clock
from protect.matching import published
from protect.matching.questions import Question
from protect.site.server.pagecache import PageCache
from tests.site.server.test_pagecache import ask
from tests.ui.press.seeing import as_seen, pages
from tests.verification.nights import NOW, checked, entry, locate

DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
GOOD_FOR = timedelta(days=20)
MADE = NOW - 5 * DAY
DUE, OVERDUE, EXPIRED = MADE + GOOD_FOR, MADE + GOOD_FOR + 30 * DAY, MADE + 3 * GOOD_FOR
SAID = {
    Freshness.FRESH: "Checked by phone, 19 Nov 2026",
    Freshness.DUE: "Checked by phone, 19 Nov 2026",
    Freshness.OVERDUE: "Checked 19 Nov 2026. Call first",
    Freshness.EXPIRED: "Last known 19 Nov 2026",
}
# The instants at which something changes, each with what is said from then on.
TURNS = [
    (NOW, Freshness.FRESH),
    (DUE - A_MINUTE, Freshness.FRESH),
    (DUE, Freshness.DUE),
    (OVERDUE, Freshness.DUE),
    (OVERDUE + A_MINUTE, Freshness.OVERDUE),
    (EXPIRED - A_MINUTE, Freshness.OVERDUE),
    (EXPIRED, Freshness.EXPIRED),
]


@pytest.fixture
def service(db):
    found = entry("s1", name="Demo Counselling Valletta")
    locate(found)
    found.languages.create(language_id="en")
    for fact in (Fact.PHONE, Fact.LANGUAGES, Fact.ADDRESS):
        checked(found, fact, MADE, method=Method.CALL, next_check=DUE)
    return found


class Counted(WSGIHandler):
    """Django, and how often it is asked."""

    asked = 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return super().__call__(environ, start_response)


@pytest.fixture
def site(one_connection) -> PageCache:
    return PageCache(Counted(), published.snapshot_number)


def read(site: PageCache, path: str, at: datetime) -> str:
    with clock.frozen(at):
        _, body = ask(site, path, accept="")
    text = re.sub(r"<style>.*?</style>|<script.*?</script>|<[^>]+>", " ", body.decode())
    return re.sub("[\u2066-\u2069]", "", " ".join(unescape(text).split()))


def places(service) -> dict[str, str]:
    whole = addresses.anywhere_in("MT").code
    return {
        "answers": f"/en/{whole}-gk",
        "service": f"/en/{service.short}",
        "as one of the answers": f"/en/{whole}-gk/{service.short}",
    }


def test_change_instants_match_the_rules():
    check = CheckSummary("confirmed", MADE, DUE)

    assert [freshness(Fact.PHONE, [check], at) for at, _ in TURNS] == [each for _, each in TURNS]


@pytest.mark.parametrize("page", ["answers", "service", "as one of the answers"])
def test_cached_page_changes_at_the_instant_when_a_fact_ages(service, site, page):
    path, before = places(service)[page], DirectoryVersion.objects.get().number

    for at, state in TURNS:
        said = read(site, path, at)
        assert SAID[state] in said, at
        for other in {*SAID.values()} - {SAID[state]}:
            assert other not in said, at

    assert DirectoryVersion.objects.get().number == before  # nobody wrote anything


def test_page_stays_cached_between_two_instants(service, site):
    path = places(service)["answers"]
    for seconds in range(0, 50, 10):
        read(site, path, NOW + timedelta(seconds=seconds))

    assert site.application.asked == 1


@pytest.mark.parametrize("kind", ["info-4", "info-3"])
def test_public_paper_is_rebuilt_when_a_number_may_no_longer_be_printed(service, site, kind):
    whole = addresses.anywhere_in("MT").code
    path = f"/en/{whole}-gk/info-4.pdf" if kind == "info-4" else f"/en/{service.short}/info-3.pdf"
    for at, state in TURNS:
        with clock.frozen(at):
            _, body = ask(site, path, accept="")
        has_number = "2100 0001" in "".join(as_seen(page) for page in pages(body))
        assert has_number is (state in {Freshness.FRESH, Freshness.DUE}), at


def order(at: datetime) -> list[str]:
    question = Question(("talk",), at, languages=("ti",))
    return [found.row.name for found in published.match(question).answers]


def test_the_order_follows_the_dates_and_no_write(db):
    """Staff who speak it cost nothing, an interpreter on the phone ten minutes: until it is old."""
    staff, phone = entry("s1", name="Demo Staff"), entry("s2", name="Demo Interpreter")
    staff.languages.create(language_id="ti")
    phone.languages.create(language_id="ti", how=LanguageMode.BY_PHONE)
    checked(staff, Fact.LANGUAGES, MADE, next_check=DUE)
    checked(phone, Fact.LANGUAGES, MADE, next_check=MADE + 90 * DAY)
    for each in (staff, phone):
        checked(each, Fact.PHONE, MADE, next_check=MADE + 90 * DAY)
    before = DirectoryVersion.objects.get().number

    found = {at: order(at)[0] for at, _ in TURNS}

    # A quarter of the way to unknown (40) is 10: equal, so the nearer id; half is 20: behind.
    assert found[NOW] == found[DUE - A_MINUTE] == "Demo Staff"
    assert found[OVERDUE + A_MINUTE] == found[EXPIRED] == "Demo Interpreter"
    assert DirectoryVersion.objects.get().number == before
    assert {*order(NOW)} == {*order(EXPIRED)}  # stale is never hidden


def test_free_capacity_is_unknown_after_it_expires(db, site):
    shelter = entry("h1", name="Demo Shelter", categories=["shelter"])
    at = NOW - timedelta(hours=1)
    checked(shelter, Fact.CAPACITY, at, next_check=at + DAY)

    row = published.service_by_code(shelter.short)
    states = [freshness(Fact.CAPACITY, row.checks[Fact.CAPACITY], at + n * DAY) for n in (0, 1)]

    assert states == [Freshness.FRESH, Freshness.EXPIRED]

"""Saying that something about a service is wrong: what it shows, keeps and refuses."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from protect.findhelp.views import services
from protect.kernel import clock
from protect.kernel.limits import RateLimiter
from protect.matching import published
from protect.site import zones
from protect.verification.models import Correction
from tests.verification.nights import entry

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
UNSAFE = "Nothing was sent. Take out addresses"
INCOMPLETE = "Nothing was sent. Choose"
THANKS = "Thank you."


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(AT):
        yield


@pytest.fixture
def row(db):
    """A service that everybody may see, as the pages know it."""
    return published.service_by_code(entry().short)


@pytest.fixture
def public(row):
    return Client(headers={"host": "127.0.0.1"})


def body(response) -> str:
    return response.content.decode()


def send(public, row, at=AT, headers=None, **fields):
    """Send the form as a browser would, and return the page to which that leads."""
    given = {"wrong": ["number"], "text": "", "stamp": services.STAMPS.make(row.short)} | fields
    with clock.frozen(at):
        answer = public.post(f"/en/{row.short}/w", given, headers=headers)
        assert answer.status_code == 303
        return answer, public.get(answer.headers["Location"])


def test_the_page_of_a_service_leads_to_it_quietly(public, row):
    assert f'href="/en/{row.short}/w"' in body(public.get(f"/en/{row.short}"))

    shown = public.get(f"/en/{row.short}/w")

    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert 'autocomplete="off"' in body(shown)
    assert 'class="exit"' in body(shown)
    assert body(shown).count('type="checkbox"') == 7


def test_a_report_is_stored_and_thanked_for_without_identifying_data(public, row):
    answer, page = send(public, row, wrong=["number", "hours"], text="Nobody answers.")

    kept = Correction.objects.get()
    assert kept.facts == ["phone", "phone_hours", "visit_hours"]
    assert (kept.text, kept.language, kept.reporter) == ("Nobody answers.", "en", "public")
    assert THANKS in body(page)
    assert page.headers["Refresh"] == "1800"
    assert row.short not in answer.headers["Location"]
    assert "?" not in answer.headers["Location"]
    for response in (answer, page):
        assert [name for name in zones.REMOVED_HEADERS if name in response.headers] == []
        assert not response.cookies


def test_a_report_changes_nothing_that_the_public_sees(public, row):
    before = published.service_by_code(row.short)

    send(public, row)

    assert published.service_by_code(row.short) is before


@pytest.mark.parametrize(
    "text",
    ["Now at Rue Demo 5", "see maps.app.goo.gl/demo", "www.demo.example", "a@demo.example"],
)
def test_an_address_is_refused_unstored_and_what_was_typed_comes_back(public, row, text):
    answer, page = send(public, row, wrong=["hours", "other"], text=text)

    assert not Correction.objects.exists()
    assert UNSAFE in body(page)
    assert text in body(page)
    assert page.headers["Refresh"] == "1800"
    assert len(re.findall("<input[^>]+ checked>", body(page))) == 2
    assert "Demo" not in answer.headers["Location"]


def test_a_longer_text_is_refused_and_what_was_typed_comes_back(public, row):
    _, page = send(public, row, text="ы" * 1001)

    assert not Correction.objects.exists()
    assert UNSAFE in body(page)
    assert "ы" * 1001 in body(page)


@pytest.mark.parametrize(
    "fields", [{"wrong": []}, {"wrong": ["other"]}, {"wrong": ["moon"]}, {"stamp": "x"}]
)
def test_an_empty_report_shows_the_form_again(public, row, fields):
    _, page = send(public, row, **fields)

    assert not Correction.objects.exists()
    assert INCOMPLETE in body(page)


def test_a_form_open_for_a_day_must_be_sent_again(public, row):
    stamp = services.STAMPS.make(row.short)
    _, page = send(public, row, at=AT + timedelta(hours=24), stamp=stamp, text="Words")

    assert not Correction.objects.exists()
    assert INCOMPLETE in body(page)
    assert "Words" in body(page)


def test_the_stamp_of_another_service_is_worth_nothing(public, row):
    send(public, row, stamp=services.STAMPS.make("zzzzzz"))

    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ({}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://127.0.0.1"}, True),
        ({"origin": "https://elsewhere.example"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "same-site"}, False),
    ],
)
def test_only_a_page_of_ours_can_send_it(public, row, headers, is_kept):
    given = {"wrong": ["number"], "stamp": services.STAMPS.make(row.short)}

    answer = public.post(f"/en/{row.short}/w", given, headers=headers)

    assert answer.status_code == 303 or not is_kept
    assert Correction.objects.exists() == is_kept


def test_a_repeated_report_is_thanked_but_not_stored(public, row):
    for _ in range(2):
        _, page = send(public, row)

    assert THANKS in body(page)
    assert Correction.objects.count() == 1


@pytest.fixture
def limited(monkeypatch):
    """Two reports about one service, and four in all, in a minute from one address."""
    monkeypatch.setattr(services, "REPORTS_ABOUT_ONE", RateLimiter(max_requests=2))
    monkeypatch.setattr(services, "REPORTS", RateLimiter(max_requests=4))


def more(*codes):
    """Return other services that everybody may see, as the pages know them."""
    made = [entry(code, name=f"Demo {code}") for code in codes]
    published.forget()
    return [published.service_by_code(each.short) for each in made]


def report_from(address, row, *texts):
    """Send reports about a service from an address; return the status of each answer."""
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-for": address})
    given = {"wrong": ["number"], "stamp": services.STAMPS.make(row.short)}
    path = f"/en/{row.short}/w"
    return [client.post(path, {**given, "text": text}).status_code for text in texts]


def test_reports_about_one_service_are_limited_per_address_and_minute(row, limited):
    assert report_from("192.0.2.7", row, *"abc") == [303, 303, 429]
    assert Correction.objects.count() == 2
    with clock.frozen(AT + timedelta(minutes=1)):
        assert report_from("192.0.2.7", row, "c") == [303]


def test_the_report_limit_of_one_address_and_service_spares_others(row, limited):
    (other,) = more("o1")
    report_from("192.0.2.7", row, *"abc")

    assert report_from("192.0.2.7", other, "a") == [303]  # the same people, another service
    assert report_from("192.0.2.8", row, "d") == [303]  # others, the same service


def test_reports_are_limited_per_address_and_minute(row, limited):
    others = more("o1", "o2", "o3")

    assert report_from("192.0.2.7", row, *"ab") == [303, 303]
    assert [report_from("192.0.2.7", other, "a") for other in others] == [[303], [303], [429]]
    assert Correction.objects.count() == 4


def test_rate_limits_store_neither_address_nor_service(row, monkeypatch):
    limits = RateLimiter(max_requests=2)
    monkeypatch.setattr(services, "REPORTS_ABOUT_ONE", limits)

    report_from("192.0.2.7", row, "a")

    (kept,) = limits._counts
    assert len(kept) == 16
    assert not any(word.encode() in kept for word in ("192.0.2.7", row.short))
    assert "192.0.2.7" not in str(list(Correction.objects.order_by("pk").values()))


def test_a_service_that_is_not_there_cannot_be_reported(public, row):
    given = {"wrong": ["number"], "stamp": services.STAMPS.make("zzzzzz")}

    assert public.post("/en/zzzzzz/w", given).status_code == 404


def test_the_page_after_a_report_expires_after_half_an_hour(public, row):
    answer, _ = send(public, row)

    with clock.frozen(AT + timedelta(minutes=31)):
        assert public.get(answer.headers["Location"]).status_code == 410


@pytest.mark.parametrize("tag", ["ar", "ti", "de"])
def test_every_choice_is_in_the_language_of_the_page(public, row, tag):
    shown = body(public.get(f"/{tag}/{row.short}/w"))

    assert "The number does not work" not in shown
    assert re.search(rf'<html lang="{tag}"', shown)

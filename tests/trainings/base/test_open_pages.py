"""The frame of pages without an account: broken links and text direction."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.guards.test_open_pages import wrongs
from tests.vault.views.desk import words


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["own/cut", "own/", "send/cut", "nothing/at/all"])
@pytest.mark.parametrize(
    ("tag", "message"),
    [
        (
            "en",
            "Check that you copied the whole link:",
        ),
        ("fr", "112"),
    ],
)
def test_truncated_link_shows_an_error_page_in_the_language_of_its_address(rest, tag, message):
    answer = Client(headers={"host": "127.0.0.1"}).get(f"/trainings/{tag}/{rest}")

    assert answer.status_code == 404
    assert answer["Content-Language"] == tag
    assert answer["X-Robots-Tag"] == "noindex"
    assert message in words(answer)
    assert f'href="/trainings/{tag}/"' in answer.content.decode()
    assert wrongs(answer) == []


@pytest.mark.django_db
def test_unknown_language_redirects_to_the_browser_language():
    browser = Client(headers={"host": "127.0.0.1", "accept-language": "nl"})

    response = browser.get("/trainings/xx/own/cut")
    assert (response.status_code, response["Content-Language"]) == (404, "nl")


@pytest.mark.parametrize("tag", ["en", "fr", "nl", "ar"])
def test_text_after_an_address_reads_from_left_to_right(tag):
    with translation.override(tag):
        assert '<bdi dir="ltr">?titles=1</bdi>' in render_to_string("trainings/_titles.html")


@pytest.mark.parametrize("href", ["", "tel:+3228000000"])
def test_phone_number_is_not_wrapped(href):
    line = {"number": "+32 2 800 00 00", "href": href}

    shown = render_to_string("trainings/_call.html", {"line": line})
    assert 'class="call"' in shown
    assert '<bdi dir="ltr">+32 2 800 00 00</bdi>' in shown

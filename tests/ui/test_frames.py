import re

import pytest
from django import forms
from django.utils import translation

from protect.ui import assets
from tests.ui.conftest import URLS, desk, page

BARE = (
    '{% extends "ui/desk_bare.html" %}{% block title %}Sign in{% endblock %}'
    "{% block heading %}Sign in{% endblock %}"
)
CONFIRM = '{% extends "ui/desk_confirm.html" %}'
ERROR = '{% extends "ui/desk_error.html" %}'
KEYS = '{% extends "ui/desk_keys.html" %}'
ASKED = {"question": "End it?", "effects": ["Bela is signed out."], "verb": "End it", "back": "/b"}
FAILED = {
    "happened": "Changed",
    "more": "",
    "safe": "",
    "todo": "Look again.",
    "code": "",
    "back": "",
    "verb": "",
}


class NameForm(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("source", "found"),
    [(page(""), {}), (BARE, {}), (CONFIRM, ASKED), (ERROR, FAILED), (KEYS, {"switch": "/switch"})],
)
def test_no_page_has_anything_inline(draw, source, found):
    html = draw(source, **found)

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == [""]
    assert assets.DESK_CSS.name in html
    assert 'nonce="once"' in html


@pytest.mark.parametrize(("tag", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(draw, tag, direction):
    with translation.override(tag):
        html = " ".join(draw(page("")).split())

    assert f'<html lang="{tag}" dir="{direction}">' in html


def test_changing_buttons_post_with_a_csrf_token(draw):
    html = draw(page(""))

    for name in ("lock", "sign_out", "stay"):
        form = re.search(rf'<form[^>]*action="{URLS[name]}"[^>]*>.*?</form>', html, re.DOTALL)
        assert form
        assert 'method="post"' in form[0]
        assert "csrfmiddlewaretoken" in form[0]


def test_missing_address_is_not_rendered(draw):
    html = draw(page(""), desk=desk(urls={}, is_demo=False, organisation_name="", has_keys=False))

    for word in (
        "Lock now",
        "Sign out",
        "Security",
        "Demonstration",
        "data-idle",
        "data-keys",
        "<kbd",
    ):
        assert word not in html


def test_navigation_marks_the_current_page(draw):
    assert re.findall(r'href="(\S+)" aria-current="page"', draw(page(""))) == ["/", "/"]


def test_form_errors_are_in_the_title_and_above_the_heading(draw):
    html = draw(page("{% fields form %}"), form=NameForm({}))

    assert "<title>Error: People" in html
    assert html.index('class="mistakes"') < html.index("<h1")


def test_a_message_stays_in_the_page(draw):
    class Message:
        level_tag = "success"

        def __str__(self) -> str:
            return "Saved."

    html = draw(page(""), messages=[Message()])

    assert "notice--good" in html
    assert "<p>Saved.</p>" in html


def test_confirmation_lists_effects_and_a_link_back(draw):
    html = draw(CONFIRM, **ASKED, is_danger=True, undo="This cannot be undone.", form=NameForm())

    assert "Bela is signed out." in html
    assert "button--danger" in html
    assert 'href="/b"' in html
    assert "This cannot be undone." in html
    assert 'name="name"' in html


def test_error_page_shows_its_code_and_says_what_is_safe(draw):
    html = draw(
        ERROR,
        **{
            **FAILED,
            "safe": "Nothing is lost.",
            "code": "record_changed",
            "back": "/",
            "verb": "Go",
        },
    )

    for words in ("Changed", "Nothing is lost.", "Look again.", "<code>record_changed</code>"):
        assert words in html


@pytest.mark.parametrize(
    ("has_keys", "verb"), [(True, "Turn these keys off"), (False, "Turn these keys on")]
)
def test_single_keys_can_be_turned_off_and_on(draw, has_keys, verb):
    html = draw(KEYS, desk=desk(has_keys=has_keys), switch="/switch")

    assert verb in html
    assert ("data-keys" in html) == has_keys

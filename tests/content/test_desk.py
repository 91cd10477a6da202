"""What waits for a translator on the start page."""

import pytest
from django.utils import translation

from protect.content import desk
from protect.content.enums import ChangeClass
from protect.kernel import clock
from tests.content.editing import member, save

pytestmark = [pytest.mark.django_db, pytest.mark.urls("protect.site.urls.desk")]


def panels(scope, tag):
    with translation.override(tag):
        return list(desk.panels(scope, None, clock.now()))


def test_a_translator_sees_what_must_be_mended_in_their_language(page, amal):
    tiba = member("tiba", "translator")
    assert panels(tiba, "fr") == []
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    (panel,) = panels(tiba, "fr")

    assert panel["count"] == 1
    assert panel["rows"][0]["text"] == "Men and boys"
    assert panel["rows"][0]["group"] == "overdue"
    assert panel["rows"][0]["url"] == "/texts/men/fr"


def test_a_language_without_drafts_has_every_page_to_translate(page):
    (panel,) = panels(member("tiba", "translator"), "de")

    assert panel["count"] > len(panel["rows"]) == desk.MAX_PANEL_ROWS


@pytest.mark.parametrize(("role", "tag"), [("specialist", "fr"), ("translator", "en")])
def test_nothing_waits_for_others(page, amal, role, tag):
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    assert panels(member("dana", role), tag) == []

"""Which contacts of a service are links."""

import pytest

from protect.directory.enums import Freshness
from protect.findhelp.answers.contacts import link_views
from protect.matching.questions import Contact


@pytest.mark.parametrize(
    ("kind", "value", "is_link"),
    [
        ("website", "https://demo.example/help", True),
        ("website", "https://safe.example@evil.example/", False),
        ("website", "https://demo.example/\u202egpj", False),
        ("website", "javascript:alert(1)", False),
        ("email", "demo@demo.example", True),
        ("email", "demo@demo.example?bcc=evil@demo.example", False),
    ],
)
def test_only_what_leads_where_its_text_says_is_a_link(settings, kind, value, is_link):
    settings.IS_DEMO = False

    (view,) = link_views([Contact(kind, value, Freshness.FRESH)], "en")

    assert bool(view.href) is is_link

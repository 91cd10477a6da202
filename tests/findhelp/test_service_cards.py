import pytest
from django.template import Context

from protect.directory.enums import Freshness
from protect.findhelp.answers.cards import CardView, ReasonView
from protect.findhelp.answers.contacts import NumberView, link_views
from protect.findhelp.answers.names import NameView
from protect.findhelp.templatetags.service_cards import service_card
from protect.matching.questions import Contact
from protect.reference import vocabulary

HOSTILE = "<b>\"&'"
NUMBER = NumberView(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
FIELDS = {
    "code": "zzzzzz",
    **dict.fromkeys(("heading", "kinds", "where", "language_window"), HOSTILE),
    **dict.fromkeys(("now", "week"), HOSTILE),
    **dict.fromkeys(("asks", "caution", "failing", "fresh"), HOSTILE),
    "names": (NameView(HOSTILE, HOSTILE),),
    "is_open": True,
    "numbers": (NUMBER, NUMBER._replace(href="")),
    "links": (),
    "address": "",
    "place_now": "",
    "reasons": (ReasonView(HOSTILE, "yes"),),
    "fits": True,
}


def drawn(**changed) -> str:
    context = Context({"language": vocabulary.languages()["en"]})
    return service_card(context, CardView(**FIELDS | changed), is_compact=False)


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 13 + 4 + 3),
        ({"numbers": (), "links": (NUMBER,)}, 13 + 3),
        ({"numbers": (), "links": (), "address": HOSTILE}, 13 + 1),
        ({"address": HOSTILE, "place_now": HOSTILE}, 13 + 4 + 3 + 2),
    ],
)
@pytest.mark.urls("protect.site.urls.public")
def test_no_text_of_a_card_becomes_markup(changed, count):
    html = drawn(**changed)

    assert "<b>" not in html
    assert html.count("&lt;b&gt;&quot;&amp;&#x27;") == count


def test_only_addresses_of_mail_and_the_web_become_links(settings):
    settings.IS_DEMO = False
    contacts = [
        Contact("email", "info@demo.example", Freshness.UNVERIFIED),
        Contact("website", "https://demo.example/", Freshness.UNVERIFIED),
        Contact("website", "javascript:alert(1)", Freshness.UNVERIFIED),
    ]

    assert [(view.text, view.href, view.note) for view in link_views(contacts, "en")] == [
        ("info@demo.example", "mailto:info@demo.example", "Answers later"),
        ("demo.example", "https://demo.example/", ""),
        ("javascript:alert(1)", "", ""),
    ]
    settings.IS_DEMO = True
    assert not any(view.href for view in link_views(contacts, "en"))


@pytest.mark.urls("protect.site.urls.public")
def test_a_card_has_a_label_only_if_checked_facts_confirm_that_it_fits():
    assert ">Fits</span>" in drawn()
    assert 'class="tag' not in drawn(fits=False)


@pytest.mark.urls("protect.site.urls.public")
def test_a_card_whose_condition_is_not_met_is_marked_for_its_style():
    assert "card--unfit" in drawn()
    assert "card--unfit" not in drawn(failing="")


@pytest.mark.urls("protect.site.urls.public")
def test_a_card_without_contacts_says_that_no_number_was_checked():
    assert "No checked number" in drawn(numbers=(), links=())
    assert "No checked number" not in drawn(numbers=(), links=(NUMBER,))
    assert "No telephone number known" in drawn(numbers=(), links=(), has_phone=False)

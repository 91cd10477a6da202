"""The page about the police of a country, and the calm line that leads to it."""

import pytest

from protect.findhelp import addresses
from protect.findhelp.answers import country_lines
from protect.findhelp.answers.names import SEXUAL_VIOLENCE
from protect.matching import published
from protect.reference import country_facts, vocabulary
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db
LINE = "Police may come and ask for papers."


def read(public, path):
    reply = public.get(path)
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.parametrize("country", vocabulary.countries())
def test_each_country_has_a_page_with_what_is_known(public, country):
    text = read(public, f"/en/{addresses.police_in(country).code}")
    lines = country_lines.lines_about_police(country, TUESDAY.date())

    assert lines.facts
    assert text.count("Not checked yet") == 1
    assert text.count(LINE) == 1
    assert f"{addresses.anywhere_in(country).code}-" in text  # whom to ask before


@pytest.mark.parametrize("need", ["kq", "xk", "tq"])
def test_the_answers_say_it_once_and_calmly_at_the_end(public, need):
    text = read(public, f"/en/{addresses.anywhere_in('BE').code}-{need}")

    assert text.count(LINE) == 1
    assert text.index(LINE) > text.index('<article class="card')
    assert addresses.police_in("BE").code in text[text.index(LINE) :]


def test_without_a_country_there_is_no_link():
    assert country_facts.public_facts("BE", "police")
    assert addresses.police_in("BE").code != addresses.police_in("MT").code


def test_a_number_for_text_messages_is_shown_as_the_country_writes_it(public):
    assert '<b><bdi dir="ltr">7977 0112</bdi></b>' in read(
        public, f"/en/{addresses.police_in('MT').code}"
    )


@pytest.mark.parametrize("country", vocabulary.countries())
def test_a_number_that_the_text_has_is_not_repeated(country):
    for fact in country_lines.lines_about_police(country, TUESDAY.date()).facts:
        assert not fact.number or fact.number not in fact.text
        assert "112" not in fact.number.replace(" ", "")[:3]


def test_each_source_is_named_once_in_a_folded_list(public):
    lines = country_lines.lines_about_police("ES", TUESDAY.date())
    text = read(public, f"/en/{addresses.police_in('ES').code}")
    fold = text[text.index("<summary>Sources</summary>") :]

    assert len(lines.sources) < len(lines.facts)
    assert fold.count('<span lang="en" dir="ltr">') == len(lines.sources)
    assert "May have changed" in fold


def test_live_pages_show_no_unconfirmed_fact(settings):
    settings.IS_DEMO = False

    assert country_lines.lines_about_police("BE", TUESDAY.date()).facts == ()


@pytest.mark.parametrize("country", ["BE", "NL"])
def test_a_service_of_another_country_leads_to_the_pages_of_its_own(public, code, country):
    place = code("Liège", "BE")
    row = next(
        row
        for row in published.rows()
        if row.country == country and row.categories & SEXUAL_VIOLENCE
    )
    shown = read(public, f"/en/{place}-gk/{row.short}")

    kept = f"{place}/" if country == "BE" else ""
    for page in (addresses.police_in(country), addresses.first_hours_in(country)):
        assert f'href="/en/{kept}{page.code}"' in shown
        read(public, f"/en/{kept}{page.code}")

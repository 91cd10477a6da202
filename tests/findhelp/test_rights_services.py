"""Services, addresses of offices and what is not known, on pages about rights."""

import re

import pytest

from protect.audit.context import AuditContext
from protect.content.releases import actions
from protect.findhelp import addresses
from protect.kernel import clock
from protect.reference import country_facts, vocabulary
from tests.findhelp.test_first_hours import read

pytestmark = pytest.mark.django_db
GAP_IN_CENTRES = "We do not know yet where to complain about staff of a reception centre."


@pytest.fixture(autouse=True)
def _released(starter):
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["en", "ar", "so"], audit)


def page_at(town, country, page, tag="en"):
    spot = addresses.spot_named(town, country, tag)
    return f"/{tag}/{spot.code}/{addresses.rights_in(country, page).code}"


@pytest.mark.parametrize(
    ("town", "country", "page", "service", "number"),
    [
        ("Msida", "MT", "fgm", "Migrant Health Liaison Office", "2557 6188"),
        ("Dublin", "IE", "trafficking", "Ruhama", "(01) 836 0292"),
        ("Dublin", "IE", "forced-marriage", "AkiDwA", "akidwa"),
        ("Kraków", "PL", "family", "Caritas", "12 425 81 70"),
    ],
)
def test_a_page_that_says_whom_to_tell_shows_whom_to_call(town, country, page, service, number):
    main = read(page_at(town, country, page)).split("<main")[1]

    assert service in main
    assert number in main


def test_numbers_that_no_service_answers_in_the_readers_language_have_the_interpreter_sentence():
    main = read(page_at("Msida", "MT", "fgm", "so")).split("<main")[1]

    assert "I speak Somali. I need an interpreter." in main
    assert main.index("2557") < main.index("I speak Somali")
    assert "I need an interpreter" not in read(page_at("Msida", "MT", "fgm"))
    assert "I need an interpreter" not in read(page_at("Msida", "MT", "rights", "so"))


@pytest.mark.parametrize(("town", "country"), [("Msida", "MT"), ("Kraków", "PL")])
def test_the_page_about_cutting_has_the_line_for_children(town, country):
    assert ">116" in re.sub(r"</?bdi[^>]*>", "", read(page_at(town, country, "fgm")))


@pytest.mark.parametrize("need", ["gk", "rx"])
def test_answers_have_the_interpreter_sentence_beside_a_line_that_speaks_only_at_some_hours(need):
    spot = addresses.spot_named("Msida", "MT", "so")

    assert "I speak Somali. I need an interpreter." in read(f"/so/{spot.code}-{need}")


def test_help_for_a_child_leads_a_parent_on_and_speaks_of_rape_after_the_numbers():
    spot = addresses.spot_named("Msida", "MT", "en")
    main = read(f"/en/{spot.code}-xk").split("<main")[1]

    number, second = (match.start() for match in [*re.finditer('class="card[ "]', main)][:2])
    assert number < main.index("I am helping someone") < second
    assert main.index("Medicine against HIV") > main.index("116")


def test_a_helper_reads_the_duties_about_children_where_none_is_known_about_adults():
    spot = addresses.spot_named("Msida", "MT", "en")
    text = read(f"/en/{spot.code}-fp")

    assert "Other people have a moral duty to report to the child protection director" in text
    assert re.search(r"18\+.{0,80}We do not know this for this country yet", text, re.DOTALL)


def test_a_complaint_to_the_police_has_no_number_and_says_who_reads_it():
    text = read(page_at("Msida", "MT", "helper-hurt-me"))

    assert "2122" not in text
    assert "goes to the police itself, not to an independent office" in text
    assert "AWAS is the state agency that runs housing" in text


def test_the_page_is_kept_until_a_service_opens_or_closes(public):
    reply = public.get(page_at("Kraków", "PL", "family"))

    assert int(reply.headers["Protect-Valid-Until"]) > clock.now().timestamp()


def test_a_person_who_cannot_speak_is_shown_no_number_to_call(public):
    spot = addresses.spot_named("Kraków", "PL", "en")
    page = addresses.rights_in("PL", "family")
    text = read(f"/en/{spot.code}/q/{page.code}")

    assert "12 425 81 70" not in text


def test_a_page_for_no_country_shows_no_services(public):
    text = read(f"/en/{addresses.rights_in(None, 'trafficking').code}")

    assert '<article class="card' not in text


def test_an_office_to_complain_to_has_its_address(public):
    text = read(page_at("Msida", "MT", "helper-hurt-me", "ar"))

    assert "weareallin<wbr>.<wbr>iom" in text or "weareallin.<wbr>iom.<wbr>int" in text
    assert "inspector@<wbr>unhcr.<wbr>org" in text


def test_gap_facts_are_shown_without_confirmation(public, settings):
    page = page_at("Msida", "MT", "helper-hurt-me")
    assert GAP_IN_CENTRES in read(page)

    settings.IS_DEMO = False
    gaps = [fact for fact in country_facts.public_facts("MT", "misconduct") if fact.is_gap]
    assert [fact.text.partition(". ")[0] + "." for fact in gaps] == [GAP_IN_CENTRES]


def test_a_gap_fact_has_no_source_and_no_value():
    facts = [fact for code in vocabulary.countries() for fact in country_facts.load_facts(code)]
    gaps = [fact for fact in facts if fact.is_gap]

    assert gaps
    assert {(fact.value, fact.status) for fact in gaps} == {("", "unconfirmed")}

"""The page “If it just happened”, and its sentences on the answers, for helpers and on paper."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.html import strip_tags

from protect.content.drafts.urgent_pages import urgent_page
from protect.content.enums import ReferenceKind
from protect.findhelp import access, addresses
from protect.findhelp.answers import country_lines, first_hours, page_blocks
from protect.findhelp.answers.country_lines import CountryLines
from protect.findhelp.answers.page_blocks import Number
from protect.findhelp.paper import leaflets
from protect.findhelp.posters import papers
from protect.kernel import clock
from protect.matching import published
from protect.reference import catalogue, country_facts, vocabulary
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db
NEEDS = {code: need.short for code, need in vocabulary.needs().items() if need.public}
ANY_TIME = (
    "Medical care helps at any time, also weeks later: "
    "with injuries, infections, a pregnancy or bad sleep."
)
ANY_TIME_OF_MEN = ANY_TIME.replace(", a pregnancy or bad sleep", " or bad sleep")
NECK_PART = "If your neck was pressed"
GO_NOW = "After rape, get medical care now."
HIV, PILL = "Medicine against HIV: within", "A pill against pregnancy: within"
NO_CENTRE = "We know no centre near you where you get care after rape."
HOSPITAL = "Go to the emergency department of a hospital."


def read(path):
    with clock.frozen(TUESDAY):
        reply = Client(headers={"host": "127.0.0.1"}).get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def forget_translations():
    catalogue._translations_without_fallback.cache_clear()
    catalogue._translate.cache_clear()


def facts_of(page):
    """Return the facts of the blocks of a page."""
    return [block.lines for block in page.blocks if block.kind == ReferenceKind.FACTS]


def numbers_of(page):
    """Return the numbers within the texts of a page."""
    passages = [passage for block in page.blocks for passage in block.passages]
    return [part for each in passages for part in each.parts if isinstance(part, Number)]


def page_of(country, tag="en"):
    return f"/{tag}/{addresses.first_hours_in(country).code}"


@pytest.mark.parametrize("need", ["hurt-now", "doctor", "talk", "child"])
@pytest.mark.parametrize("country", ["BE", "MT"])
def test_the_answers_say_what_is_urgent_and_lead_to_the_page(starter, need, country):
    text = read(f"/en/{addresses.anywhere_in(country).code}-{NEEDS[need]}")

    assert ANY_TIME in text
    assert "72" in text
    assert "120" in text
    assert page_of(country) in text


def test_the_page_of_a_town_keeps_the_town_and_belongs_to_its_country(starter, code):
    town, page = code("Liège", "BE"), addresses.first_hours_in("BE").code
    assert f"/en/{town}/{page}" in read(f"/en/{town}-{NEEDS['doctor']}")
    assert f"/en/{town}/q/{page}" in read(f"/en/{town}-{NEEDS['doctor']}/q")

    shown = read(f"/en/{town}/q/{page}")

    assert f"/en/{town}-{NEEDS['doctor']}/q" in shown
    assert f"/en/{town}/q/{addresses.police_in('BE').code}" in shown
    client = Client(headers={"host": "127.0.0.1"})
    for other in (addresses.police_in("FR"), addresses.TIPS, addresses.country_spot("BE")):
        assert client.get(f"/en/{town}/{other.code}").status_code == 404


@pytest.mark.parametrize(("answer", "is_said"), [("days3", True), ("longer", False), ("", True)])
def test_no_medicine_is_shown_weeks_after_the_event(public, code, answer, is_said):
    address = f"/en/{code('Liège', 'BE')}-{NEEDS['doctor']}"

    reply = public.get(
        public.post(address, {"happened": answer, "gender": "f"}).headers["Location"]
    )

    assert ANY_TIME in reply.content.decode()
    assert (GO_NOW in reply.content.decode()) == is_said
    assert (NECK_PART in reply.content.decode()) == is_said


@pytest.mark.parametrize("gender", ["", "f", "m", "x"])
@pytest.mark.parametrize("happened", ["", "today", "days3", "days5", "longer"])
def test_the_box_says_what_can_still_help_this_person(public, code, gender, happened):
    said = {"gender": gender, "happened": happened, "language": "en"}
    address = f"/en/{code('Liège', 'BE')}-{NEEDS['doctor']}"
    page = public.get(public.post(address, said).headers["Location"]).content.decode()
    (box,) = re.findall(
        r'<div class="notice">(?:(?!<div class="notice">).)*?</ul>', page, re.DOTALL
    )
    first = re.search(r"<li>(.*?)</li>", box, re.DOTALL)[1]

    is_in_time = happened != "longer"
    assert (HIV in box, PILL in box) == (is_in_time, is_in_time and gender != "m")
    assert (GO_NOW in box) == is_in_time
    assert ("hours have passed, go all the same." in box) == is_in_time
    assert (NECK_PART in box) == (happened != "longer")
    any_time = ANY_TIME_OF_MEN if gender == "m" else ANY_TIME
    assert box.count("Medical care helps at any time") == box.count(any_time) == 1
    assert (any_time in first) == (happened == "longer")


@pytest.mark.parametrize("gender", [None, "f", "m", "x"])
def test_the_limits_of_medicines_are_shown_until_the_time_of_the_last_has_passed(gender):
    for hours in (None, *range(200)):
        passed, urgency = hours or 0, first_hours.find_urgency(gender, hours)

        assert urgency.hiv == (72 if passed <= 120 else None), hours
        assert urgency.pill == (120 if passed <= 120 and gender != "m" else None), hours
        assert urgency.is_long_ago == (passed > 120), hours


def test_a_man_who_may_be_trans_sees_the_pill():
    assert first_hours.find_urgency("m", 24).pill is None
    assert first_hours.find_urgency("m", 24, may_be_trans=True).pill == 120


def test_the_urgent_box_is_below_the_first_answers_of_its_needs(public, code):
    liege = code("Liège", "BE")
    for need, cards_before in (("talk", 5), ("doctor", 1), ("hurt-now", 1), ("child", 3)):
        page = read(f"/en/{liege}-{NEEDS[need]}")
        assert page[: page.index(ANY_TIME)].count("<article") == cards_before, need


def test_nothing_in_the_box_is_folded(public, code):
    page = read(f"/en/{code('Rijeka', 'HR')}-{NEEDS['doctor']}")
    box = page[page.index(NECK_PART) :].split("</ul>")[0]

    assert "You can say no to any examination." in box
    assert "hospital staff must call the police" in box  # else the police come by surprise
    assert "<details" not in box


def test_the_link_to_the_page_comes_last_when_it_happened_long_ago(public, code):
    address = f"/en/{code('Liège', 'BE')}-{NEEDS['doctor']}"
    link = ">If it just happened</a>"
    assert (now := public.get(address).content.decode()).index(link) < now.index(NECK_PART)

    sealed = public.post(address, {"happened": "longer"}).headers["Location"]
    later = public.get(sealed).content.decode()

    assert later.index(link) > later.index(ANY_TIME)


@pytest.mark.parametrize("need", ["hurt-now", "doctor"])
def test_a_pressed_neck_is_the_first_sentence_of_the_answers(public, code, need):
    text = read(f"/hu/{code('Budapest', 'HU')}-{NEEDS[need]}")

    neck, later = (
        page_blocks.urgent_text("first-hours", key, "hu", "HU").parts[0]
        for key in ("neck", "any_time")
    )
    assert text.index(neck) < text.index("72") < text.index(later)


@pytest.mark.parametrize("need", ["hurt-now", "doctor", "talk"])
@pytest.mark.parametrize(
    ("town", "country", "sign"),
    [("Liège", "BE", ""), ("Łódź", "PL", "Szpitalny Oddział Ratunkowy (SOR)")],
)
def test_a_hospital_is_named_where_no_centre_is_among_the_answers(
    public, code, town, country, sign, need
):
    text = read(f"/en/{code(town, country)}-{NEEDS[need]}")

    assert text.count(NO_CENTRE) == bool(sign and need != "talk")
    assert text.count(HOSPITAL) == bool(sign)
    assert not sign or re.search(rf'<bdi lang="pl"\s+dir="ltr">{re.escape(sign)}</bdi>', text)


@pytest.mark.parametrize("page", ["first_hours", "helper"])
def test_pages_of_a_town_name_the_nearest_centre_or_say_that_none_is_known(starter, code, page):
    def page_at(town, country):
        need = NEEDS["helping"]
        spot = addresses.first_hours_in(country).code
        place = code(town, country)
        return read(f"/en/{place}-{need}" if page == "helper" else f"/en/{place}/{spot}")

    liege, lodz = page_at("Liège", "BE"), page_at("Łódź", "PL")

    assert "04 284 35 11" in liege
    assert NO_CENTRE not in liege + read(page_of("PL"))
    assert HOSPITAL not in liege
    assert lodz.count(NO_CENTRE) == lodz.count(HOSPITAL) == 1


def test_a_man_reads_nothing_of_pregnancy_on_the_page(public, code):
    liege, page = code("Liège", "BE"), addresses.first_hours_in("BE").code
    sealed = public.post(f"/en/{liege}-{NEEDS['doctor']}", {"gender": "m"}).headers["Location"]
    text = public.get(f"{sealed}/{page}").content.decode().lower()

    assert text.count("pregnan") == 1  # a need that leads to answers
    assert "woman or girl" not in text


@pytest.mark.parametrize("need", ["hurt-now", "doctor"])
def test_the_hospital_is_directly_below_the_first_answer_of_a_man_in_lodz(public, code, need):
    address = f"/uk/{code('Łódź', 'PL')}-{NEEDS[need]}"
    said = {"gender": "m", "happened": "days5"}
    page = public.get(public.post(address, said).headers["Location"]).content.decode()
    hospital = catalogue.translation_with_language(HOSPITAL, "uk")[0]

    before = page[: page.index(hospital)]

    assert before.count("<article") == 1
    assert len(before.partition("</article>")[2]) < 600  # the icon and the sentence before it


@pytest.mark.parametrize("need", ["law-papers", "safe-place"])
def test_results_of_other_needs_have_no_urgent_box(starter, need):
    assert ANY_TIME not in read(f"/en/{addresses.anywhere_in('BE').code}-{NEEDS[need]}")


def test_helper_page_and_centre_page_link_to_the_first_hours(starter):
    centre = next(row for row in published.rows() if "sexual-violence-centre" in row.categories)

    assert page_of(centre.country) in read(f"/en/{centre.short}")
    assert page_of(None) in read(f"/en/{addresses.HELPER.code}")


@pytest.mark.parametrize("country", vocabulary.countries())
def test_the_page_has_the_limits_with_their_sources_and_the_facts_of_the_country(country):
    text = read(page_of(country))
    page = page_blocks.block_page(urgent_page("first-hours", "en"), country, TUESDAY.date())
    limits = [country_facts.limit(key).value for key in country_facts.LIMIT_KEYS]

    assert limits == ["72", "120", "72"]
    assert [lines.facts for lines in facts_of(page)]
    assert text.count("Not checked yet") == 3 + 1  # of each limit, and of all facts
    assert text.count('<span lang="en"') == len(page.sources)  # each source once
    assert "conflict" not in text.lower()


def test_live_pages_show_limits_but_no_unconfirmed_facts_of_a_country(settings):
    settings.IS_DEMO = False
    country_facts.load_facts.cache_clear()

    page = page_blocks.block_page(urgent_page("first-hours", "en"), "BE", TUESDAY.date())

    assert [lines.facts for lines in facts_of(page)] == [()]
    assert "72" in [part.text for part in numbers_of(page)]


@pytest.mark.parametrize("tag", [t for t in vocabulary.published_languages("demo") if t != "en"])
def test_facts_are_said_in_the_language_of_the_reader(tag):
    facts = country_lines.lines_about_first_hours("GR", TUESDAY.date()).facts
    text = read(page_of("GR", tag))

    assert len(facts) > 5
    assert [fact.text for fact in facts if fact.text in text] == []


def test_a_fact_without_a_translation_is_marked_as_english(monkeypatch):
    line = country_lines.lines_about_first_hours("GR", TUESDAY.date()).facts[0]
    new = CountryLines((line._replace(text="Demo: a fact of today."),))
    monkeypatch.setattr(country_lines, "lines_about_first_hours", lambda *_, **_options: new)

    assert '<span lang="en" dir="ltr">Demo: a fact of today.</span>' in read(page_of("GR", "ar"))


def test_a_fact_for_some_people_says_for_whom():
    lines = country_lines.lines_about_first_hours("IE", TUESDAY.date()).facts
    whom = {line.text: (str(line.whom), line.ages) for line in lines}
    text = read(page_of("IE"))

    assert whom["My Options gives free information about pregnancy and abortion."][0] in text
    (child,) = [line for line in lines if line.ages == "0–17"]
    assert "Age: <bdi>0–17</bdi></small>" in text[: text.index(child.text[:30])]
    assert {each for each in whom.values() if each[0]} == {("Woman or girl", ""), ("Age", "0–17")}


@pytest.mark.parametrize("tag", ["en", "ar", "ti"])
@pytest.mark.parametrize(("need", "is_printed"), [("doctor", True), ("law-papers", False)])
def test_a_list_on_paper_begins_with_the_sentences_of_the_page(starter, tag, need, is_printed):
    search = access.get_search(addresses.anywhere_in("BE").code, NEEDS[need])
    at = TUESDAY
    cautions = papers.build_poster(search, papers.poster_answers(search, tag, at), tag, at).cautions
    page = strip_tags(read(f"/{leaflets.printed_language(tag)}/{search.spot.code}-{NEEDS[need]}"))
    shown = " ".join(page.split())

    isolates = dict.fromkeys(map(ord, "\u2066\u2068\u2069"))
    plain = [unescape(text.translate(isolates)) for text in cautions]

    assert (any("72" in text for text in plain)) is is_printed
    assert not is_printed or all(text in unescape(shown) for text in plain[:6])


def test_a_helper_reads_first_what_to_do_in_danger_and_may_call_a_line(public, code):
    liege = code("Liège", "BE")
    text = read(f"/en/{liege}-{NEEDS['helping']}/q")

    danger = text.index("If you hear or see violence now, call <bdi")
    assert danger < text.index("the person decides") < text.index(NECK_PART)
    assert text.index("“I believe you.”") < text.index(NECK_PART) < text.index("What not to do")
    assert "Helplines also advise people who help." in text
    assert "Do not call the police" not in text
    assert f'href="/en/{liege}/q"' in text
    assert text.count(f'href="/en/{liege}-{NEEDS["talk"]}/q"') == 2  # for herself, for the other


def test_damaged_translations_of_facts_leave_the_page_with_its_numbers(tmp_path, settings):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    whole = settings.FACTS_LOCALE_PATH / "fr" / "LC_MESSAGES" / "django.mo"
    (folder / "django.mo").write_bytes(whole.read_bytes()[:5000])
    settings.FACTS_LOCALE_PATH = tmp_path
    forget_translations()
    try:
        text = read(page_of("GR", "fr"))
    finally:
        forget_translations()

    assert "Si c’est arrivé récemment" in text
    assert "112" in text
    assert '<span lang="en"' in text


def test_without_a_country_the_page_says_what_holds_everywhere():
    text = read(page_of(None))

    assert "In this country" not in text
    assert "120" in text


def test_a_visitor_who_cannot_speak_stays_so_on_the_way_through_the_page():
    quiet = f"{page_of('BE')}/q"

    assert quiet in read(f"/en/{addresses.anywhere_in('BE').code}-{NEEDS['talk']}/q")
    assert f"{addresses.anywhere_in('BE').code}-{NEEDS['talk']}/q" in read(quiet)


@pytest.mark.parametrize(("gender", "may_be_pregnant"), [("m", False), ("f", True)])
def test_the_page_about_the_first_hours_keeps_stated_details(public, code, gender, may_be_pregnant):
    address = f"/en/{code('Liège', 'BE')}-{NEEDS['doctor']}"
    said = {"gender": gender, "happened": "days3", "age": "27", "language": "en"}
    refined = public.post(address, said).headers["Location"]
    answers_page = public.get(refined).content.decode()
    page_code = addresses.first_hours_in("BE").code
    assert f'href="{refined}/{page_code}"' in answers_page

    response = public.get(f"{refined}/{page_code}")
    page = response.content.decode()

    assert response.headers["Refresh"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert ("You are pregnant" in page, "A pill against pregnancy" in page) == (
        may_be_pregnant,
    ) * 2
    assert f'<a class="back" href="{refined}">' in page
    onward = re.search(r'<ul class="choices">\s*<li><a href="([^"]+)"', page)[1]
    assert onward.startswith("/en/r/")
    assert 'name="age" value="27"' in public.get(onward).content.decode()


def test_the_police_page_of_refined_answers_leads_back_to_them(public, code):
    address = f"/en/{code('Liège', 'BE')}-{NEEDS['doctor']}"
    refined = public.post(address, {"gender": "f", "quiet": "on"}).headers["Location"]

    page = public.get(f"{refined}/{addresses.police_in('BE').code}").content.decode()

    assert f'<a class="back" href="{refined}">' in page
    assert public.get(f"{refined}/{addresses.police_in('FR').code}").status_code == 404


def test_visitors_sent_to_a_hospital_see_the_interpreter_sentence(public, code):
    text = read(f"/ar/{code('Patras', 'GR')}-{NEEDS['hurt-now']}")

    assert catalogue.translation_with_language(NO_CENTRE, "ar")[0] in text
    assert '<p class="to-show"' in text


def test_beside_danger_a_link_leads_to_a_safe_place(public, code):
    liege = code("Liège", "BE")
    link = f'<a href="/en/{liege}-{NEEDS["safe-place"]}">A safe place: Somewhere to sleep tonight'

    assert link in read(f"/en/{liege}-{NEEDS['hurt-now']}")
    assert link not in read(f"/en/{liege}-{NEEDS['doctor']}")

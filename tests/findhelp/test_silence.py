"""Answers for a visitor who cannot speak: what can be written to now, and what to call later."""

import re
from datetime import datetime
from uuid import UUID

import pytest

from protect.directory.enums import Mode
from protect.directory.hours import State, StateUntil
from protect.findhelp import addresses
from protect.findhelp.answers import silence
from protect.findhelp.answers.contacts import breakable
from protect.kernel import clock
from protect.kernel.ids import short_code, stable_uuid
from protect.matching import published
from protect.matching.questions import Question, Reason, Wishes
from tests.findhelp.paper.demo import answers, found, service

NIGHT = datetime.fromisoformat("2026-11-30T22:07+00:00")  # a Monday
MORNING = datetime.fromisoformat("2026-12-01T10:30+00:00")
NOT_SURE = "No service below is sure to answer in writing now."
NO_SERVICE = "We know of no service here that fits."
LATER = "When you can speak"
TEXT_LINE = "50808"
DEAF_NUMBER = "087 959 7980"


def page(public, address):
    return public.get(address).content.decode()


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[⁦-⁩]", "", html))


def cards(html):
    """Return the cards above the telephone line for later."""
    return [text(each) for each in html.split(LATER)[0].split('<article class="card')[1:]]


def service_code(source_id):
    return short_code("service", str(stable_uuid("service", "starter", source_id)))


@pytest.mark.parametrize(("at", "is_sure"), [(NIGHT, False), (MORNING, True)])
def test_the_page_says_if_no_service_is_known_to_answer_in_writing(public, code, at, is_sure):
    with clock.frozen(at):
        html = page(public, f"/en/{code('Brussels', 'BE')}-tq/q")

    (chat,) = [card for card in cards(html) if "ecouteviolencesconjugales.be" in card]
    assert (NOT_SURE in html) is not is_sure
    assert ("Chat · Open now, until 19:00" if is_sure else "Chat · Opens Tuesday 09:00") in chat


@pytest.mark.parametrize("need", ["gk", "kq"])
def test_services_that_answer_in_writing_now_come_second(public, need):
    with clock.frozen(NIGHT):
        shown = cards(page(public, f"/en/{addresses.anywhere_in('IE').code}-{need}/q"))

    assert ["50808" in card for card in shown[:2]] == [False, True]
    of_a_town = [
        index for index, card in enumerate(shown) if re.search("Cork|Wexford|Dundalk", card)
    ]
    national_chat = next(i for i, card in enumerate(shown) if "womensaid.ie" in card)
    assert of_a_town
    assert all(national_chat < index for index in of_a_town)


def test_open_lines_of_other_towns_come_after_closed_local_ones(monkeypatch):
    here = [found(service(id=UUID(int=n), short=f"demo{n}")) for n in (1, 2)]
    here = [each._replace(mode=Mode.CHAT, open=StateUntil(State.CLOSED, None)) for each in here]
    away = found(service(id=UUID(int=3), short="demo3", points=()))
    away = away._replace(mode=Mode.CHAT, reasons=(Reason("area_unknown"),))
    monkeypatch.setattr(published, "match", lambda asked: answers(away, *here))
    asked = Question(("talk",), at=MORNING, wishes=Wishes(cannot_speak=True))

    shown = silence.match_in_writing(asked).answers

    assert [each.row.short for each in shown] == ["demo1", "demo2", "demo3"]


@pytest.mark.parametrize(
    ("tag", "first"), [("bg", "116111.bg"), ("uk", "help@redcross.bg"), ("ru", "help@redcross.bg")]
)
def test_a_line_for_unstated_papers_is_first_only_if_it_speaks_the_visitors_language(
    public, code, tag, first
):
    with clock.frozen(NIGHT):
        first_card, *_others = cards(page(public, f"/{tag}/{code('Plovdiv', 'BG')}-gk/q"))

    assert first in first_card


def test_the_hours_of_a_chat_are_shown_and_no_number_that_is_for_deaf_people_only(public, code):
    with clock.frozen(NIGHT):
        html = page(public, f"/en/{code('Dublin', 'IE')}-gk/q")

    (chat,) = [card for card in cards(html) if "womensaid.ie" in card]
    assert "Chat · Opens Tuesday 10:00" in chat
    assert DEAF_NUMBER not in html


@pytest.mark.parametrize(("at", "is_shown"), [(NIGHT, True), (MORNING, False)])
@pytest.mark.parametrize("need", ["kq", "tq"])
def test_services_to_talk_to_are_added_if_none_for_the_need_answers_now(
    public, code, need, at, is_shown
):
    with clock.frozen(at):
        html = page(public, f"/en/{code('Dublin', 'IE')}-{need}/q")

    found = [index for index, card in enumerate(cards(html)) if TEXT_LINE in card]
    assert found == [1] * is_shown
    assert NOT_SURE not in html


@pytest.mark.parametrize("need", ["kq", "tq"])
@pytest.mark.parametrize(("age", "is_shown"), [("", True), ("15", True), ("30", False)])
def test_a_chat_for_children_is_shown_unless_the_visitor_is_an_adult(
    public, code, need, age, is_shown
):
    search = f"/en/{code('Plovdiv', 'BG')}-{need}"
    with clock.frozen(NIGHT):
        refined = public.post(search, {"quiet": "on", "age": age}).headers["Location"]
        shown = page(public, refined if age else f"{search}/q").split("<details")[0]

    (*_others, last) = cards(shown.split("Face to face")[0]) or [""]
    assert ("116111.bg Chat" in last) is is_shown
    assert ("Age: 0–17" in last) is is_shown
    assert (NO_SERVICE in shown) is (need == "tq" and not is_shown)  # else a hospital to go to
    assert "Temporary protection" not in shown


def test_a_hospital_without_written_contact_is_listed_separately(public, code):
    with clock.frozen(NIGHT):
        html = page(public, f"/en/{code('Dublin', 'IE')}-kq/q")

    written, to_go_to = html.split(LATER)[0].split("Face to face")
    assert "Rotunda Hospital" not in written
    assert "Rotunda Hospital" in to_go_to
    assert "hse.ie" not in html


def test_in_danger_the_lines_for_later_are_for_sexual_violence_and_for_violence_at_home(
    public, code
):
    later = page(public, f"/en/{code('Dublin', 'IE')}-kq/q").split(LATER)[1].split("<details")[0]

    assert re.findall(r"1800 \d{3} \d{3}", text(later)) == ["1800 778 888", "1800 341 900"]


def test_a_number_for_deaf_people_says_so_where_calls_are_shown(public, code):
    html = page(public, f"/en/{service_code('ie-001')}")

    assert re.search(rf"{DEAF_NUMBER} ?Text message ?Says it is for: Disability", text(html))


def test_a_child_who_cannot_speak_is_shown_the_chat_for_children_and_no_padding(public, code):
    with clock.frozen(NIGHT):
        html = page(public, f"/en/{code('Plovdiv', 'BG')}-xk/q")

    (chat,) = cards(html)
    assert "116111.bg" in chat
    assert "Phone lines for the whole country" not in html
    assert "116 111" in html.split(LATER)[1]


def test_without_written_services_the_page_says_so_and_lists_lines_to_call(public, code):
    search = f"/en/{code('Ljubljana', 'SI')}-tq"
    refined = public.post(search, {"quiet": "on", "age": "30"}).headers["Location"]
    html = page(public, refined)

    assert NO_SERVICE in html
    assert cards(html) == []
    assert NOT_SURE not in html
    assert '<p class="card__call' in html.split(LATER)[1]


def test_a_visitor_who_cannot_speak_reads_no_contact_twice(public, code):
    html = page(public, f"/en/{code('Sofia', 'BG')}-tq/q")

    contacts = re.findall(r'<p class="card__link">.*?</p>', html)
    assert len(contacts) == len(set(contacts))


@pytest.mark.parametrize("source_id", ["ie-001", "ie-002"])
def test_the_quiet_service_page_lists_writing_first_and_calls_last(public, source_id):
    shown = text(page(public, f"/en/{service_code(source_id)}/q"))

    assert "Call at any hour" not in shown
    assert "Telephone hours" not in shown
    assert shown.index("Online") < shown.index("Helps with") < shown.index(LATER)
    assert "1800" in shown.split(LATER)[1]
    if source_id == "ie-001":
        assert "10:00–13:00" in shown.split("Helps with")[0]


def test_the_page_of_a_service_that_only_writes_names_no_telephone(public):
    shown = text(page(public, f"/en/{service_code('bg-017')}"))

    assert "Opening hours" in shown
    assert "Telephone hours" not in shown


def test_a_sentence_about_writing_is_cut_without_its_punctuation(public):
    shown = text(page(public, f"/en/{service_code('bg-301')}/q"))

    assert re.search(r"Chat on 116111\.bg(?!;)", shown)


@pytest.mark.parametrize("place", ["", "/BG"], ids=["no country", "Bulgaria"])
def test_the_emergency_number_can_be_called_from_a_silent_page(public, place):
    spot = addresses.anywhere_in("BG") if place else addresses.ANYWHERE

    html = page(public, f"/en/{spot.code}/q")

    assert 'class="urgent__call" href="tel:112"' in html
    assert ("Only for people who registered before." in html) is bool(place)
    assert "We do not know this" not in html


def test_the_emergency_strip_of_a_quiet_page_without_country_asks_no_question(public):
    strip = page(public, "/en/q").split('class="urgent__ways"')[1].split("</section>")[0]

    assert "Where are you?" not in strip
    assert re.search(r'href="/en/q#main">\s*Choose the country', strip)


def test_the_silent_choice_of_needs_names_no_calls(public, code):
    place = code("Dublin", "IE")
    calls = ("whom to call", "By phone")

    assert all(words in page(public, f"/en/{place}") for words in calls)
    assert not any(words in page(public, f"/en/{place}/q") for words in calls)


def test_forgetting_details_keeps_the_quiet_page(public, code):
    search = f"/en/{code('Dublin', 'IE')}-gk"
    refined = public.post(search, {"quiet": "on", "age": "15"}).headers["Location"]

    assert "Forget what I said" in page(public, refined)
    assert public.post(refined, {"forget": "1"}).headers["Location"] == f"{search}/q"


@pytest.mark.parametrize(
    ("town", "country", "source_id"), [("Liège", "BE", "be-003"), ("Warsaw", "PL", "pl-303")]
)
def test_a_safe_place_shows_a_line_that_never_closes_before_the_folds(
    public, code, town, country, source_id
):
    html = page(public, f"/en/{code(town, country)}-tq")

    assert service_code(source_id) in html.split("<details")[0]


def test_addresses_break_after_their_signs_alone():
    assert breakable("016-help@demo.example") == (
        '<bdi dir="ltr">016-help@<wbr>demo.<wbr>example</bdi>'
    )
    assert breakable("demo.example/care") == '<bdi dir="ltr">demo.<wbr>example/<wbr>care</bdi>'
    assert "<b>" not in breakable("<b>@demo.example")

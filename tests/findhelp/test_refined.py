"""Answers that follow what a visitor said, and the pages that open from them."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from protect.findhelp import access, addresses
from protect.findhelp.models import ForgottenAnswers
from protect.findhelp.views import details
from protect.kernel import clock
from protect.reference import vocabulary
from tests.findhelp.test_views import AT, body, text

SAID = {"gender": "f", "age": "27"}
CARD = re.compile(r'<h2 class="card__name"><a href="([^"]+)"')
TELLING = "No service on this page promises to keep silent towards the police"


def offered(page):
    """Return the codes of the buttons below the first answer of a page."""
    return re.findall(r'<button type="submit"\s+name="\w+"\s+value="(\w+)"', page)


def names(page):
    """Return the names of the services on a page, in their order."""
    return [address.rsplit("/", 1)[1] for address in CARD.findall(page)]


def press(public, page, code):
    """Press a button below the first answer, as a browser does; return the next page."""
    who = re.search(r'<form class="who".*?</form>', page, re.DOTALL)[0]
    posted = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', who))
    name = re.search(rf'name="(\w+)"\s+value="{code}"', who)[1]
    action = re.search(r'action="([^"]+)"', who)[1]
    return body(public.get(public.post(action, {**posted, name: code}).headers["Location"]))


@pytest.fixture
def refine(public, code):
    """Return the address of the answers for a person in Liège, and their page."""

    def make(need="gk", tag="en", **said):
        address = f"/{tag}/{code('Liège', 'BE')}-{need}"
        refined = public.post(address, {**SAID, **said}).headers["Location"]
        return refined, body(public.get(refined))

    return make


def test_the_interpreter_sentence_follows_what_was_said_in_another_language_of_the_page(
    public, refine
):
    refined, page = refine(tag="so", language="so")
    in_arabic = body(public.get(refined.replace("/so/", "/ar/", 1)))

    for shown in (page, in_arabic):
        assert "Je parle somali" in shown
    assert "الصومالية" in in_arabic


def test_a_service_leads_back_to_the_refined_answers(public, refine):
    refined, page = refine()
    address = CARD.findall(page)[0]

    response = public.get(address)

    assert address.startswith(f"{refined}/")
    assert re.search(rf'class="back"\s+href="{refined}"', body(response))
    assert 0 < int(response.headers["Refresh"]) <= 1800
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Protect-Valid-Until" not in response.headers


def test_a_service_from_refined_answers_keeps_the_place(public, code, refine):
    _refined, page = refine("kq")
    place = code("Liège", "BE")

    shown = body(public.get(CARD.findall(page)[0]))

    assert f'href="/en/{place}/' in shown  # the police, and the first hours
    assert f'href="/en/{place}-kq/q/' in shown  # the same service, without speaking


def test_after_half_an_hour_the_service_is_offered_without_the_answers(public, refine):
    address = CARD.findall(refine()[1])[0]

    with clock.frozen(clock.now() + timedelta(minutes=31)):
        response = public.get(address)

    code = address.rsplit("/", 1)[1]
    assert response.status_code == 410
    assert f'href="/en/{code}"' in body(response)
    assert public.get(f"/en/{code}").status_code == 200


def test_stated_details_are_shown_as_the_visitors_own(refine):
    _refined, page = refine("rx", silence="on")
    said = re.search(r'<div class="notice said">.*?</div>\s*</div>', page, re.DOTALL)[0]

    assert "You said:" in said
    assert TELLING in said
    assert "M4.5 12.5" not in said  # the drawing of a tick
    assert TELLING not in refine("rx")[1]


def test_the_paper_shows_the_refined_answers(public, refine):
    refined, page = refine()

    response = public.get(f"{refined}/info-4.pdf")

    assert f'href="{refined}/info-4.pdf"' in page
    assert response.content.startswith(b"%PDF")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Protect-Valid-Until" not in response.headers


@pytest.mark.parametrize("quiet", ["", "on"], ids=["she calls", "she writes"])
def test_the_paper_of_refined_answers_begins_as_their_page_does(public, refine, quiet):
    ways = ["Prise en charge des Violences", "Chat after sexual violence"]
    first, other = reversed(ways) if quiet else ways
    refined, page = refine("kq", quiet=quiet)

    paper = PdfReader(BytesIO(public.get(f"{refined}/info-4.pdf").content))
    printed = "".join(sheet.extract_text() for sheet in paper.pages).replace("\n", "")

    for shown in (page, printed):
        assert first in shown
        assert other not in shown or shown.index(first) < shown.index(other)


def test_the_pdf_of_refined_answers_has_no_stated_details(public, refine):
    said = {"sons": "14", "status": "undocumented", "language": "ti", "worker": "f", "age": "15"}
    told = ("children can come", "need papers", "ትግርኛ", "Ask them whether a woman", "of your age")

    refined, _page = refine("gk", **said)
    paper = PdfReader(BytesIO(public.get(f"{refined}/info-4.pdf").content))
    printed = " ".join(sheet.extract_text() for sheet in paper.pages).replace("\n", " ")

    assert "04 223 45 67" in printed  # open at any time, so it is always among the first
    assert [words for words in told if words in printed] == []


@pytest.mark.parametrize("group", ["lgbtqi", "trafficking"])
def test_a_button_above_the_list_states_a_group(public, code, group):
    address = f"/en/{code('Brussels', 'BE')}-kq"

    assert group in offered(body(public.get(address)))
    refined = body(public.get(public.post(address, {"applies": group}).headers["Location"]))
    assert re.search(rf'name="applies" value="{group}"[^>]* checked', refined)
    assert group not in offered(refined)
    assert {"f", "m", "x"} < set(offered(refined))
    assert offered(body(public.get(f"{address}/2"))) == []


@pytest.mark.parametrize("gender", ["f", "m", "x"])
def test_a_button_above_the_list_states_the_gender(public, code, gender):
    address = f"/en/{code('Liège', 'BE')}-kq"
    page = body(public.get(address))

    assert gender in offered(page)
    refined = body(public.get(public.post(address, {"gender": gender}).headers["Location"]))
    assert re.search(rf'name="gender" value="{gender}"[^>]* checked', refined)
    assert offered(refined) == ["lgbtqi", "trafficking"]


def test_each_button_adds_a_detail_with_the_answers_of_the_whole_form(public, code):
    address = f"/en/{code('Ljubljana', 'SI')}-gk"
    page = body(public.get(address))
    assert offered(page) == ["f", "m", "x", "lgbtqi", "trafficking"]

    woman = press(public, page, "f")
    lgbtqi = press(public, woman, "lgbtqi")
    every = press(public, lgbtqi, "trafficking")

    assert [offered(each) for each in (lgbtqi, every)] == [["trafficking"], []]
    words = "<bdi>Woman or girl</bdi> · <bdi>LGBTQI+, Forced to work or to sell sex (trafficking)"
    assert words in every
    said = {"language": "en", "gender": "f", "applies": ["lgbtqi"]}
    whole = body(public.get(public.post(address, said).headers["Location"]))
    assert names(lgbtqi) == names(whole) != names(woman)


@pytest.mark.parametrize("quiet", ["", "on"], ids=["she calls", "she writes"])
def test_a_button_keeps_all_details_typed_before(public, refine, quiet):
    said = {"gender": "", "language": "ti", "sons": "9, 13", "silence": "on", "quiet": quiet}
    typed = {**said, "applies": ["pregnant"], "avoid": "Seraing"}

    _refined, page = refine("tq", **typed)
    pressed = press(public, press(public, page, "lgbtqi"), "x")

    assert re.findall(r'name="applies" value="(\w+)"[^>]* checked', pressed) == [
        "pregnant",
        "lgbtqi",
    ]
    assert re.search(r'name="gender" value="x"[^>]* checked', pressed)
    assert re.search(r'<option value="ti" selected', pressed)
    for name, value in {"age": "27", "sons": "9, 13", "avoid": "Seraing"}.items():
        assert re.search(rf'name="{name}" value="{value}"', pressed)
    assert re.search(r'name="silence"[^>]* checked', pressed)
    assert bool(re.search(r'name="quiet"[^>]* checked', pressed)) == bool(quiet)


def test_a_button_of_an_expired_page_leads_to_gone(public, refine):
    refined, _page = refine()

    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert public.post(refined, {"applies": "lgbtqi"}).status_code == 410


def test_a_page_with_an_error_or_for_a_child_has_no_answer_buttons(refine):
    assert offered(refine(age="old")[1]) == offered(refine("xk")[1]) == []


def test_refined_answers_without_services_keep_their_buttons(public, code):
    address = f"/en/{code('Ljubljana', 'SI')}-gk"
    assert offered(body(public.get(f"{address}/q"))) == []

    refined = public.post(address, {"gender": "f", "quiet": "on"}).headers["Location"]

    assert offered(body(public.get(refined))) == ["lgbtqi", "trafficking"]


def test_stated_details_do_not_list_the_language_of_the_page(refine):
    refined = refine(language="en")[1]

    assert "<bdi>Woman or girl</bdi>" in refined
    assert "<bdi>Language you want to speak" not in refined
    assert "<bdi>Language you want to speak: " in refine(language="ti")[1]


def test_a_button_keeps_that_the_visitor_cannot_speak(public, code):
    address = f"/en/{code('Liège', 'BE')}-kq"

    assert 'type="hidden" name="quiet"' in body(public.get(f"{address}/q"))
    assert 'type="hidden" name="quiet"' not in body(public.get(address))
    refined = public.get(public.post(address, {"gender": "m", "quiet": "on"}).headers["Location"])
    assert "Your messages stay on this phone, with the name of the service." in text(refined)


@pytest.mark.parametrize(("need", "is_asked"), [("tq", True), ("kq", False)])
def test_a_link_to_the_question_about_children_is_where_a_bed_is_sought(
    public, code, refine, need, is_asked
):
    page = body(public.get(f"/en/{code('Liège', 'BE')}-{need}"))
    link = '<a href="#id_sons">Do children come with you?</a>'

    assert (link in page) == (link in refine(need)[1]) == is_asked
    assert link not in refine(need, sons="9")[1]
    assert 'id="id_sons"' in page


def test_a_button_keeps_the_language_of_the_page(public, code):
    page = body(public.get(f"/ti/{code('Liège', 'BE')}-gk"))
    who = re.search(r'<form class="who".*?</form>', page, re.DOTALL)[0]

    assert '<input type="hidden" name="language" value="ti">' in who


def test_help_for_a_child_asks_nothing_about_the_adult(public, code):
    assert '<form class="who"' not in body(public.get(f"/en/{code('Liège', 'BE')}-xk"))


@pytest.mark.parametrize(
    ("tag", "labels"),
    [
        ("fr", ["amharique · አማርኛ", "dari · دری", "persan · فارسی", "tigrigna · ትግርኛ"]),
        ("hr", ["amharski · አማርኛ", "dari · دری", "perzijski · فارسی", "tigrinja · ትግርኛ"]),
    ],
)
def test_languages_have_a_name_that_the_reader_of_the_page_knows(public, code, tag, labels):
    page = body(public.get(f"/{tag}/{code('Liège', 'BE')}-gk"))
    places = [page.find(f">{label}<") for label in labels]

    assert -1 not in places
    assert places == sorted(places)


def test_every_language_can_be_chosen_once():
    chosen = [tag for tag, _label in details._named_languages("ti")]

    assert sorted(chosen) == sorted(vocabulary.languages())


def test_the_wish_for_silence_is_with_the_papers():
    first, *folded = details.DetailsForm().field_groups
    names = [field.name for field in first.fields]

    assert names.index("silence") == names.index("status") + 1
    assert "applies" in names
    assert not any(field.name == "silence" for group in folded for field in group.fields)


@pytest.mark.parametrize(
    ("tag", "answer"),
    [
        ("fr", "Quand est-ce arrivé\N{NO-BREAK SPACE}? Il y a plus de 5 jours"),
        ("uk", "Коли це сталося? Понад 5 днів тому"),
        ("ar", "متى حدث ذلك؟ منذ أكثر من 5 أيام"),
    ],
)
def test_an_answer_follows_its_question_without_a_colon(refine, tag, answer):
    assert f"<bdi>{answer}</bdi>" in refine(tag=tag, happened="longer")[1]


def test_french_labels_have_a_space_before_their_colon(public, code, refine):
    page = body(public.get(f"/fr/{code('Liège', 'BE')}-kq"))

    assert "Vous êtes\N{NO-BREAK SPACE}:" in page
    assert "<bdi>Âge\N{NO-BREAK SPACE}: 27</bdi>" in refine(tag="fr")[1]


def test_show_more_keeps_stated_details_and_marks_the_first_new_answer(public, code):
    address = f"/en/{code('Brussels', 'BE')}-gk"
    first = public.post(address, {"gender": "f", "age": "27"}).headers["Location"]

    sent = public.post(first, {"more": "2"})

    assert (sent.status_code, sent.headers["Location"][-5:]) == (303, "#more")
    before, after = (body(public.get(at.partition("#")[0])) for at in (first, sent["Location"]))
    cards = re.compile(r'<article[^>]*><h2 class="card__name"><a href="[^"]*/([a-z2-9]{6})">')
    shown, more = (cards.findall(re.sub(r">\s+<", "><", page)) for page in (before, after))
    assert shown[:5] == more[:5]
    assert 'id="more"' in after
    assert 'id="more"' not in before
    assert 'name="age" value="27"' in after


@pytest.mark.parametrize("sent", [{"more": "2"}, {}, {"gender": "f"}], ids=["more", "none", "same"])
def test_a_button_that_adds_nothing_does_not_extend_the_expiry(public, code, sent):
    with clock.frozen(AT):
        address = f"/en/{code('Brussels', 'BE')}-gk"
        first = public.post(address, {"gender": "f"}).headers["Location"]
    with clock.frozen(AT + timedelta(minutes=20)):
        renewed = public.post(first, sent).headers["Location"].partition("#")[0]
        assert int(public.get(renewed).headers["Refresh"]) == 600
    with clock.frozen(AT + timedelta(minutes=31)):
        assert public.get(renewed).status_code == 410


def test_an_address_of_places_to_choose_takes_no_answers(public):
    choices = addresses.RefinedSearch(typed="Aalst")
    address = addresses.sealed_address(access.get_language("en"), choices)

    refused = public.post(address, {"gender": "f"})

    assert refused.status_code == 404
    assert "Location" not in refused.headers


def test_what_was_said_does_not_come_back_after_it_was_forgotten(public, refine):
    refined, page = refine()
    more = public.post(refined, {"applies": "pregnant"}).headers["Location"]  # said later
    card = CARD.findall(page)[0]
    assert "Forget what I said" in page

    answer = public.post(more, {"forget": "1"})

    assert answer.status_code == 303
    assert "/r/" not in answer.headers["Location"]
    for address in (more, refined, card):  # as the Back button asks for them
        assert public.get(address).status_code == 410


def test_other_visits_are_not_forgotten(public, refine):
    first, _page = refine()
    second, _page = refine()

    public.post(first, {"forget": "1"})

    assert public.get(second).status_code == 200


def test_what_is_kept_of_forgotten_answers_goes_with_them(public, refine):
    refined, _page = refine()
    public.post(refined, {"forget": "1"})
    (row,) = ForgottenAnswers.objects.all()
    later = row.expires_at + timedelta(seconds=1)
    with clock.frozen(later):
        again, _page = refine()
        public.post(again, {"forget": "1"})

    assert list(ForgottenAnswers.objects.filter(expires_at__lte=later)) == []
    assert ForgottenAnswers.objects.count() == 1


def test_a_safe_place_at_home_stands_right_after_the_first_answer(public, code):
    need = vocabulary.needs()["hurt-now"].short
    page = body(public.get(f"/en/{code('Msida', 'MT')}-{need}"))
    cards = [found.start() for found in re.finditer('<article class="card', page)]

    assert cards[0] < page.index("A safe place") < cards[1]

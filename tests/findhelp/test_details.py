import re
from dataclasses import fields

import pytest
from django.http import QueryDict

from protect.directory.enums import AccessibilityKind, Mode
from protect.findhelp import access, addresses
from protect.findhelp.views import details
from protect.matching.questions import Child, Person, Question, Wishes
from protect.reference import vocabulary
from protect.reference.lookup import store
from tests.findhelp.test_views import body, text

EVERYTHING = {
    "language": "ti",
    "other_language": "ar",
    "happened": "days3",
    "gender": "f",
    "age": "17",
    "applies": ["pregnant", "step_free"],
    "worker": "f",
    "status": "undocumented",
    "documents": ["police_report"],
    "sons": "9",
    "daughters": "2, 4",
    "modes": ["in_person"],
    "avoid": "Seraing",
    "silence": "on",
    "quiet": "on",
}
# The address, the clock and the kind of site say these.
NOT_OF_THE_FORM = {"needs", "at", "where", "limit", "at_any_hour"}


@pytest.fixture
def question(code):
    """Return the question that a form makes near Liège."""

    def make(**answers) -> Question:
        search = access.get_search(code("Liège", "BE"), "gk")
        form = details.DetailsForm(answers, country="BE")
        return form.build_question(search, vocabulary.languages()["en"], limit=5)

    return make


def test_the_form_says_everything_that_a_program_can_say(starter, question):
    asked, nothing = question(**EVERYTHING), question()

    for one in (Question, Person, Wishes):
        held = {Question: asked, Person: asked.person, Wishes: asked.wishes}[one]
        blank = {Question: nothing, Person: nothing.person, Wishes: nothing.wishes}[one]
        for field in fields(one):
            if field.name not in NOT_OF_THE_FORM:
                assert getattr(held, field.name) != getattr(blank, field.name), field.name
    assert asked.languages == ("ti", "ar")
    assert asked.hours_since_event == 72
    assert asked.modes == {Mode.IN_PERSON}
    assert asked.person == Person(
        gender="f",
        age=17,
        children=(Child(9, "m"), Child(2, "f"), Child(4, "f")),
        legal_status="undocumented",
        documents=frozenset({"police_report"}),
        access=frozenset({AccessibilityKind.STEP_FREE}),
        groups=frozenset({"pregnant"}),
    )


def test_blank_fields_are_not_answers(starter, question):
    asked = question()

    assert asked.languages == ("en",)
    assert (asked.person, asked.wishes, asked.modes) == (Person(), Wishes(), frozenset())
    assert asked.hours_since_event is None


@pytest.mark.parametrize(
    ("answer", "hours"),
    [("today", 24), ("days3", 72), ("days5", 120), ("longer", 8784), ("x", None)],
)
def test_the_longest_time_of_an_answer_counts(starter, question, answer, hours):
    assert question(happened=answer).hours_since_event == hours


def test_none_of_the_documents_is_an_answer(starter, question):
    assert question(documents=["none"]).person.documents == frozenset()
    assert question(documents=["none", "health_card"]).person.documents == {"health_card"}


@pytest.mark.parametrize("typed", ["9 and 13", "۹ و ۱۳", "9/13", "9, 13"])
def test_ages_may_be_typed_as_people_write_them(starter, question, typed):
    assert question(sons=typed).person.children == (Child(9, "m"), Child(13, "m"))


def test_every_place_of_a_name_is_avoided(starter, question):
    best = store.place_index().find("Aalst", "BE", similarity=1).best
    avoided = question(avoid="Seraing; Aalst، ").wishes.avoid

    assert len(best) > 1
    assert {str(row.id) for row in best} < avoided.codes
    assert question(avoid="Wallonie").wishes.avoid.codes == {"BE-WAL"}


def test_areas_are_avoided_with_settlements_of_the_same_name(starter, question):
    limburg, roses = question(avoid="Limburg"), addresses.find_place_codes("Rosas", "ES")
    rows = store.place_rows()

    assert "BE-VLI" in limburg.wishes.avoid.codes
    assert "Limbourg" in {rows[int(code)].name for code in limburg.wishes.avoid.codes - {"BE-VLI"}}
    assert {"Roses", "Rosas"} <= {rows[int(code)].name for code in roses}


def test_a_place_that_is_not_known_is_shown_and_keeps_the_rest(public, code):
    address = f"/en/{code('Liège', 'BE')}-gk"
    given = {"avoid": "Seraing, Xyzzyville", "applies": ["pregnant", "lgbtqi"], "quiet": "on"}

    shown = body(public.get(public.post(address, given).headers["Location"]))

    assert "Places where you do not want to go: We do not know this place" in text_of(shown)
    assert 'value="Seraing, Xyzzyville"' in shown
    assert re.search(r'value="lgbtqi"[^>]* checked', shown)
    assert "Your messages stay on this phone, with the name of the service." in text_of(shown)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" :", ":")


def test_a_known_place_is_avoided_also_beside_one_that_is_not_known(starter, question):
    alone = question(avoid="Seraing").wishes.avoid

    assert alone
    assert question(avoid="Xyzzyville; Seraing").wishes.avoid == alone
    assert question(avoid="Xyzzyville").wishes.avoid is None


def test_stated_details_stay_in_the_form(public, code):
    address = f"/en/{code('Liège', 'BE')}-gk"
    posted = EVERYTHING | {"quiet": "", "silence": ""}

    response = public.get(public.post(address, posted).headers["Location"])

    shown = body(response)
    assert "Please correct this" not in text(response)
    for name, value in posted.items():
        for chosen in value if isinstance(value, list) else [value] if value else []:
            pattern = rf'name="{name}"[^>]*value="{chosen}"|value="{chosen}" selected'
            assert re.search(pattern, shown), (name, chosen)


def test_a_long_form_is_shortened_before_it_is_sealed():
    posted = QueryDict(mutable=True)
    posted.setlist("applies", ["x" * 999] * 99)
    posted["avoid"] = "y" * 999

    read = details.read_posted(posted)

    assert [len(entry) for entry in read["applies"]] == [details.MAX_LENGTH] * details.MAX_ENTRIES
    assert len(read["avoid"]) == details.MAX_LENGTH


def test_the_page_repeats_stated_details_and_keeps_it_for_another_need(public, code):
    posted = EVERYTHING | {"avoid": "", "age": "0"}
    address = f"/en/{code('Liège', 'BE')}-gk"

    shown = text_of(body(public.get(public.post(address, posted).headers["Location"])))
    other = public.get(public.post(address, posted | {"need": "vm"}).headers["Location"])

    assert "Woman or girl · Age: 0 · Pregnant" in shown
    assert "Ages of your daughters who come with you: 2, 4 · Face to face" in shown
    assert "<h1>A doctor</h1>" in body(other)
    assert "Woman or girl · Age: 0" in text_of(body(other))


def test_a_need_that_does_not_exist_is_not_found(public, code):
    assert public.post(f"/en/{code('Liège', 'BE')}-gk", {"need": "zz"}).status_code == 404

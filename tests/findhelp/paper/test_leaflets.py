import pytest
from django.utils.functional import Promise

from protect.directory.enums import Answer, CriterionKind, CriterionOperator
from protect.findhelp.answers import places
from protect.findhelp.paper import content, leaflets
from protect.findhelp.paper.content import Pathway, PrintedText, pathway_pdf
from protect.findhelp.paper.leaflets import build_card, build_pathway, printed_language
from protect.matching.services.rows import Condition, PhoneNumber
from tests.findhelp.paper.demo import AT, SERVICE, URL, answers, found, service
from tests.ui.press.seeing import as_seen, pages

STRINGS_AT_MOST = 16


def pathway(*codes: str, caution: str = "", tag: str = "en") -> Pathway:
    said = answers(found(SERVICE, *codes, caution=caution))
    return build_pathway(said, "Liège", "Someone to talk to", "BE", tag, URL, AT)


def test_there_are_few_sentences_to_translate():
    sentences = [each for each in vars(content).values() if isinstance(each, Promise)]

    assert len(sentences) <= STRINGS_AT_MOST


@pytest.mark.parametrize("code", ["open_now", "opens_today", "closed", "phone_unknown"])
def test_opening_states_are_not_printed(code):
    assert pathway(code, "legal_everyone").steps[0].reasons == (
        "Takes people with or without papers",
    )


def test_at_most_three_reasons_are_printed_each_once():
    codes = ["legal_everyone", "gender_everyone", "acceptance_everyone", "area_yes", "cost_paid"]

    reasons = pathway(*codes).steps[0].reasons

    assert reasons == (
        "Takes people with or without papers",
        "Takes everyone",
        "Helps people where you are",
    )


def test_both_papers_say_what_to_ask_first():
    ask = "Ask them first whether they must tell the police"

    assert pathway(caution="tells_unknown").steps[0].cautions == (ask,)
    assert build_card(SERVICE, "en", URL, AT).service.cautions == (ask,)


def test_a_caution_shared_by_all_services_is_printed_once():
    unknown, tells = found(caution="tells_unknown"), found(caution="tells_police")

    alike = build_pathway(answers(unknown, national=(unknown,)), "", "", "BE", "en", URL, AT)
    differing = build_pathway(answers(unknown, tells), "", "", "BE", "en", URL, AT)

    assert alike.cautions == ("Ask them first whether they must tell the police",)
    assert (alike.steps[0].cautions, alike.lines[0].cautions) == ((), ())
    assert differing.cautions == ()
    assert differing.steps[1].cautions == ("Tells the police",)


def test_the_police_are_shown_to_be_the_police():
    row = service(categories=frozenset({"police"}))

    assert build_card(row, "en", URL, AT).service.cautions == ("Tells the police",)


def test_the_lines_of_the_country_are_few():
    lines = [found(service(phones=(PhoneNumber(f"+3280098{n}00"),))) for n in range(1, 10)]
    sheet = build_pathway(answers(national=tuple(lines)), "", "", "BE", "en", URL, AT)

    seen = as_seen(pages(pathway_pdf(sheet))[0])

    assert [f"0800 98 {n}00" in seen for n in range(1, 10)] == [True] * 3 + [False] * 6


def test_only_a_demonstration_is_marked(settings):
    assert pathway().frame.mark == ("Demonstration",)

    settings.IS_DEMO = False

    assert (pathway().frame.mark, pathway().frame.banner) == ((), ())


def test_the_day_is_that_of_the_place():
    late = AT.replace(hour=23, minute=30)  # already the 25th in Liège

    assert build_card(SERVICE, "en", URL, late).frame.as_of == "As of \u206825 November 2026\u2069"


def test_anywhere_has_the_european_number_and_the_day_of_the_server():
    sheet = build_pathway(answers(), "", "Someone to talk to", None, "en", URL, AT)

    assert sheet.frame.danger.number == "112"


def test_a_language_without_fonts_gets_the_next_one_and_says_so(monkeypatch):
    monkeypatch.setattr(leaflets, "SCRIPTS", leaflets.SCRIPTS - {"Hans"})

    frame = build_card(SERVICE, "zh", URL, AT).frame

    assert printed_language("zh") == "en"
    assert frame.writing.tag == "en"
    assert frame.other_language == (
        "Not yet printed in \u2068Chinese\u2069. It is printed here in \u2068English\u2069."
    )


def test_page_texts_are_in_the_readers_language():
    assert build_card(SERVICE, "prs", URL, AT).frame.writing.direction == "rtl"
    assert build_card(SERVICE, "prs", URL, AT).frame.other_language == ""


def test_the_address_to_type_is_short_and_tells_nothing():
    assert build_card(SERVICE, "en", URL, AT).frame.address == "info.example.org/xx/bcdfgh"


def test_a_site_that_only_its_computer_reaches_has_no_address_to_type():
    assert build_card(SERVICE, "en", "http://127.0.0.1:8000/xx/b", AT).frame.address == ""


def test_papers_have_the_interpreter_sentence_of_their_reader():
    def lines(tag):
        frame = build_card(SERVICE, tag, URL, AT).frame
        return [(line.tag, line.text) for line in frame.interpreter]

    french = ("fr", "Je parle somali. J’ai besoin d’un interprète.")
    assert french in lines("so")
    assert lines("so")[-1][0] == "so"
    assert lines("fr") == []


def test_the_code_has_level_m_and_no_colour():
    drawing = build_card(SERVICE, "en", URL, AT).frame.qr

    assert drawing.startswith("<svg")
    assert 'stroke="#000"' in drawing
    assert "29 29" in drawing  # 29 modules a side: version 3, which holds 42 bytes at level M


@pytest.mark.parametrize(
    ("tag", "heading"), [("en", "Shelter · Liège"), ("ar", "دار إيواء آمنة · Liège")]
)
def test_both_papers_say_what_a_service_is_in_the_words_of_its_card(tag, heading):
    row = service(categories=frozenset({"shelter", "psychosocial"}))
    wanted = frozenset({"shelter"})
    sheet = build_pathway(answers(found(row)), "", "", "BE", tag, URL, AT, wanted)

    assert sheet.steps[0].heading == places.heading_text(row, tag, wanted)
    assert build_card(row, tag, URL, AT).service.heading == heading


@pytest.mark.django_db
def test_the_question_about_the_police_stands_once_beside_the_first_hours():
    ask = "Ask them first whether they must tell the police"
    unknown, tells = found(caution="tells_unknown"), found(caution="tells_police")
    alike = build_pathway(answers(unknown, national=(unknown,)), "", "", "BE", "en", URL, AT)
    differing = build_pathway(answers(unknown, tells), "", "", "BE", "en", URL, AT)

    for sheet in (alike, differing):
        sheet = leaflets.with_first_hours(sheet, "en", "BE")
        assert sum("must tell the police" in text for text in sheet.cautions) == 1
        assert not any(ask in step.cautions for step in (*sheet.steps, *sheet.lines))
    assert sheet.steps[1].cautions == ("Tells the police",)


WOMEN = {CriterionKind.GENDER: (Condition(CriterionOperator.ONLY, frozenset("f")),)}


def test_papers_say_whom_a_service_accepts_once_also_on_national_lines():
    row = service(conditions=WOMEN)

    plain = build_pathway(answers(found(row), national=(found(row),)), "", "", "BE", "en", URL, AT)
    told = build_pathway(answers(found(row, "gender_f")), "", "", "BE", "en", URL, AT).steps[0]

    for facts in (*plain.steps, *plain.lines, build_card(row, "en", URL, AT).service):
        assert facts.limits == ("Says it is for women",)
    assert (told.reasons, told.limits) == (("Says it is for women",), ())


@pytest.mark.parametrize(
    ("kind", "category", "caution"),
    [
        (CriterionKind.TELLS_POLICE, "psychosocial", "Tells the police"),
        (
            CriterionKind.GUARDIAN,
            "child-protection",
            "Ask them first whether your parents must agree",
        ),
    ],
)
def test_a_caution_is_not_printed_as_a_limit_too(kind, category, caution):
    stated = {kind: (Condition(CriterionOperator.ANSWER, answer=Answer.YES),)}
    row = service(conditions=stated, categories=frozenset({category}))

    facts = build_card(row, "en", URL, AT).service

    assert (facts.cautions[-1], facts.limits) == (caution, ())


@pytest.mark.parametrize(
    ("tag", "printed"),
    [
        ("en", PrintedText("Démo.", "fr", "ltr")),
        ("fr", PrintedText("Démo.", "fr", "ltr")),
        ("ar", PrintedText("عرض.", "ar", "rtl")),
    ],
)
def test_the_words_of_a_service_are_marked_with_their_language(tag, printed):
    row = service(restrictions="Démo.", translations={"restrictions": {"ar": "عرض."}})

    assert build_card(row, tag, URL, AT).service.before == (printed,)

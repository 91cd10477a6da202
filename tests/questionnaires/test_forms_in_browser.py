"""Forms in a real browser under the strictest policy, with and without the script."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from protect.questionnaires import sources
from protect.questionnaires.forms import QuestionnaireForm
from protect.questionnaires.rules.answers import parse_answers
from protect.questionnaires.rules.conditions import find_shown_keys
from protect.questionnaires.words import Form, LanguageText, pick_texts, required_text_names
from protect.reference import vocabulary
from protect.ui import assets
from tests.conftest import AXE
from tests.questionnaires.building import definitions
from tests.serving import CHROMIUM
from tests.ui.conftest import draw  # noqa: F401 - a fixture
from tests.ui.tabs import POLICY, SITE

pytestmark = pytest.mark.browser

FORM = """{% extends "ui/desk_bare.html" %}{% load questionnaires %}
{% block title %}Demo{% endblock %}
{% block heading %}{{ form.questionnaire.title.text }}{% endblock %}
{% block head %}{% questionnaire_script %}{% endblock %}
{% block content %}<form class="form" method="post" data-questionnaire>{% questionnaire form %}
<div class="form__end"><button class="button">Send</button></div></form>{% endblock %}"""
PAPER = """{% extends "ui/desk_bare.html" %}{% load questionnaires %}
{% block title %}Demo{% endblock %}{% block heading %}Demo{% endblock %}
{% block content %}{% questionnaire_paper form.questionnaire %}{% endblock %}"""
SEEN = """() => [...document.querySelectorAll("[data-key]")]
  .filter((each) => each.checkVisibility()).map((each) => each.dataset.key)"""
SENT = """() => [...new FormData(document.querySelector("form")).entries()]"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, draw) -> Iterator[Callable[..., Page]]:  # noqa: F811
    contexts: list[BrowserContext] = []

    def visited(form: Form, width: int = 1200, source: str = FORM, *, script: bool = True) -> Page:
        with translation.override(form.language):
            html = draw(source, form=QuestionnaireForm(form))
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        tab = context.new_page()
        tab.route("**/*", lambda route: answer(route, html))
        tab.goto(f"{SITE}/form")
        return tab

    yield visited
    for browser_context in contexts:
        browser_context.close()


@pytest.fixture
def make_form(office) -> Callable[..., Form]:
    """Give a form of the files as it would be published: beside Playwright no database is asked."""

    def made(language: str = "en", code: str = "everything") -> Form:
        source = sources.load_sources()[code]
        words = {tag: translation.words for tag, translation in source.translations.items()}
        chain = vocabulary.fallback_chain(language)
        said = pick_texts(words, chain, source.definition.source)
        return Form(source.definition, "", language, said, frozenset(words))

    return made


def answer(route: Route, html: str) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(assets.ASSETS_PATH):
        media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
        return route.fulfill(body=content, content_type=media_type)
    headers = {"Content-Security-Policy": POLICY}
    return route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)


def test_conditional_question_appears_and_disappears_with_the_answer(visit, make_form):
    tab = visit(make_form())
    assert not tab.is_visible("#id_q-topics")

    tab.check("[name=q-trained][value=yes]")
    tab.check("[name=q-topics][value=law]")
    assert ["q-topics", "law"] in tab.evaluate(SENT)

    tab.check("[name=q-trained][value=no]")
    assert not tab.is_visible("#id_q-topics")
    assert ["q-topics", "law"] not in tab.evaluate(SENT)


def test_conditional_section_appears_and_disappears_as_a_whole(visit, make_form):
    tab = visit(make_form())
    assert not {"views", "role", "parts"} & {*tab.evaluate(SEEN)}

    tab.fill("#id_q-people", "\u0662")

    assert {"views", "role", "parts"} <= {*tab.evaluate(SEEN)}


def test_without_javascript_all_questions_are_shown_with_their_condition(visit, make_form):
    tab = visit(make_form(), script=False)

    assert tab.locator("[data-key]:visible").count() == 15
    assert tab.locator("[data-when-said]:visible").count() == 3


def test_form_can_be_answered_by_keyboard_alone(visit, make_form):
    tab = visit(make_form())

    tab.focus("#id_q-town")
    tab.keyboard.type("Demo")
    tab.keyboard.press("Tab")
    tab.keyboard.type("2")
    tab.focus("[name=q-trained][value=yes]")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")

    assert tab.evaluate("document.activeElement.name") == "q-topics"


@pytest.mark.node
@pytest.mark.parametrize(("width", "language"), [(1200, "en"), (320, "ar"), (320, "fr")])
@pytest.mark.parametrize("code", ["everything", "evaluation", "assessment"])
def test_form_has_no_accessibility_violations_and_no_horizontal_scrolling(
    visit, make_form, width, language, code
):
    tab = visit(make_form(language, code), width)
    if code == "everything":
        tab.fill("#id_q-people", "2")

    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("async () => (await axe.run()).violations")

    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "language"), [(1200, "en"), (320, "ar")])
@pytest.mark.parametrize("source", [FORM, PAPER], ids=["form", "paper"])
def test_screenshot_of_every_question_type(visit, make_form, tmp_path, width, language, source):
    tab = visit(make_form(language), width, source)
    if source is PAPER:
        tab.emulate_media(media="print")
    picture = tab.screenshot(full_page=True, path=tmp_path / "form.png")

    assert len(picture) > 20_000  # not a blank page
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if source is PAPER:
        assert tab.locator(".box").count() == 28
        assert all(box["width"] > 8 for box in boxes(tab))


def boxes(tab: Page) -> list[dict[str, float]]:
    return [box.bounding_box() or {"width": 0.0} for box in tab.locator(".box").all()]


def filled(tab: Page, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Answer what is seen, from above; return what a browser sends then."""
    for name, values in given.items():
        for value in values:
            for box in tab.locator(f'[name="q-{name}"][value="{value}"]:visible').all():
                box.check()
    found: dict[str, list[str]] = {}
    for name, value in tab.evaluate(SENT):
        found.setdefault(name.removeprefix("q-"), []).append(value)
    return found


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_script_shows_the_same_questions_as_the_server(visit, data):
    made = data.draw(definitions().filter(lambda definition: any(definition.questions())))
    form = Form(
        made,
        "",
        "en",
        {name: LanguageText(f"Demo {name}", "en") for name in required_text_names(made)},
    )
    values = st.sampled_from(["a", "b", "c", "yes", "no", "1", "3", "5"])
    keys = [question.key for question in made.questions()]
    given_ = data.draw(st.fixed_dictionaries({key: st.lists(values, max_size=2) for key in keys}))

    tab = visit(form)
    sent = filled(tab, given_)

    reading = parse_answers(made, sent)
    assert {*tab.evaluate(SEEN)} == find_shown_keys(made, reading.values)
    assert reading.dropped == ()

"""Pages of the desk: previews, the queue, the glossary, new pages, and what was taken back."""

from datetime import timedelta

import pytest

from protect.content.enums import ChangeClass, ReaderLevel
from protect.content.models import Page, Release, Review, SegmentTranslation
from protect.content.readers.actions import record_language, record_specialist
from protect.content.texts.rules import text_digest
from protect.orgs import access
from tests.content.editing import save, segment, texts_of, translate
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.signing import AT
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
ROLES = {
    "cora": "coordinator",
    "vera": "coordinator",
    "nela": "campaigner",
    "tiba": "translator",
    "chidi": "reader",
}


@pytest.fixture
def people(db):
    office = make_organisation("Demo office Belgium", "BE")
    people = {name: make_person(name) for name in ROLES}
    for name, role in ROLES.items():
        serve(people[name], office, role)
    return people


@pytest.fixture
def desks(people):
    return {name: Desk(at=AT).let_in(person) for name, person in people.items()}


@pytest.fixture
def scopes(people):
    return {name: access.scope_for(person.user.pk) for name, person in people.items()}


def field(answer, name):
    """The value of a hidden field of the form on a page."""
    return answer.context["form"][name].value()


def preview(desk, *tags):
    query = "&".join(f"language={tag}" for tag in tags)
    return desk.get(f"/texts/releases/preview?{query}")


def make_release(desk, *tags, **more):
    seen = field(preview(desk, *tags), "seen")
    return desk.post("/texts/releases/preview", language=tags, seen=seen, **more)


def test_a_release_is_looked_at_and_confirmed(desks, scopes, page):
    shown = words(preview(desks["cora"], "fr"))
    assert "Nothing is public in this language yet." in shown
    assert make_release(desks["cora"], "fr").status_code == 302
    translate(scopes["cora"], page, "Les hommes aussi.")

    shown = words(preview(desks["vera"], "fr"))

    assert "Les hommes aussi." in shown
    assert "Des hommes et des garçons aussi" in shown
    assert make_release(desks["vera"], "fr").status_code == 302
    assert Release.objects.count() == 2


def test_what_is_taken_off_for_safety_is_said_and_must_be_ticked(desks, scopes, page):
    make_release(desks["vera"], "fr")
    save(scopes["cora"], page, "Never do that.", ChangeClass.SAFETY)

    shown = words(preview(desks["vera"], "fr"))
    assert "Texts are taken off for safety" in shown
    assert "1 text is taken off" in shown
    assert "In another language: English" in shown
    refused = make_release(desks["vera"], "fr")
    assert refused.status_code == 422
    assert Release.objects.count() == 1

    assert make_release(desks["vera"], "fr", accepts_loss="on").status_code == 302
    assert Release.objects.count() == 2


def test_a_change_after_the_preview_shows_the_new_one(desks, scopes, page):
    make_release(desks["vera"], "fr")
    translate(scopes["cora"], page, "Un.")
    seen = field(preview(desks["vera"], "fr"), "seen")
    translate(scopes["cora"], page, "Deux.")

    answer = desks["vera"].post("/texts/releases/preview", language=["fr"], seen=seen)

    assert answer.status_code == 409
    assert "Deux." in words(answer)
    assert Release.objects.count() == 1


@pytest.mark.parametrize("tags", [(), ("xx",)])
def test_without_a_language_nothing_is_released(desks, tags):
    answer = preview(desks["cora"], *tags)

    assert "Choose one or more languages first." in words(answer)


def test_the_way_back_shows_what_changes(desks, scopes, page):
    make_release(desks["vera"], "fr")
    translate(scopes["cora"], page, "Les hommes aussi.")
    make_release(desks["vera"], "fr")

    answer = desks["vera"].get("/texts/releases/fr/1")
    assert "Les hommes aussi." in words(answer)
    done = desks["vera"].post("/texts/releases/fr/1", seen=field(answer, "seen"))

    assert done.status_code == 302
    assert Release.objects.get(number=3).pages == Release.objects.get(number=1).pages


def test_a_release_that_cannot_come_back_says_what_to_do(desks, scopes, page):
    make_release(desks["vera"], "en")
    save(scopes["cora"], page, "Call 0800 30 030.")
    make_release(desks["vera"], "en")
    save(scopes["cora"], page, "Call a service.")
    make_release(desks["vera"], "en")

    answer = desks["vera"].get("/texts/releases/en/2")

    assert "This release cannot come back" in words(answer)
    assert "0800 30 030" in words(answer)
    assert b"/texts/releases/preview?language=en" in answer.content
    seen = field(answer, "seen")
    assert desks["vera"].post("/texts/releases/en/2", seen=seen).status_code == 409
    assert Release.objects.count() == 3


def test_a_typed_number_that_is_not_in_the_directory_is_named(desks, scopes, page):
    save(scopes["cora"], page, "Call 0800 30 030.")

    shown = words(preview(desks["vera"], "en"))

    assert "Numbers that are not in the public directory" in shown


@pytest.mark.parametrize("name", ["tiba", "nela", "chidi"])
def test_others_preview_and_release_nothing(desks, name):
    assert preview(desks[name], "fr").status_code == 403
    answer = desks[name].post("/texts/releases/preview", language=["fr"], seen="")
    assert answer.status_code == 403
    assert not Release.objects.exists()


def test_the_translator_sees_the_glossary_beside_a_text(desks, scopes, page):
    save(scopes["cora"], page, "Men are raped, too.")
    translate(scopes["cora"], page, "Cela arrive aux hommes.")

    shown = words(desks["tiba"].get("/texts/men/fr"))

    assert "For “rape” the glossary says: viol" in " ".join(shown.split())
    assert "4 words" in shown
    assert "Not “dishonour”" in shown
    assert "viol" in words(desks["tiba"].get("/texts/glossary?language=fr"))


def test_a_long_sentence_of_the_source_is_hinted_at(desks, scopes, page):
    save(scopes["cora"], page, " ".join(["word"] * 23) + ".")

    assert "two short ones are easier to read" in words(desks["cora"].get("/texts/men"))


def test_a_correction_that_waits_is_marked_beside_the_public_text(desks, scopes, page, settings):
    make_release(desks["vera"], "fr")
    translate(scopes["cora"], page, "Les hommes aussi.")

    shown = words(desks["tiba"].get("/texts/men/fr"))
    assert "Only the demonstration shows it unread, after the next release" in shown
    assert "The public still reads:" in shown
    assert "Des hommes et des garçons aussi" in shown

    settings.IS_DEMO = False
    assert "Correction waits for review" in words(desks["tiba"].get("/texts/men/fr"))


def test_an_unread_text_names_its_readers_and_whom_to_ask(desks, people, scopes, page):
    translate(scopes["cora"], page, "Les hommes aussi.")
    shown = " ".join(words(desks["tiba"].get("/texts/men/fr")).split())
    assert "Waits for: Native reader, Specialist" in shown
    assert "Native readers of this language: none is recorded" in shown
    assert "Specialists in gender-based violence: none is recorded" in shown
    assert "Ask: Demo" in shown

    record_language(scopes["vera"], people["nela"].user, "fr", ReaderLevel.NATIVE, at=AT)
    record_specialist(scopes["vera"], people["cora"].user, is_one=True, at=AT)

    shown = " ".join(words(desks["tiba"].get("/texts/men/fr")).split())
    assert "Native readers of this language: Demo Nela ( Demo office Belgium )" in shown
    assert "Specialists in gender-based violence: Demo Cora ( Demo office Belgium )" in shown


def test_a_translator_reads_the_source_and_learns_who_changes_it(desks, page):
    shown = desks["tiba"].get("/texts/men")

    assert b"<textarea" not in shown.content
    assert "not change them: coordinators and editors do" in words(shown)
    assert segment(page).text in words(shown)
    assert b"<textarea" in desks["cora"].get("/texts/men").content


def test_names_of_languages_are_links(desks, page):
    html = desks["tiba"].get("/texts/men").content.decode()

    assert '<a href="/texts/men/fr">French</a>' in html


def test_what_stands_for_the_emergency_number_is_said(desks, page):
    shown = words(desks["tiba"].get("/texts/first-hours/fr"))

    assert "{emergency} = the emergency number of the reader’s country." in shown


def test_languages_with_the_most_urgent_texts_come_first(desks, scopes, page):
    save(scopes["cora"], page, "Never do that.", ChangeClass.SAFETY)

    answer = desks["tiba"].get("/texts/queue?language=ar&language=bg&language=fr")

    assert [language.tag for language, _, _ in answer.context["queues"]][-1] == "bg"  # missing only


def test_a_translation_is_taken_back_and_comes_back(desks, scopes, page):
    translate(scopes["cora"], page, "Les hommes aussi.")
    digest = text_digest("Les hommes aussi.")
    assert "Then this earlier translation counts again:" in words(
        desks["tiba"].get("/texts/men/fr")
    )

    assert desks["tiba"].post("/texts/men/fr/lead/take-back", digest=digest).status_code == 302
    shown = words(desks["tiba"].get("/texts/men/fr"))
    assert "A translation was taken back just now." in shown
    desks["tiba"].post("/texts/men/fr/lead/restore")
    assert not SegmentTranslation.objects.exclude(taken_back_at=None).exists()

    desks["tiba"].post("/texts/men/fr/lead/take-back", digest=digest)
    desks["tiba"].at += timedelta(minutes=11)
    assert "taken back just now" not in words(desks["tiba"].get("/texts/men/fr"))
    assert desks["tiba"].post("/texts/men/fr/lead/restore").status_code == 409


def test_a_page_is_created_and_can_be_translated(desks):
    form = {"title": "There is help", "code": "school-poster", "body": "You decide.\n- One"}

    answer = desks["nela"].post("/texts/new", kind="material", **form)

    assert answer.headers["Location"] == "/texts/school-poster"
    assert "You decide." in words(desks["nela"].get("/texts/school-poster/fr"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "Not A Code"}, "Use small letters"),
        ({"code": "men"}, "has the code “men” already"),
        ({"kind": "programme"}, "Select a valid choice"),
        ({"body": "x" * 2001}, "longer than 2,000 characters"),
        ({"body": "Call {nothing}."}, "refers to nothing that exists"),
        ({"title": "A\u202eB"}, "invisible characters"),
    ],
)
def test_a_page_that_is_wrong_is_not_created(desks, changed, message):
    form = {"title": "There is help", "code": "school-poster", "body": "You decide."}

    answer = desks["nela"].post("/texts/new", **{"kind": "material", **form, **changed})

    assert answer.status_code == 422
    assert message in words(answer)
    assert not Page.objects.filter(code="school-poster").exists()


def test_a_translator_creates_no_page(desks):
    assert desks["tiba"].get("/texts/new").status_code == 403


def test_the_queue_lists_what_waits_in_the_languages_of_a_translator(desks, scopes, page):
    assert "No language chosen" in words(desks["tiba"].get("/texts/queue"))
    translate(scopes["tiba"], page, "Les hommes aussi.")
    save(scopes["cora"], page, "Never do that.", ChangeClass.SAFETY)

    shown = words(desks["tiba"].get("/texts/queue"))

    assert "3 words to translate" in shown
    assert "Withdrawn: may harm: 1" in shown
    assert "German" in words(desks["tiba"].get("/texts/queue?language=de"))


def test_pages_are_found_by_words_in_any_language(desks):
    shown = words(desks["tiba"].get("/texts?q=excision"))
    assert "Cutting of girls and women" in shown
    assert "Forced marriage" not in shown
    assert "No matches" in words(desks["tiba"].get("/texts?q=pamplemousse"))


def test_who_has_no_part_in_pages_sees_none_of_it(desks, page):
    assert texts_of(page).title
    for address in ("queue", "glossary", "new", "releases/preview"):
        assert desks["chidi"].get(f"/texts/{address}").status_code == 403


def test_only_readers_with_a_record_of_a_coordinator_count(desks, people, scopes, page):
    translate(scopes["cora"], page, "Les hommes aussi.")
    shown = desks["tiba"].get(f"/texts/{page.code}/fr")
    rows = [row for row in shown.context["rows"] if row["saw"]]
    seen = {f"saw_{row['segment'].key}": row["saw"] for row in rows}
    seen |= {f"source_{row['segment'].key}": row["segment"].digest for row in rows}
    address = f"/texts/{page.code}/fr/read"

    assert "You cannot say yet" in words(shown)
    assert "Demo Cora" in words(shown)  # whom to ask
    assert "I have read all texts as" not in words(shown)
    refused = desks["tiba"].post(address, role="language", is_native="on", **seen)
    assert refused.status_code == 422
    assert "No coordinator has recorded that you read this language" in words(refused)
    assert not Review.objects.exists()

    tiba = people["tiba"].user
    record_language(scopes["vera"], tiba, "fr", ReaderLevel.NATIVE, at=AT)
    shown = words(desks["tiba"].get(f"/texts/{page.code}/fr"))
    assert "You read this language like your first language. Recorded by Demo Vera" in shown
    assert desks["tiba"].post(address, role="language", **seen).status_code == 302
    assert Review.objects.filter(reviewer__isnull=False, language="fr").exists()

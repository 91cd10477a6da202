from protect.vault.sessions import drafts
from tests.vault.cast import AT, make_person, wait_in
from tests.vault.views.conftest import one_clock as one_clock
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True


def test_home_lists_tasks_with_links(cast):
    wait_in(make_person("nadia"), cast.desk)

    home = words(Desk().let_in(cast.sana).get("/"))

    assert home.startswith("Home · PROTECT")
    assert "Soon 2 Dec 2026" in home
    assert "Today" not in home
    assert "\u2068Demo Nadia\u2069 is waiting to be let in" in home
    assert "Let in" in home
    assert "Open notes" in home


def test_manager_without_a_key_is_offered_no_notes(cast):
    home = words(Desk().let_in(cast.dana).get("/"))

    assert "Open notes" not in home
    assert "Organisation" in home


def test_drafts_come_first_on_the_home_page(cast):
    drafts.keep_draft(cast.amal.pk, f"/teams/{cast.desk.pk}/notes/new", {"title": ["x"]}, at=AT)

    home = words(Desk().let_in(cast.amal).get("/"))

    assert home.index("Forms not sent") < home.index("Your teams")


def test_footer_names_the_organisation(cast):
    assert "PROTECT · Demo office" in words(Desk().let_in(cast.amal).get("/")).replace("  ", " ")


def test_navigation_marks_the_current_page(cast):
    page = Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}").content.decode()

    assert page.count('href="/teams" aria-current="page"') == 2  # beside, and in the fold of phones


def test_get_of_a_post_only_address_explains_itself(cast):
    answer = Desk().let_in(cast.amal).get("/sign-out")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "it is used only when a button is pressed" in words(answer)

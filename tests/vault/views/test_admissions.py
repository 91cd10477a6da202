from datetime import timedelta
from uuid import uuid4

import pytest

from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership
from protect.vault.models import DekWrap, TeamKey
from protect.vault.team_keys import members, rotation
from tests.vault.cast import AT, entries, grants, make_person, note, read, serve, versions, wait_in
from tests.vault.views.desk import Desk, led_to, words

CAST_IS_KEPT = True
OTHER_WORDS = "abacus abdomen abide ability ablaze able"


@pytest.fixture
def rana(cast):
    return make_person("rana")


@pytest.fixture
def place(cast, rana) -> Membership:
    return wait_in(rana, cast.desk)


def admit_page(place: Membership) -> str:
    return f"/places/{place.pk}/admit"


def let_in(cast, place, typed: str, who="sana"):
    return Desk().let_in(cast.people[who]).post(admit_page(place), words=typed)


def is_still_waiting(cast, place) -> bool:
    place.refresh_from_db()
    holding = {user for user, _ in grants(cast.desk)}
    return place.state == MembershipState.PENDING and place.user_id not in holding


# --- letting in ----------------------------------------------------------------------------------


def test_the_page_says_how_to_compare_and_never_shows_the_words(cast, rana, place):
    page = Desk().let_in(cast.sana).get(admit_page(place))

    assert "Phone them on a number that you know" in words(page)
    assert "they can read everything that this team has sealed" in words(page)
    assert "rana@demo.example" in words(page)
    theirs = set(rana.words.split())
    assert len(theirs & set(words(page).split())) < len(theirs) / 2  # one may stand there by itself


def test_whoever_was_compared_reads_what_the_team_has_sealed(cast, rana, place):
    record = note(cast.sana, cast.desk)

    answer = let_in(cast, place, rana.words)

    place.refresh_from_db()
    assert led_to(answer) == f"/teams/{cast.desk.pk}"
    assert place.state == MembershipState.ACTIVE
    assert read(rana, record).document["story"] == "PLANTED-IN-CLEAR"
    assert entries("admit") > 0


@pytest.mark.parametrize("change", [str.upper, lambda said: ", ".join(said.split()) + "."])
def test_words_count_however_they_are_typed(cast, rana, place, change):
    assert led_to(let_in(cast, place, change(rana.words))) == f"/teams/{cast.desk.pk}"


def test_other_words_let_nobody_in(cast, rana, place):
    before = entries("admit")

    answer = let_in(cast, place, OTHER_WORDS)

    assert answer.status_code == 422
    assert "so this person was not admitted" in words(answer)
    assert is_still_waiting(cast, place)
    assert entries("admit") == before


def test_words_in_another_order_are_other_words(cast, rana, place):
    turned = " ".join(reversed(rana.words.split()))

    assert let_in(cast, place, turned).status_code == 422
    assert is_still_waiting(cast, place)


def test_an_empty_form_lets_nobody_in(cast, place):
    assert let_in(cast, place, "").status_code == 422
    assert is_still_waiting(cast, place)


@pytest.mark.parametrize(
    ("who", "code"), [("amal", 403), ("dana", 403), ("chidi", 404), ("emil", 404), ("olga", 404)]
)
def test_nobody_else_lets_somebody_in(cast, rana, place, who, code):
    asked = Desk().let_in(cast.people[who]).get(admit_page(place))

    answer = let_in(cast, place, rana.words, who)

    assert (asked.status_code, answer.status_code) == (code, code)
    assert is_still_waiting(cast, place)


def test_a_foreign_place_and_a_missing_one_look_the_same(cast, place):
    desk = Desk().let_in(cast.chidi)

    foreign, missing = desk.get(admit_page(place)), desk.get(f"/places/{uuid4()}/admit")

    assert words(foreign) == words(missing)


def test_a_place_in_an_organisation_is_nothing_to_be_let_into(cast, rana):
    place = serve(rana, cast.office, "trainer")

    assert Desk().let_in(cast.dana).get(admit_page(place)).status_code == 404


def test_whoever_is_in_already_is_not_let_in_again(cast):
    answer = Desk().let_in(cast.sana).get(admit_page(cast.amal.place(cast.desk)))

    assert answer.status_code == 409


def test_letting_in_asks_once_more_who_it_is_and_keeps_what_was_typed(cast, rana, place):
    desk = Desk().let_in(cast.sana, stepped_up=False)

    answer = desk.post(admit_page(place), words=rana.words)

    assert answer.headers["Location"].startswith("/confirm?next=%2Fdrafts%2F")
    assert is_still_waiting(cast, place)


def test_somebody_who_waits_lets_nobody_in(cast, rana, place):
    tomo = make_person("tomo")
    wait_in(tomo, cast.desk, "supervisor")

    assert Desk().let_in(tomo).post(admit_page(place), words=rana.words).status_code == 404
    assert is_still_waiting(cast, place)


# --- renewing ------------------------------------------------------------------------------------


@pytest.fixture
def due(cast, monkeypatch) -> str:
    """The desk with five notes, its case worker gone: two wraps move at a time."""
    for _ in range(5):
        note(cast.sana, cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    monkeypatch.setattr(rotation, "BATCH", 2)
    return f"/teams/{cast.desk.pk}/renew"


def old_wraps(team) -> int:
    newest = TeamKey.objects.get(team=team, state="active").version
    return DekWrap.objects.filter(team=team, team_version__lt=newest).count()


def test_the_page_of_a_renewal_says_how_much_is_left(cast, due):
    page = words(Desk().let_in(cast.sana).get(due))

    assert "0 of 5" in page
    assert "Members can keep working and need not do anything." in page


def test_each_sending_moves_one_batch_and_comes_back(cast, due):
    desk = Desk().let_in(cast.sana)

    answer = desk.post(due)

    assert led_to(answer) == due
    assert old_wraps(cast.desk) == 3
    assert "2 of 5" in words(desk.get(due))


def test_with_the_last_batch_the_old_key_is_gone(cast, due):
    desk = Desk().let_in(cast.sana)
    for _ in range(3):
        desk.post(due)

    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: "retired", 2: "active"}
    assert cast.desk.state == TeamState.ACTIVE
    assert "You have nothing left to do" in words(desk.get(due))


def test_a_sending_when_nothing_is_due_makes_no_key(cast):
    answer = Desk().let_in(cast.sana).post(f"/teams/{cast.desk.pk}/renew")

    assert led_to(answer) == f"/teams/{cast.desk.pk}/renew"
    assert versions(cast.desk) == {1: "active"}


def test_a_script_is_told_in_numbers_and_words(cast, due):
    desk = Desk().let_in(cast.sana)
    desk.client.defaults["HTTP_ACCEPT"] = "application/json"

    told = [desk.post(due).json() for _ in range(3)]

    assert told[0] == {"done": 2, "of": 5, "said": "2 of 5", "is_over": False}
    assert [each["is_over"] for each in told] == [False, False, True]


def test_a_case_worker_who_holds_the_key_renews_it_too(cast, due, rana, place):
    members.admit_to_team(cast.sana.scope, cast.sana.unlocked(), place, words=rana.words, at=AT)

    assert led_to(Desk().let_in(rana).post(due)) == due
    assert old_wraps(cast.desk) == 3


@pytest.mark.parametrize(("who", "code"), [("dana", 403), ("chidi", 404), ("olga", 404)])
def test_nobody_without_the_key_renews_it(cast, due, who, code):
    desk = Desk().let_in(cast.people[who])

    assert (desk.get(due).status_code, desk.post(due).status_code) == (code, code)
    assert versions(cast.desk) == {1: "active"}


def test_renewing_asks_once_more_who_it_is(cast, due):
    desk = Desk().let_in(cast.sana)
    desk.at += timedelta(minutes=11)

    assert led_to(desk.post(due)) == "/confirm"
    assert versions(cast.desk) == {1: "active"}


def test_the_home_of_a_key_holder_shows_the_renewal_and_changes_nothing(cast, due):
    desk = Desk().let_in(cast.sana, stepped_up=False)
    before = old_wraps(cast.desk)

    for _ in range(3):
        assert "Renew the key" in words(desk.get("/"))

    assert versions(cast.desk) == {1: "active"}
    assert old_wraps(cast.desk) == before


def test_the_home_of_whoever_only_manages_goes_on_with_nothing(cast, due):
    assert Desk().let_in(cast.dana).get("/").status_code == 200
    assert versions(cast.desk) == {1: "active"}


def test_a_renewal_that_has_not_begun_is_begun_and_says_since_when(cast, due):
    page, team = (
        words(Desk().let_in(cast.sana).get(each)) for each in (due, f"/teams/{cast.desk.pk}")
    )

    assert "Begin" in page
    assert "Continue" not in page
    assert "needed renewal since 30 Nov 2026, " in team


def test_a_renewal_that_was_left_half_way_says_so_and_who_can_finish_it(cast):
    for _ in range(2):
        note(cast.sana, cast.desk)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT, limit=1)

    for page in (f"/teams/{cast.desk.pk}", "/"):
        said = words(Desk().let_in(cast.sana).get(page))
        assert "A renewal of the key was begun on 30 Nov 2026, " in said
        assert "These members can finish it: \u2068Demo Sana\u2069." in said
        assert "Finish the key renewal" in said
        assert "a member who held it has left" not in said


def test_a_member_who_leaves_during_a_renewal_makes_another_one_due(cast):
    note(cast.sana, cast.desk)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    said = words(Desk().let_in(cast.sana).get(f"/teams/{cast.desk.pk}"))

    assert "a member who held it has left" in said
    assert "A renewal of the key was begun" not in said


# --- renewing by hand ----------------------------------------------------------------------------


def renew_page(cast) -> str:
    return f"/teams/{cast.desk.pk}/renew"


def test_a_supervisor_renews_a_key_that_nothing_makes_due(cast):
    record = note(cast.sana, cast.desk)
    desk = Desk().let_in(cast.sana)

    assert f'{renew_page(cast)}#suspicion"' in desk.get(f"/teams/{cast.desk.pk}").content.decode()
    answer = desk.post(f"{renew_page(cast)}?renew=1")

    assert led_to(answer) == renew_page(cast)
    assert versions(cast.desk) == {1: "retiring", 2: "active"}
    assert entries("rotate") == 1
    assert "0 of 1" in words(desk.get(renew_page(cast)))
    assert "Continue" in words(desk.get(renew_page(cast)))
    desk.post(renew_page(cast))
    assert versions(cast.desk) == {1: "retired", 2: "active"}
    assert read(cast.amal, record).document["story"] == "PLANTED-IN-CLEAR"


def test_a_case_worker_is_offered_no_renewal_and_begins_none(cast):
    desk = Desk().let_in(cast.amal)

    page, answer = desk.get(renew_page(cast)), desk.post(f"{renew_page(cast)}?renew=1")

    assert "Another person may have the key" not in words(page)
    assert "#suspicion" not in desk.get(f"/teams/{cast.desk.pk}").content.decode()
    assert answer.status_code == 403
    assert versions(cast.desk) == {1: "active"}
    assert entries("rotate") == 0


def test_a_reason_that_comes_while_a_renewal_is_due_is_refused_and_says_so(cast, due):
    desk = Desk().let_in(cast.sana)

    answer = desk.post(f"{due}?renew=1")

    assert answer.status_code == 409
    assert "When the renewal is finished, check whether you still need another one." in words(
        answer
    )
    assert versions(cast.desk) == {1: "active"}
    assert entries("rotate") == 0


def test_who_asks_twice_gets_one_new_key(cast):
    note(cast.sana, cast.desk)
    desk = Desk().let_in(cast.sana)

    first, again = (desk.post(f"{renew_page(cast)}?renew=1") for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 409)
    assert versions(cast.desk) == {1: "retiring", 2: "active"}
    assert entries("rotate") == 1


def test_renewing_on_suspicion_asks_once_more_who_it_is(cast):
    desk = Desk().let_in(cast.sana, stepped_up=False)

    assert led_to(desk.post(f"{renew_page(cast)}?renew=1")) == "/confirm"
    assert versions(cast.desk) == {1: "active"}


def test_a_key_that_was_never_due_is_not_called_new(cast):
    page = words(Desk().let_in(cast.sana).get(f"/teams/{cast.desk.pk}/renew"))

    assert (
        "All records that the team can open are sealed with the newest key. "
        "You have nothing left to do." in page
    )

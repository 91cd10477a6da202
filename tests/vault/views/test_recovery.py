import re
from datetime import timedelta
from uuid import uuid4

import pytest

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.history import sentences
from protect.orgs.models import Membership
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.models import RecoveryHalf, RecoveryOfficer
from protect.vault.team_keys import members, recovery_kit
from tests.vault import cast as casting
from tests.vault.cast import AT, entries, grants, make_person, new_team, note, read, wait_in
from tests.vault.views.desk import Desk, led_to, words

CAST_IS_KEPT = True
WRONG = RecoveryCode(b"\x01" * 20).printed()  # well written, and nobody's
PRINTED = re.compile(r"\b(?:[0-9A-Z]{5} ){7}[0-9A-Z]{5}\b")


def officers_page(cast, slot: int | None = None, verb: str = "") -> str:
    page = f"/organisations/{cast.office.pk}/officers"
    return f"{page}/{slot}/{verb}" if slot else page


def read_out(cast) -> dict[str, str]:
    """Return what the officers of the office read from their papers, by field."""
    officers = recovery_kit.officers_by_slot(cast.office.pk)
    said = {slot: recovery_kit.officer_words(each) for slot, each in officers.items()}
    return {f"words_{slot}": ", ".join(each) + "." for slot, each in said.items()}


def kit_page(team) -> str:
    return f"/teams/{team.pk}/kit"


def pair(cast, *slots: int) -> dict[str, str]:
    codes = cast.codes[cast.office.pk]
    return {f"code_{n}": codes[n] if n in slots else "" for n in (1, 2, 3)}


def restore_page(place: Membership) -> str:
    return f"/places/{place.pk}/restore"


# --- officers ------------------------------------------------------------------------------------


def test_the_list_shows_three_places_and_no_name(cast):
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=2).update(confirmed_at=None)
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=3).delete()

    page = words(Desk().let_in(cast.dana).get(officers_page(cast)))

    assert "Officer 1 Code confirmed" in page
    assert "Officer 2 Code not confirmed yet" in page
    assert "Officer 3 None yet" in page
    assert "The names of the three officers are not stored here" in page


def test_a_supervisor_sees_the_officers_and_changes_none(cast):
    page = Desk().let_in(cast.sana).get(officers_page(cast))

    assert "Code confirmed" in words(page)
    assert "/appoint" not in page.content.decode()


@pytest.mark.parametrize(("who", "code"), [("amal", 403), ("chidi", 404), ("emil", 404)])
def test_others_do_not_see_them(cast, who, code):
    assert Desk().let_in(cast.people[who]).get(officers_page(cast)).status_code == code


def test_replacing_an_officer_says_first_what_it_breaks(cast):
    page = words(Desk().let_in(cast.dana).get(officers_page(cast, 2, "appoint")))

    assert "code stops working at once. Their paper can be destroyed." in page
    assert "Each team must then finish its recovery kit again" in page
    assert not PRINTED.search(page)


def test_the_first_officer_of_a_place_breaks_nothing(cast):
    RecoveryOfficer.objects.filter(organisation=cast.office).delete()

    page = words(Desk().let_in(cast.dana).get(officers_page(cast, 2, "appoint")))

    assert "stops working" not in page


def test_the_code_is_shown_once_and_typing_it_back_confirms(cast):
    desk = Desk().let_in(cast.dana)

    sheet = words(desk.post(officers_page(cast, 2, "appoint")))
    code = PRINTED.search(sheet)[0]
    new = RecoveryOfficer.objects.get(organisation=cast.office, slot=2)

    assert "Keep the paper where only you find it" in sheet
    assert new.confirmed_at is None
    assert not PRINTED.search(words(desk.get(officers_page(cast, 2, "confirm"))))
    answer = desk.post(officers_page(cast, 2, "confirm"), code=code.lower())
    assert led_to(answer) == officers_page(cast)
    new.refresh_from_db()
    assert new.confirmed_at == AT


def test_a_new_officer_leaves_gaps_until_the_kit_is_finished_again(cast):
    desk, sana = Desk().let_in(cast.dana), Desk().let_in(cast.sana)
    code = PRINTED.search(words(desk.post(officers_page(cast, 2, "appoint"))))[0]
    desk.post(officers_page(cast, 2, "confirm"), code=code)
    assert not recovery_kit.is_kit_complete(cast.desk)

    asked = words(sana.get(kit_page(cast.desk)))
    assert "The six words of officer 2" in asked
    assert "The six words of officer 1" not in asked  # whom the team has signed
    answer = sana.post(kit_page(cast.desk), words_2=read_out(cast)["words_2"])

    assert led_to(answer) == f"/teams/{cast.desk.pk}"
    assert recovery_kit.is_kit_complete(cast.desk)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda code: WRONG, "This code is not correct. Check the paper and type the code again."),
        (
            lambda code: f"{code[:3]}{'0' if code[3] != '0' else '1'}{code[4:]}",
            "typing mistake in group 1",
        ),
        (lambda code: code[:20], "eight groups of five"),
    ],
    ids=["another", "a slip", "too short"],
)
def test_a_code_that_is_wrong_confirms_nobody(cast, change, said):
    made = recovery_kit.appoint_officer(cast.dana.scope, cast.office, 2, at=AT)
    typed = change(made.code.printed())

    answer = Desk().let_in(cast.dana).post(officers_page(cast, 2, "confirm"), code=typed)

    made.officer.refresh_from_db()
    assert (answer.status_code, made.officer.confirmed_at) == (422, None)
    assert said in words(answer)


@pytest.mark.parametrize(("who", "code"), [("sana", 403), ("amal", 403), ("emil", 404)])
@pytest.mark.parametrize("verb", ["appoint", "confirm"])
def test_nobody_else_appoints_or_confirms(cast, who, code, verb):
    desk, before = Desk().let_in(cast.people[who]), list(all_officers(cast))

    typed = cast.codes[cast.office.pk][2]
    answer = desk.post(officers_page(cast, 2, verb), code=typed)

    assert (desk.get(officers_page(cast, 2, verb)).status_code, answer.status_code) == (code, code)
    assert list(all_officers(cast)) == before


def all_officers(cast):
    return RecoveryOfficer.objects.filter(organisation=cast.office).order_by("slot").values()


@pytest.mark.parametrize(("slot", "verb"), [(4, "appoint"), (4, "confirm"), (2, "confirm")])
def test_a_place_that_there_is_not_is_missing(cast, slot, verb):
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=2).delete()

    assert Desk().let_in(cast.dana).get(officers_page(cast, slot, verb)).status_code == 404


def test_appointing_asks_once_more_who_it_is(cast):
    before = list(all_officers(cast))

    answer = Desk().let_in(cast.dana, stepped_up=False).post(officers_page(cast, 1, "appoint"))

    assert led_to(answer) == "/confirm"
    assert list(all_officers(cast)) == before


# --- the kit -------------------------------------------------------------------------------------


@pytest.fixture
def founding(cast):
    """A team of the office that only practises, with rana as its founder."""
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    casting.found(team, rana)
    team.refresh_from_db()
    cast.people["rana"] = rana
    return team


def test_finishing_the_kit_lets_a_team_begin_its_work(cast, founding):
    desk = Desk().let_in(cast.rana)

    assert "Then the team is active" in words(desk.get(kit_page(founding)))
    answer = desk.post(kit_page(founding), **read_out(cast))

    founding.refresh_from_db()
    assert led_to(answer) == f"/teams/{founding.pk}"
    assert founding.state == TeamState.ACTIVE
    assert recovery_kit.is_kit_complete(founding)


def test_without_three_officers_nothing_is_finished(cast, founding):
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=3).delete()
    desk = Desk().let_in(cast.rana)

    assert "Three officers must confirm their codes first." in words(desk.get(kit_page(founding)))
    answer = desk.post(kit_page(founding))

    founding.refresh_from_db()
    assert (answer.status_code, founding.state) == (409, TeamState.FOUNDING)
    assert not RecoveryHalf.objects.filter(team_key__team=founding).exists()


def test_a_manager_without_the_key_sees_that_a_supervisor_must_finish_it(cast, founding):
    desk = Desk().let_in(cast.dana)

    assert "Now a supervisor of the team" in words(desk.get(kit_page(founding)))
    assert desk.post(kit_page(founding)).status_code == 403
    assert not RecoveryHalf.objects.filter(team_key__team=founding).exists()


@pytest.mark.parametrize(("who", "code"), [("amal", 403), ("chidi", 404)])
def test_the_kit_is_not_everybodys_business(cast, who, code):
    desk = Desk().let_in(cast.people[who])

    assert desk.get(kit_page(cast.desk)).status_code == code
    assert desk.post(kit_page(cast.desk), **pair(cast, 1, 2)).status_code == code
    assert entries("recovery_drill") == 0


def test_the_kit_asks_once_more_who_it_is(cast, founding):
    answer = Desk().let_in(cast.rana, stepped_up=False).post(kit_page(founding))

    founding.refresh_from_db()
    assert (led_to(answer), founding.state) == ("/confirm", TeamState.FOUNDING)


# --- the drill -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sana", "dana"])
@pytest.mark.parametrize("slots", [(1, 2), (1, 3), (2, 3)])
def test_any_two_officers_prove_that_their_codes_still_work(cast, who, slots):
    held, desk = grants(cast.desk), Desk().let_in(cast.people[who])

    answer = desk.post(kit_page(cast.desk), **pair(cast, *slots))

    assert led_to(answer) == kit_page(cast.desk)
    assert entries("recovery_drill") == 1
    assert grants(cast.desk) == held
    assert "Last test:" in words(desk.get(kit_page(cast.desk)))


@pytest.mark.parametrize("slots", [(), (1,), (1, 2, 3)])
def test_two_officers_it_must_be(cast, slots):
    answer = Desk().let_in(cast.sana).post(kit_page(cast.desk), **pair(cast, *slots))

    assert answer.status_code == 422
    assert "Two officers type their codes" in words(answer)
    assert entries("recovery_drill") == 0


def test_a_wrong_code_is_said_at_its_officer(cast):
    typed = pair(cast, 1, 2) | {"code_2": WRONG}

    answer = Desk().let_in(cast.sana).post(kit_page(cast.desk), **typed)

    assert answer.status_code == 422
    assert 'id="id_code_2_error"' in answer.content.decode()
    assert 'id="id_code_1_error"' not in answer.content.decode()
    assert entries("recovery_drill") == 0


def test_a_wrong_code_in_a_drill_stands_in_the_history_without_the_code(cast):
    typed = pair(cast, 1, 2) | {"code_2": WRONG}

    Desk().let_in(cast.sana).post(kit_page(cast.desk), **typed)

    entry = Entry.objects.get(outcome="code_wrong")
    assert (entry.action, entry.target) == ("desk.team_kit", f"team:{cast.desk.pk}")
    assert (entry.actor_id, entry.reason) == (cast.sana.pk, None)
    said = str(sentences.refused_action_sentence(entry.action, entry.outcome))
    assert said == "Recovery codes were tested, and one was wrong."


def test_halves_that_are_gone_are_no_passed_drill(cast):
    RecoveryHalf.objects.filter(team_key__team=cast.desk, pair="12").delete()

    answer = Desk().let_in(cast.sana).post(kit_page(cast.desk), **pair(cast, 1, 2))

    assert answer.status_code == 409
    assert entries("recovery_drill") == 0


# --- restoring -----------------------------------------------------------------------------------


@pytest.fixture
def waiting(cast) -> Membership:
    """The desk after its last two people left; rana waits there as a supervisor."""
    cast.people["rana"] = make_person("rana")
    place = wait_in(cast.rana, cast.desk, "supervisor")
    cast.record = note(cast.sana, cast.desk)
    for name in ("amal", "sana"):
        left = cast.people[name].place(cast.desk)
        members.end_membership_and_access(cast.dana.scope, left, None, at=AT)
    return place


def test_two_officers_open_the_team_for_whoever_waits(cast, waiting):
    desk = Desk().let_in(cast.rana)
    Outgoing.objects.all().delete()

    asked = words(desk.get(restore_page(waiting)))
    answer = desk.post(restore_page(waiting), **pair(cast, 1, 3))

    waiting.refresh_from_db()
    assert "All people who manage your organisation are told now" in asked
    assert "You do not need this" not in asked
    assert led_to(answer) == f"/teams/{cast.desk.pk}"
    assert waiting.state == MembershipState.ACTIVE
    assert read(cast.rana, cast.record).document["story"] == "PLANTED-IN-CLEAR"
    assert (cast.rana.pk, 2) in grants(cast.desk)
    told = Outgoing.objects.filter(template="recovery_used").values_list("to", flat=True)
    assert list(told.order_by("pk")) == ["dana@demo.example"]


@pytest.mark.parametrize("slots", [(1,), (1, 2, 3)])
def test_one_officer_alone_opens_nothing(cast, waiting, slots):
    answer = Desk().let_in(cast.rana).post(restore_page(waiting), **pair(cast, *slots))

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (422, MembershipState.PENDING)
    assert grants(cast.desk) == set()
    assert entries("restore") == 0


def test_a_wrong_code_opens_nothing(cast, waiting):
    typed = pair(cast, 1, 2) | {"code_1": WRONG}

    answer = Desk().let_in(cast.rana).post(restore_page(waiting), **typed)

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (422, MembershipState.PENDING)
    assert 'id="id_code_1_error"' in answer.content.decode()
    assert grants(cast.desk) == set()


def test_where_a_colleague_could_do_it_that_is_said_first(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.desk, "supervisor")

    page = words(Desk().let_in(rana).get(restore_page(place)))

    assert "You do not need this: a colleague can let you in. Demo Sana" in page


def test_a_case_worker_opens_no_team_with_officers(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.desk)

    answer = Desk().let_in(rana).post(restore_page(place), **pair(cast, 1, 2))

    place.refresh_from_db()
    assert (answer.status_code, place.state) == (403, MembershipState.PENDING)


@pytest.mark.parametrize(("who", "code"), [("dana", 403), ("chidi", 404)])
def test_nobody_opens_it_for_somebody_else(cast, waiting, who, code):
    answer = Desk().let_in(cast.people[who]).post(restore_page(waiting), **pair(cast, 1, 2))

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (code, MembershipState.PENDING)


def test_whoever_is_in_needs_no_officers(cast):
    place = cast.sana.place(cast.desk)

    answer = Desk().let_in(cast.sana).post(restore_page(place), **pair(cast, 1, 2))

    assert answer.status_code == 409
    assert entries("restore") == 0


def test_a_missing_place_is_like_a_foreign_one(cast, waiting):
    desk = Desk().let_in(cast.chidi)

    foreign, missing = desk.get(restore_page(waiting)), desk.get(f"/places/{uuid4()}/restore")

    assert words(foreign) == words(missing)


def test_restoring_asks_once_more_who_it_is(cast, waiting):
    desk = Desk().let_in(cast.rana)
    desk.at += timedelta(minutes=11)

    assert led_to(desk.post(restore_page(waiting), **pair(cast, 1, 2))) == "/confirm"
    assert grants(cast.desk) == set()

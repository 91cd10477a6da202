import re
from uuid import uuid4

import pytest

from protect.audit.models import Entry
from protect.orgs.enums import OrganisationState, TeamState
from protect.orgs.models import Organisation, Team
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.models import TeamKey
from protect.vault.records import records
from protect.vault.team_keys import pins, rotation
from tests.vault import cast as casting
from tests.vault.cast import AT, LATER, entries, make_person, new_team, wait_in
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.views.desk import Desk, led_to, words

CAST_IS_KEPT = True
OTHER_WORDS = "abacus abdomen abide ability ablaze able"


def list_page(team: Team) -> str:
    return f"/teams/{team.pk}/partners"


def compare_page(team: Team, partner: Team) -> str:
    return f"{list_page(team)}/{partner.pk}"


def key_of(team: Team) -> TeamKey:
    return TeamKey.objects.get(team=team, state="active")


def words_of(team: Team) -> str:
    return pins.own_key_words(team)


def shown(cast, who="amal") -> str:
    return words(Desk().let_in(cast.people[who]).get(list_page(cast.desk)))


def compared(cast) -> None:
    unlocked = cast.sana.unlocked()
    pins.compare_partner_key(
        unlocked, cast.desk, key_of(cast.shelter), words_of(cast.shelter), at=AT
    )


def swap_key(team: Team) -> None:
    """Put another key in a partner's place, as somebody who can write the database would."""
    public = TeamSecret.generate().public().raw
    TeamKey.objects.filter(team=team, state="active").update(public=public)


# --- the list ------------------------------------------------------------------------------------


def test_one_partner_whose_stored_key_differs_is_marked_and_the_others_stay(cast):
    compared(cast)
    swap_key(cast.shelter)

    page = shown(cast)

    assert "Demo shelter Demo partner Malta Not their key: send nothing See what to do" in page
    assert "Demo far Demo other Ireland Not compared Compare" in page
    assert "this team" not in page
    assert Entry.objects.filter(outcome="partner_key_mismatch").count() == 1
    assert "Stopped" not in words(Desk().let_in(cast.sana).get("/teams"))


def test_a_partner_whose_stored_key_differs_is_spoken_of_by_name_and_not_compared(cast):
    words_before = words_of(cast.shelter)
    swap_key(cast.shelter)
    desk = Desk().let_in(cast.amal)

    page = desk.get(compare_page(cast.desk, cast.shelter))
    answer = desk.post(compare_page(cast.desk, cast.shelter), words=words_before)

    assert (page.status_code, answer.status_code) == (409, 409)
    assert "The stored key of Demo shelter does not match that team&#x27;s key." in words(page)
    assert "You can go on with your own notes" in words(page)
    assert entries("compare_pin") == 0


def test_the_list_holds_teams_of_other_organisations_and_ones_own_words(cast):
    page = shown(cast)

    assert "Demo shelter Demo partner Malta Not compared" in page
    assert "Demo far Demo other Ireland Not compared" in page
    assert words_of(cast.desk) in page
    assert words_of(cast.shelter) not in page


def test_teams_that_cannot_receive_anything_are_not_in_it(cast):
    casting.found(new_team(cast.partner, "Demo founding"), make_person("rana"))
    new_team(cast.partner, "Demo keyless")
    suspended = {"state": OrganisationState.SUSPENDED, "suspended_at": AT}
    Organisation.objects.filter(pk=cast.other.pk).update(**suspended)

    page = shown(cast)

    assert not any(name in page for name in ("Demo founding", "Demo keyless", "Demo far"))


def test_a_team_without_partners_is_told_when_they_appear(cast):
    Team.objects.exclude(pk=cast.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert "No partner team yet" in shown(cast)


def test_a_key_that_was_compared_says_when(cast):
    compared(cast)

    page = shown(cast)

    assert re.search(r"Demo shelter Demo partner Malta Compared .* Compare again", page)


def test_a_key_that_was_only_used_is_only_seen(cast):
    pins.must_match_pin(cast.sana.unlocked(), cast.desk, key_of(cast.shelter), at=AT)

    assert "Malta Seen, not compared" in shown(cast)


def test_a_renewed_key_keeps_what_was_compared(cast):
    compared(cast)
    rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=LATER)

    assert "Malta Compared" in shown(cast)


def test_a_key_that_was_put_there_by_others_says_so(cast):
    compared(cast)
    swap_key(cast.shelter)
    rebuild_uncompared()  # the pin alone must do

    assert "Malta Changed: compare again" in shown(cast)
    page = Desk().let_in(cast.amal).get(compare_page(cast.desk, cast.shelter))
    assert "Nothing can be sent until you have compared the six words" in words(page)


def test_looking_at_the_list_pins_nothing(cast):
    before = entries("seal"), entries("save")

    shown(cast)

    assert (entries("seal"), entries("save")) == before
    assert pins.find_pin(cast.sana.unlocked(), cast.desk, cast.shelter.pk) is None


# --- comparing -----------------------------------------------------------------------------------


def test_the_page_says_how_and_never_shows_the_partners_words(cast):
    page = words(Desk().let_in(cast.amal).get(compare_page(cast.desk, cast.shelter)))

    assert "Call them on a number that you know is theirs" in page
    assert words_of(cast.desk) in page
    theirs = set(words_of(cast.shelter).split())
    assert len(theirs & set(page.split())) < len(theirs) / 2  # "unlock" may stand there by itself


def test_the_right_words_pin_the_key(cast):
    desk = Desk().let_in(cast.amal)

    answer = desk.post(compare_page(cast.desk, cast.shelter), words=words_of(cast.shelter))

    assert led_to(answer) == list_page(cast.desk)
    assert pins.find_pin(cast.sana.unlocked(), cast.desk, cast.shelter.pk).compared
    assert entries("compare_pin") == 1


def test_other_words_pin_nothing_and_warn(cast):
    desk = Desk().let_in(cast.amal)

    answer = desk.post(compare_page(cast.desk, cast.shelter), words=OTHER_WORDS)

    assert answer.status_code == 422
    assert "Call a number that you know is theirs and compare again." in words(answer)
    assert pins.find_pin(cast.sana.unlocked(), cast.desk, cast.shelter.pk) is None
    assert entries("compare_pin") == 0


def test_the_words_of_the_key_before_are_not_enough_for_a_swapped_one(cast):
    compared(cast)
    said = words_of(cast.shelter)
    swap_key(cast.shelter)
    rebuild_uncompared()  # the pin alone must do

    answer = Desk().let_in(cast.amal).post(compare_page(cast.desk, cast.shelter), words=said)

    assert answer.status_code == 422
    assert "Malta Changed: compare again" in shown(cast)


def test_what_one_team_reads_is_what_the_other_types(cast):
    read_out = words(Desk().let_in(cast.bela).get(list_page(cast.shelter)))
    spoken = " ".join(fingerprint.words(TeamPublicKey(bytes(key_of(cast.shelter).public))))

    assert spoken in read_out
    answer = Desk().let_in(cast.amal).post(compare_page(cast.desk, cast.shelter), words=spoken)
    assert led_to(answer) == list_page(cast.desk)


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "code"), [("dana", 403), ("chidi", 404), ("olga", 404)])
def test_without_the_key_there_is_nothing_to_compare(cast, who, code):
    desk = Desk().let_in(cast.people[who])

    assert desk.get(list_page(cast.desk)).status_code == code
    answer = desk.post(compare_page(cast.desk, cast.shelter), words=words_of(cast.shelter))
    assert answer.status_code == code
    assert entries("compare_pin") == 0


def test_whoever_waits_compares_nothing(cast):
    rana = make_person("rana")
    wait_in(rana, cast.desk)

    assert Desk().let_in(rana).get(list_page(cast.desk)).status_code == 404


def test_a_team_that_is_no_partner_is_a_missing_one(cast):
    sister = new_team(cast.office, "Demo sister")
    casting.found(sister, make_person("rana"))
    desk = Desk().let_in(cast.amal)

    own, sisters, missing = (
        desk.get(f"{list_page(cast.desk)}/{pk}") for pk in (cast.desk.pk, sister.pk, uuid4())
    )

    assert {own.status_code, sisters.status_code, missing.status_code} == {404}
    assert words(own) == words(sisters) == words(missing)


def test_however_many_partners_there_are_what_the_team_knows_is_opened_once(cast, monkeypatch):
    compared(cast)
    read, opened = records.read, []

    def counted(unlocked, record):
        opened.append(record.pk)
        return read(unlocked, record)

    monkeypatch.setattr(records, "read", counted)

    page = shown(cast)

    assert "Malta Compared" in page
    assert "Ireland Not compared" in page
    assert len(opened) == 1

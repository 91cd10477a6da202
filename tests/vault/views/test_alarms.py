from datetime import datetime, timedelta

import pytest
from django.db import transaction

from protect.audit import facts
from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import ALARM_ANSWER_PREFIX, organisation_chain
from protect.kernel.text import FSI, PDI
from protect.notices.models import Outgoing
from protect.orgs.actions import OfferedRole, invite
from protect.orgs.actions.alarms import raise_new_alarm
from protect.orgs.models import Invitation
from protect.vault.errors import RecordDamaged
from protect.vault.models import Sealed, TeamKey
from tests.vault.adversary.database_writer import DatabaseWriter
from tests.vault.cast import AT, Cast, Person, make_person, note, serve, wait_in
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
LATER = AT + timedelta(minutes=20)
OF_KEY = "The key in the database was not the team"
CAUSE = "An old backup was put back; the operator has mended it."


@pytest.fixture
def petra(cast: Cast) -> Person:
    person = cast.people["petra"] = make_person("petra")
    serve(person, cast.office, "protection_officer")
    return person


@pytest.fixture
def replaced(cast: Cast) -> Cast:
    """The cast after somebody wrote another key over that of their team, which they knew."""
    for person in (cast.sana, cast.amal):
        person.unlocked().team_secret(cast.desk.pk, 1)
    DatabaseWriter().replace_team_public(cast.desk)
    return cast


def alarms(cast: Cast) -> str:
    return f"/organisations/{cast.office.pk}/history?action=alarms"


def meet(person: Person, *pages: str, at: datetime = AT) -> None:
    """Open pages that answer with an alarm."""
    desk = Desk(at=at).let_in(person)
    for page in pages:
        assert desk.get(page).status_code in {409, 422}


def seen(cast: Cast) -> int:
    return Entry.objects.of_organisation(cast.office.pk).alarms().order_by("-n").first().n


def of_key(cast: Cast) -> dict[str, object]:
    """Return how the form of the alarm names it."""
    return {"target": f"team:{cast.desk.pk}", "outcome": "key_mismatch"}


def answer(person: Person, cast: Cast, **fields: object):
    address = f"/organisations/{cast.office.pk}/alarms/answer"
    return Desk(at=LATER).let_in(person).post(address, **{"reason": CAUSE, **fields})


def test_home_of_the_officer_shows_an_alarm_until_it_is_answered(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    page = Desk().let_in(petra).get("/")

    assert "No unsent forms" not in words(page)
    assert words(page).count("Alarm") == 1
    assert f"Team {FSI}Demo desk{PDI} {OF_KEY}" in words(page)
    assert "Last detected: 30 Nov 2026" in words(page)
    assert alarms(replaced) in page.content.decode()

    given = answer(
        petra,
        replaced,
        target=f"team:{replaced.desk.pk}",
        outcome="key_mismatch",
        seen=seen(replaced),
    )

    assert given.headers["Location"] == alarms(replaced)
    assert OF_KEY not in words(Desk(at=LATER).let_in(petra).get("/"))
    assert "An alarm was resolved." in words(Desk(at=LATER).let_in(petra).get(alarms(replaced)))


def test_mail_of_an_alarm_leads_to_the_alarms_of_that_organisation(replaced, petra, settings):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    mail = Outgoing.objects.get(template="key_alarm")

    link = f"{settings.STAFF_URL}{alarms(replaced)}"
    assert (mail.to, mail.link) == (petra.user.email, link)


def test_history_says_who_noticed_an_alarm_and_says_it_once(cast, petra, request):
    record = note(cast.amal, cast.desk)
    replaced = request.getfixturevalue("replaced")
    team = f"/teams/{replaced.desk.pk}"
    meet(replaced.amal, team, f"{team}/notes", f"{team}/notes/new", f"/notes/{record.pk}")
    meet(replaced.sana, team, at=LATER)

    said = words(Desk(at=LATER).let_in(petra).get(alarms(replaced)))
    table = said.partition("The newest first")[2]

    assert table.count(OF_KEY) == 1
    assert "2 times, first 30 Nov 2026" in table
    assert f"detected by {FSI}Demo Sana{PDI}, {FSI}Demo Amal{PDI}" in table
    assert "tried to" not in table
    assert Entry.objects.filter(outcome="key_mismatch").count() == 2
    assert [each.broken for each in facts.verify_chains(at=LATER) if each.broken] == []


def test_alarm_that_is_met_again_after_its_answer_is_told_again(replaced, petra):
    team = f"/teams/{replaced.desk.pk}"
    meet(replaced.amal, team)
    answer(
        petra,
        replaced,
        target=f"team:{replaced.desk.pk}",
        outcome="key_mismatch",
        seen=seen(replaced),
    )

    meet(replaced.amal, team, at=LATER)

    assert OF_KEY in words(Desk(at=LATER).let_in(petra).get("/"))
    mails = Outgoing.objects.filter(template="key_alarm")
    assert mails.count() == 1  # in one hour, whatever was answered
    meet(replaced.sana, team, at=AT + timedelta(hours=1))
    assert mails.count() == 2


def test_entries_that_a_writer_to_the_database_adds_silence_no_alarm(replaced, petra):
    """Of another time, of no organisation, or about nothing: the application may append them."""
    chain = organisation_chain(replaced.office.pk)
    for at, target in ((AT + timedelta(days=9999), f"team:{replaced.desk.pk}"), (AT, "")):
        for _ in range(20):
            with transaction.atomic():
                record(
                    at=at,
                    chain=chain,
                    action="desk.team",
                    actor=replaced.amal.pk,
                    organisation=None,
                    target=target,
                    outcome="key_mismatch",
                )

    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    assert (
        Entry.objects.filter(outcome="key_mismatch", organisation=replaced.office.pk).count() == 1
    )
    assert Outgoing.objects.filter(template="key_alarm").count() == 1
    assert OF_KEY in words(Desk().let_in(petra).get("/"))
    assert Desk().let_in(petra).get(alarms(replaced)).status_code == 200


def test_answer_to_an_alarm_that_was_noticed_again_meanwhile_is_refused(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")
    before = seen(replaced)
    meet(replaced.sana, f"/teams/{replaced.desk.pk}")

    refused = answer(petra, replaced, **of_key(replaced), seen=before)

    assert refused.status_code == 409
    assert CAUSE in words(refused)
    assert f'name="seen" value="{seen(replaced)}"' in refused.content.decode()
    assert not Entry.objects.filter(action__startswith=ALARM_ANSWER_PREFIX).exists()


def test_answer_to_another_alarm_about_the_same_team_leaves_it_stopped(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")
    fields = of_key(replaced) | {"outcome": "partner_key_mismatch"}

    refused = answer(petra, replaced, **fields, seen=seen(replaced))

    assert refused.status_code == 409
    assert "Stopped" in words(Desk(at=LATER).let_in(replaced.sana).get("/teams"))


def test_history_says_who_cleared_an_alarm_up_and_why(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    answer(petra, replaced, **of_key(replaced), seen=seen(replaced))

    entry = Entry.objects.get(action__startswith=ALARM_ANSWER_PREFIX)
    assert (entry.actor_id, entry.reason) == (petra.pk, CAUSE)
    for page in (alarms(replaced), f"/history/team/{replaced.desk.pk}"):
        said = words(Desk(at=LATER).let_in(petra).get(page)).partition("The newest first")[2]
        assert f"An alarm was resolved. {CAUSE} Demo Petra" in said
    assert [each.broken for each in facts.verify_chains(at=LATER) if each.broken] == []


def test_address_of_an_answer_leads_back_to_the_alarms(cast, petra):
    """Whoever unlocks on the page that asks for a reason is led to its address."""
    page = Desk().let_in(petra).get(f"/organisations/{cast.office.pk}/alarms/answer")

    assert page.headers["Location"] == alarms(cast)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 301])
def test_alarm_is_not_cleared_up_without_a_reason(replaced, petra, reason):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    refused = answer(petra, replaced, **of_key(replaced), seen=seen(replaced), reason=reason)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'href="#alarm_{seen(replaced)}_reason"' in page
    assert f'id="alarm_{seen(replaced)}_reason"' in page
    assert "Write one or two sentences for all readers of the history." in words(refused)
    assert not Entry.objects.filter(action__startswith=ALARM_ANSWER_PREFIX).exists()


@pytest.mark.parametrize(("who", "code"), [("sana", 403), ("dana", 403), ("chidi", 404)])
def test_only_who_reads_the_history_answers_an_alarm(replaced, petra, who, code):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")
    fields = {
        "target": f"team:{replaced.desk.pk}",
        "outcome": "key_mismatch",
        "seen": seen(replaced),
    }

    assert answer(getattr(replaced, who), replaced, **fields).status_code == code
    assert not Entry.objects.filter(action__startswith=ALARM_ANSWER_PREFIX).exists()


def test_each_damaged_note_is_an_alarm_of_its_own(cast, petra):
    records = [note(cast.amal, cast.desk) for _ in range(2)]
    Sealed.objects.filter(record__in=records).update(ct=b"\x01" + bytes(64))

    meet(cast.amal, *[f"/notes/{each.pk}" for each in records])

    found = Entry.objects.filter(outcome="record_damaged").values_list("target", flat=True)
    assert set(found) == {f"note:{each.pk}" for each in records}


# --- Teams that are stopped -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/teams", "/"])
def test_team_whose_key_was_found_to_differ_is_stopped(replaced, petra, page):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    said = words(Desk().let_in(replaced.sana).get(page))

    assert "On 30 Nov 2026" in said
    assert "the stored key was not the one that this team knows" in said
    assert ("Stopped" in said) is (page == "/teams")
    assert "Active" not in said


def test_officer_without_a_key_sees_on_its_page_that_a_team_is_stopped(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")

    said = words(Desk().let_in(petra).get(f"/teams/{replaced.desk.pk}"))

    assert "Stopped" in said
    assert "the stored key was not the one that this team knows" in said


def test_team_goes_on_once_the_officer_has_answered(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}")
    answer(
        petra,
        replaced,
        target=f"team:{replaced.desk.pk}",
        outcome="key_mismatch",
        seen=seen(replaced),
    )

    said = words(Desk(at=LATER).let_in(replaced.sana).get("/teams"))

    assert "Stopped" not in said
    assert "Active" in said


def test_nobody_is_invited_to_a_team_that_is_stopped(replaced, petra):
    team, typed = f"/teams/{replaced.desk.pk}", {"email": "zoe@demo.example", "language": "en"}
    meet(replaced.amal, team)
    sana = Desk(at=LATER).let_in(replaced.sana)

    page = words(sana.get(f"{team}/invite"))
    refused = sana.post(f"{team}/invite", **typed, role="caseworker")

    assert "Send the invitation" not in page
    assert (
        "it is stopped because its stored key does not match the key that the team knows." in page
    )
    assert refused.status_code == 409
    assert words(refused).count("it is stopped because") == 1
    assert not Invitation.objects.exists()
    assert not Outgoing.objects.filter(template="invitation").exists()


def test_pages_offer_no_invitation_to_a_team_that_is_stopped(replaced, petra):
    team = f"/teams/{replaced.desk.pk}"
    place = OfferedRole(replaced.office, replaced.desk, "caseworker")
    sent = invite(replaced.sana.scope, place, email="zoe@demo.example", language="en", at=AT)
    open_to_invite = f'href="{team}/invite"'
    assert open_to_invite in Desk().let_in(replaced.dana).get(team).content.decode()
    meet(replaced.amal, team)

    dana = Desk(at=LATER).let_in(replaced.dana)
    listed = dana.get(f"/organisations/{replaced.office.pk}/invitations")

    for page in (dana.get(team), listed):
        assert page.status_code == 200
        assert open_to_invite not in page.content.decode()
    assert f"/invitations/{sent.pk}/revoke" in listed.content.decode()
    assert f"/invitations/{sent.pk}/again" not in listed.content.decode()


def test_pages_offer_to_let_nobody_into_a_team_that_is_stopped(cast, petra):
    place = wait_in(make_person("rana"), cast.desk)
    target = f"team:{cast.desk.pk}"
    sana = Desk(at=LATER).let_in(cast.sana)
    pages = ("/", "/teams", f"/teams/{cast.desk.pk}")
    to_admit = f"/places/{place.pk}/admit"
    assert all(to_admit in sana.get(page).content.decode() for page in pages)

    raise_new_alarm(cast.office.pk, target, "key_mismatch", "not_in_ledger", at=AT)

    for page in pages:
        answer = sana.get(page)
        assert answer.status_code == 200
        assert "the stored key was not the one that this team knows" in words(answer)
        assert to_admit not in answer.content.decode()


def test_stopped_team_is_not_ended_for_good(replaced, petra):
    meet(replaced.amal, f"/teams/{replaced.desk.pk}/notes")
    address = f"/teams/{replaced.desk.pk}/retire"
    desk = Desk().let_in(replaced.dana)

    for answer in (desk.get(address), desk.post(address)):
        assert answer.status_code == 409
        assert "nothing was ended" in words(answer)
        assert f'href="/teams/{replaced.desk.pk}"' in answer.content.decode()
        assert "Back to the team" in words(answer)
    assert TeamKey.objects.get(team=replaced.desk).state == "active"


def test_answering_an_alarm_that_is_still_so_does_what_its_page_says(replaced, petra):
    desk = f"/teams/{replaced.desk.pk}"
    meet(replaced.amal, desk)
    page = words(Desk().let_in(petra).get(alarms(replaced)))
    assert "the team can be ended for good, and the alarm returns" in page
    assert "the team may erase this note" not in page

    fields = {"target": f"team:{replaced.desk.pk}", "outcome": "key_mismatch"}
    answer(petra, replaced, **fields, seen=seen(replaced))

    assert Desk(at=LATER).let_in(replaced.dana).get(f"{desk}/retire").status_code == 200
    meet(replaced.amal, desk, at=LATER)
    assert Desk(at=LATER).let_in(replaced.dana).get(f"{desk}/retire").status_code == 409


def test_officer_sees_whether_what_was_noticed_is_so_still(cast, petra):
    record, key = note(cast.amal, cast.desk), TeamKey.objects.get(team=cast.desk)
    text = Sealed.objects.get(record=record)
    Sealed.objects.filter(pk=text.pk).update(ct=b"\x01" + bytes(80))
    meet(cast.amal, f"/notes/{record.pk}")
    DatabaseWriter().replace_team_public(cast.desk)
    meet(cast.amal, f"/teams/{cast.desk.pk}/notes")
    page = words(Desk().let_in(petra).get(alarms(cast)))
    assert page.count("The fault still exists.") == 2
    assert page.count("the team may erase this note") == 1

    Sealed.objects.filter(pk=text.pk).update(ct=text.ct)
    TeamKey.objects.filter(pk=key.pk).update(public=key.public)

    assert "The fault still exists." not in words(Desk().let_in(petra).get(alarms(cast)))


def test_damaged_note_stops_no_team(cast, petra):
    record = note(cast.amal, cast.desk)
    Sealed.objects.filter(record=record).update(ct=b"\x01" + bytes(64))
    meet(cast.amal, f"/notes/{record.pk}")

    assert "Stopped" not in words(Desk().let_in(cast.sana).get("/teams"))


def test_what_the_night_found_is_noticed_by_the_system(cast, petra):
    gone = note(cast.amal, cast.desk)
    raise_new_alarm(cast.office.pk, f"note:{gone.pk}", RecordDamaged.code, "missing", at=AT)

    page = words(Desk().let_in(petra).get(alarms(cast)))

    assert f"detected by {FSI}the system{PDI}" in page
    assert "a person who was not signed in" not in page

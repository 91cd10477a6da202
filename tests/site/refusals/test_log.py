from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from protect.audit import facts
from protect.audit.models import Entry
from protect.audit.rules import PLATFORM, SIGN_IN, organisation_chain
from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.kernel.limits import TooManyRequests
from protect.orgs.history import sentences
from protect.orgs.models import Membership
from protect.site import errors
from protect.site.refusals.log import (
    AUTH_CODES,
    NOT_FOUND_LIMIT,
    RECORDED_CODES,
    RECORDED_STATUSES,
    UNINTENDED_CODES,
    NotFoundCounter,
    is_recorded,
)
from protect.vault.errors import Crowded, RecordChanged, VaultRefusal
from protect.vault.models import Record, Sealed
from tests.vault.cast import AT, Cast, make_person, note, wait_in
from tests.vault.views.conftest import one_clock as one_clock
from tests.vault.views.desk import Desk

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
OTHER_WORDS = "abacus abdomen abide ability ablaze able"


def noted() -> list[Entry]:
    return list(Entry.objects.filter(action__startswith="desk.").order_by("chain", "n"))


def only() -> Entry:
    [found] = noted()
    return found


def history(cast: Cast) -> str:
    return f"/organisations/{cast.office.pk}/history"


def test_forbidden_action_is_recorded_for_officers(cast):
    answer = Desk().let_in(cast.dana).get(history(cast))

    assert answer.status_code == 403
    entry = only()
    assert (entry.chain_id, entry.organisation) == (
        organisation_chain(cast.office.pk),
        cast.office.pk,
    )
    assert (entry.action, entry.outcome) == ("desk.organisation_history", "not_allowed")
    assert (entry.actor_id, entry.target) == (cast.dana.pk, f"organisation:{cast.office.pk}")
    assert [each.broken for each in facts.verify_chains(at=AT)] == [None] * len(
        facts.current_heads(at=AT)
    )


def test_refusal_shown_in_a_form_is_recorded(cast):
    place = wait_in(make_person("nadia"), cast.desk)

    answer = Desk().let_in(cast.sana).post(f"/places/{place.pk}/admit", words=OTHER_WORDS)

    place.refresh_from_db()
    assert (answer.status_code, place.state) == (422, "pending")
    entry = only()
    assert (entry.action, entry.outcome) == ("desk.team_admit", "fingerprint_differs")
    assert entry.target == f"membership:{place.pk}"


def test_damaged_record_is_recorded_with_its_id(cast):
    record = note(cast.amal, cast.desk)
    Sealed.objects.filter(record=record).update(ct=b"\x01" + bytes(64))

    answer = Desk().let_in(cast.amal).get(f"/notes/{record.pk}")

    assert answer.status_code == 422
    entry = only()
    assert (entry.action, entry.outcome) == ("desk.note", "record_damaged")
    assert (entry.target, entry.organisation) == (f"note:{record.pk}", cast.office.pk)


def test_wrong_passphrases_while_locked_are_only_in_the_sign_in_chain(cast):
    desk = Desk().let_in(cast.amal)
    desk.post("/lock")
    codes = [desk.post("/unlock", password="x" * 20).status_code for _ in range(4)]

    assert codes == [403, 403, 403, 403]
    assert noted() == []
    refused = Entry.objects.of_chain(SIGN_IN).refused()
    assert refused.filter(action="vault.show_password").count() == 4


def test_repeated_refusal_is_recorded_once_an_hour(cast):
    desk = Desk().let_in(cast.dana)
    for _ in range(3):
        desk.get(history(cast))
    assert len(noted()) == 1

    Desk(at=AT + timedelta(hours=1)).let_in(cast.dana).get(history(cast))

    assert len(noted()) == 2


def test_refusal_in_another_organisation_is_in_its_history(cast):
    Desk().let_in(cast.olga).get(history(cast))  # an operator sees that it exists

    assert only().chain_id == organisation_chain(cast.office.pk)


def test_refusal_of_a_user_without_membership_is_in_the_platform_chain(cast):
    Membership.objects.filter(user=cast.dana.pk).delete()

    assert Desk().let_in(cast.dana).get("/organisations/new").status_code == 403

    assert (only().chain_id, only().organisation) == (PLATFORM, None)


def test_foreign_addresses_are_recorded_once_after_many_404s(cast):
    desk = Desk().let_in(cast.chidi)
    for number in range(NOT_FOUND_LIMIT + 2):
        assert len(noted()) == (number >= NOT_FOUND_LIMIT)
        foreign = cast.desk.pk if number % 2 else uuid4()
        assert desk.get(f"/teams/{foreign}").status_code == 404

    entry = only()
    assert (entry.action, entry.outcome, entry.target) == ("desk.missing", "not_found", "")
    assert entry.chain_id == organisation_chain(cast.other.pk)


def test_404_without_an_id_is_not_counted(cast):
    desk = Desk().let_in(cast.chidi)
    for _ in range(NOT_FOUND_LIMIT + 1):
        desk.get("/no-such-page")

    assert noted() == []


@pytest.mark.parametrize("path", ["/notes/new", "/second-factor", "/organisations"])
def test_refusal_without_an_account_is_not_recorded(cast, path):
    Desk().get(path)

    assert noted() == []


def test_form_mistake_is_not_recorded(cast):
    desk = Desk().let_in(cast.dana)

    answer = desk.post(f"/organisations/{cast.office.pk}/teams/new", name="Demo desk")

    assert answer.status_code in {409, 422}
    assert noted() == []


def test_public_site_records_no_refusals(cast):
    Desk().let_in(cast.dana).client.get("/en/nowhere", headers={"host": "127.0.0.1"})

    assert noted() == []


def test_page_is_shown_if_its_refusal_cannot_be_recorded(cast, caplog):
    desk = Desk().let_in(cast.dana)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")

    answer = desk.get(history(cast))

    assert answer.status_code == 403
    [line] = [each.getMessage() for each in caplog.records if each.name == "protect"]
    assert line.startswith("unwritten action=desk.organisation_history outcome=not_allowed error=")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")
    assert noted() == []


def test_refused_action_writes_only_the_refusal(cast):
    before = Record.objects.count(), Entry.objects.count()

    Desk().let_in(cast.dana).post(f"/teams/{cast.desk.pk}/notes/new", title="x", text="y", months=1)

    assert (Record.objects.count(), Entry.objects.count() - 1) == before
    assert only().outcome == "not_allowed"


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (errors.SiteRefusal("not_allowed"), True),
        (VaultRefusal("step_up_required"), True),
        (VaultRefusal("pin_changed", team="Demo"), True),
        (VaultRefusal("passphrase_refused"), False),  # stands among the sign-ins
        (Crowded(seconds=3), False),  # a rush is nobody's deed
        (
            errors.SiteRefusal("form_too_old"),
            False,
        ),  # crossing windows, or a page loaded again
        (RecordChanged(), False),
        (errors.NotFound(), False),  # counted, not told one by one
        (errors.SiteRefusal("failed"), False),
    ],
)
def test_refusals_of_permissions_keys_and_consent_are_recorded(error, kept):
    assert is_recorded(error) is kept


def refusals(of: type[ProtectError] = ProtectError) -> Iterator[tuple[str, int]]:
    """Yield the code and the status of each refusal, those of tables among them."""
    for each in of.__subclasses__():
        if each.__module__.startswith("protect."):
            yield each.code, each.status
            for status, rows in getattr(each, "rows", {}).items():
                yield from ((code, status) for code in rows)
            yield from refusals(each)


# Refused to people without an account, by a link or to a stranger.
WITHOUT_ACCOUNT = {
    *("outreach_pass_over", "outreach_pass_bad"),
    *("outreach_pass_account_closed", "outreach_pass_not_yours"),
    "certificates_name_asked_too_often",
}


def test_every_recorded_refusal_has_a_sentence():
    kept = (
        {code for code, status in refusals() if status in RECORDED_STATUSES}
        | RECORDED_CODES
        | AUTH_CODES
    )
    elsewhere = {
        TooManyRequests.code,
        *WITHOUT_ACCOUNT,
    } | UNINTENDED_CODES  # before anybody is known

    assert {code for code in kept - elsewhere if not sentences.refusal_sentence(code)} == set()


def test_counts_restart_each_hour():
    missing, person = NotFoundCounter(limit=2), uuid4()

    with clock.frozen(AT):
        assert not missing.has_reached_limit(person)
        assert not missing.has_reached_limit(uuid4())
    with clock.frozen(AT + timedelta(hours=1)):
        assert [missing.has_reached_limit(person) for _ in range(3)] == [False, True, False]

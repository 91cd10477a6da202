"""What an application costs does not tell whether its address is known.

Counted, never timed; how often one probe is right is measured by `python -m bench.probing`.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from protect.audit.models import Entry
from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.trainings.registrations import models
from protect.trainings.registrations.models import Participant, Registration, WaitingMove
from protect.trainings.scheduling.enums import Approval
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.registrations.views.test_applications import typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]

KNOWN, NEW = "noor@demo.example", "ali@demo.example"
ENDINGS = {"RELEASE", "ROLLBACK"}  # of a savepoint: kept, or taken back


@pytest.fixture
def visitor():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


@pytest.fixture(
    params=[{"seat_limit": 20}, {"approval": Approval.OWNER}, {"seat_limit": 0}],
    ids=["offered", "applied", "waiting"],
)
def edition(host, request):
    return make_edition(host, is_listed=True, **request.param)


def apply(visitor, edition, email):
    return visitor.post(f"/trainings/en/e/{edition.code}/apply", typed(email=email))


def kind(statement: str) -> tuple[str, ...]:
    """Return what a statement does to which table."""
    words = statement.replace('"', "").split()
    verb = "END" if words[0] in ENDINGS else words[0]
    tables = [word for word in words if word.startswith(("trainings_", "audit_", "notices_"))]
    return verb, *(table.partition(".")[0] for table in tables[:1])


def cost(visitor, edition, email, monkeypatch, wakes) -> dict[str, object]:
    """Return what an application does, by kinds."""
    hashed = []
    made = models.match_key

    def counted(*given: object) -> bytes:
        hashed.append(given[0])
        return made(*given)

    with (
        monkeypatch.context() as patch,
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        patch.setattr(models, "match_key", counted)
        with wakes(execute=False) as waking:
            answer = apply(visitor, edition, email)
    assert answer.status_code == 200
    return {
        "statements": Counter(kind(query["sql"]) for query in queries),
        "hashes": len(hashed),
        "wakings": len(waking),
    }


def leave() -> None:
    """Let every mail leave."""
    Outgoing.objects.update(sent_at=AT, link="")


def everything() -> tuple[object, ...]:
    return tuple(
        list(rows.order_by("pk").values())
        for rows in (Participant.objects, Registration.objects, WaitingMove.objects, Entry.objects)
    )


def test_application_cost_is_the_same_for_every_address(
    visitor, host, edition, monkeypatch, django_capture_on_commit_callbacks
):
    def probe(email: str) -> dict[str, object]:
        return cost(visitor, edition, email, monkeypatch, django_capture_on_commit_callbacks)

    make_participant(host, email="known@demo.example")
    probe("first@demo.example")  # what is cached from now on
    apply(visitor, edition, KNOWN)
    waiting = probe(KNOWN)
    leave()
    mailed, new, elsewhere = probe(KNOWN), probe(NEW), probe("known@demo.example")

    assert new["hashes"] > 0
    assert new["wakings"] > 0
    assert new["statements"][("INSERT", "trainings_registration")] == 1
    assert new["statements"][("INSERT", "notices_outgoing")] == 1
    assert mailed == waiting == elsewhere == new


def test_registered_applicant_gets_the_link_again_and_nothing_changes(visitor, edition):
    apply(visitor, edition, KNOWN)
    first = Outgoing.objects.get()
    leave()
    before = everything()

    apply(visitor, edition, KNOWN.upper())

    assert everything() == before
    again = Outgoing.objects.exclude(pk=first.pk).get()
    assert (again.to, again.link, again.template) == (KNOWN, first.link, first.template)


def test_no_second_mail_is_queued_while_one_is_unsent(visitor, edition):
    apply(visitor, edition, KNOWN)
    before = everything()

    apply(visitor, edition, KNOWN)

    assert everything() == before
    assert Outgoing.objects.count() == 1


def test_form_sent_twice_mails_once_even_after_sending(visitor, edition):
    fields, address = typed(), f"/trainings/en/e/{edition.code}/apply"
    visitor.post(address, fields)
    leave()

    visitor.post(address, fields)

    assert Registration.objects.count() == Outgoing.objects.count() == 1


def test_closed_registration_stores_nothing_about_an_address(visitor, host):
    closed = make_edition(host, is_listed=True, closes_at=AT - timedelta(seconds=1))
    make_participant(host, email=KNOWN)
    before = everything()

    for email in (KNOWN, NEW):
        apply(visitor, closed, email)

    assert everything() == before
    assert not Outgoing.objects.exists()


def test_no_placeholder_address_is_stored_or_mailed(visitor, edition):
    for email in (KNOWN, NEW, KNOWN):
        apply(visitor, edition, email)

    assert {*Participant.objects.values_list("email", flat=True)} == {KNOWN, NEW}
    assert {*Outgoing.objects.values_list("to", flat=True)} == {KNOWN, NEW}

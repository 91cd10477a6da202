from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from protect.audit import facts, rules
from protect.audit.actions import defer_refusals, record_refusal, record_refusal_once
from protect.audit.models import Entry
from protect.orgs.models import User
from tests.audit.writing import AMALS, AT, CHAIN, OTHER_HOUSE, SAFE_HOUSE

pytestmark = pytest.mark.django_db


def refuse(action: str = "desk.note", outcome: str = "not_allowed", **more) -> None:
    values = {
        "at": AT,
        "chain": CHAIN,
        "actor": AMALS,
        "organisation": SAFE_HOUSE,
        "target": "",
    } | more
    record_refusal_once(action=action, outcome=outcome, **values)


def written() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("chain", "n").values_list("action", "outcome"))


def test_same_refusal_is_written_once_an_hour_for_all_targets(amal):
    for number in range(3):
        refuse(at=AT + timedelta(minutes=number), target=f"note:{UUID(int=number)}")
    assert Entry.objects.get().target == f"note:{UUID(int=0)}"

    refuse(at=AT + timedelta(hours=1))

    assert written() == [("desk.note", "not_allowed")] * 2


@pytest.mark.parametrize(
    "other",
    [
        {"action": "desk.team"},
        {"outcome": "throttled"},
        {"chain": rules.organisation_chain(OTHER_HOUSE), "organisation": OTHER_HOUSE},
    ],
)
def test_other_action_outcome_or_chain_is_another_refusal(amal, other):
    refuse()
    refuse(**other)

    assert Entry.objects.count() == 2


def test_refusal_of_another_user_is_written_separately(amal):
    bela = User.objects.create(email="bela@demo.example")
    refuse()
    refuse(actor=bela.pk)

    assert list(Entry.objects.order_by("n").values_list("actor", flat=True)) == [AMALS, bela.pk]


def test_loop_of_refusals_is_limited_per_hour_and_leaves_the_chain_whole(amal):
    for number in range(rules.MAX_REFUSALS_PER_HOUR + 5):
        refuse(f"desk.page_{number}")
    assert Entry.objects.count() == rules.MAX_REFUSALS_PER_HOUR

    refuse("desk.page_0", at=AT + timedelta(hours=1))

    [checked] = facts.verify_chains(at=AT)
    assert (checked.entries, checked.broken) == (rules.MAX_REFUSALS_PER_HOUR + 1, None)


def test_unwritable_refusal_is_logged_by_codes_and_does_not_fail_the_request(committed, caplog):
    given = {"at": AT, "chain": CHAIN, "actor": None, "organisation": SAFE_HOUSE}

    with defer_refusals():
        record_refusal(action="demo.open", outcome="outside_consent", consent=uuid4(), **given)
        record_refusal(action="demo.open", outcome="Amal may not", **given)
        record_refusal(action="demo.close", outcome="not_allowed", **given)

    assert written() == [("demo.open", "outside_consent"), ("demo.close", "not_allowed")]
    [line] = [each.getMessage() for each in caplog.records if each.name == "protect"]
    assert line.startswith("unwritten action=demo.open outcome=")
    assert line.endswith("error=IntegrityError")

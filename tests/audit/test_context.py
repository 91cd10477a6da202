import pytest
from django.db import transaction

from protect.audit import rules
from protect.audit.context import AuditContext, in_chain_order
from protect.audit.models import Entry
from tests.audit.writing import AMALS, AT, OTHER_HOUSE, SAFE_HOUSE

pytestmark = pytest.mark.usefixtures("amal")
TARGET = f"team:{SAFE_HOUSE}"


def context_of(organisation=SAFE_HOUSE) -> AuditContext:
    return AuditContext(at=AT, actor=AMALS, organisation=organisation)


def written() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("chain", "n").values_list("chain", "action"))


def test_an_entry_stands_in_the_chain_of_its_organisation():
    with transaction.atomic():
        context_of().record("demo.step", TARGET)

    entry = Entry.objects.get()
    assert entry.chain_id == rules.organisation_chain(SAFE_HOUSE)
    assert (entry.at, entry.actor_id, entry.organisation) == (AT, AMALS, SAFE_HOUSE)
    assert (entry.action, entry.target, entry.outcome) == ("demo.step", TARGET, rules.DONE)


def test_an_entry_of_no_organisation_stands_in_the_chain_of_the_platform():
    with transaction.atomic():
        context_of(None).record("demo.step")

    assert written() == [(rules.PLATFORM, "demo.step")]


def test_an_entry_in_another_chain_keeps_its_organisation():
    with transaction.atomic():
        context_of().record("demo.step", chain=rules.PLATFORM)

    entry = Entry.objects.get()
    assert (entry.chain_id, entry.organisation) == (rules.PLATFORM, SAFE_HOUSE)


def test_a_row_is_named_by_its_kind_and_key(five):
    row = five[0].chain
    row.pk = SAFE_HOUSE

    with transaction.atomic():
        context_of().record("demo.step", row)

    assert Entry.objects.newest_first().filter(target=f"chain:{SAFE_HOUSE}").count() == 1


def test_an_action_without_its_package_is_refused():
    with pytest.raises(ValueError, match="package"):
        context_of().record("step", TARGET)

    assert written() == []


@pytest.mark.parametrize("given", [(AT,), (AT, AMALS, SAFE_HOUSE)])
def test_context_rejects_positional_arguments(given):
    with pytest.raises(TypeError, match="positional"):
        AuditContext(*given)  # type: ignore[misc]


def test_context_requires_an_organisation():
    with pytest.raises(TypeError, match="organisation"):
        AuditContext(at=AT, actor=AMALS)  # type: ignore[call-arg]


def test_deferred_entries_are_written_in_the_order_of_chain_names(
    django_capture_on_commit_callbacks,
):
    first, last = sorted([SAFE_HOUSE, OTHER_HOUSE], key=rules.organisation_chain)
    with transaction.atomic():
        with in_chain_order():
            context_of(last).record("demo.last")
            with in_chain_order():
                context_of(first).record("demo.first")
            assert written() == []
        numbers = Entry.objects.order_by("pk").values_list("action", flat=True)

        assert [*numbers] == ["demo.first", "demo.last"]


def test_a_refusal_in_a_deferred_block_writes_nothing():
    @transaction.atomic
    @in_chain_order()
    def be_refused() -> None:
        context_of().record("demo.step")
        raise KeyError

    with pytest.raises(KeyError):
        be_refused()

    assert written() == []
    with transaction.atomic():  # the next block begins empty
        context_of().record("demo.after")
    assert written() == [(rules.organisation_chain(SAFE_HOUSE), "demo.after")]

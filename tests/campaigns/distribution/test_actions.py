"""Orders, and the log of copies: what is entered stays, and no more is given out than there is."""

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.audit.models import Entry
from protect.campaigns.base.enums import CopySource, OrderState, PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.distribution import actions
from protect.campaigns.distribution.access import copies_of, distributions_of
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.distribution.models import CopyRun, Distribution, Order, Reach
from protect.campaigns.materials.actions import take_down
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    make_campaign,
    make_file,
    make_material,
    make_right_file,
    reach_values,
)

ORDER = OrderInput("SI", "fr", PaperSize.A4, 20, "Demo centre")


def run(cast, file, copies):
    return actions.record_run(cast.scope(), file, CopySource.PRINTED, copies, TODAY, at=AT)


def give(cast, file, copies, explanation=""):
    given = Given(copies, TODAY, "Demo centre", explanation)
    return actions.distribute(cast.scope(), file, given, at=AT)


@pytest.mark.usefixtures("starter")
def test_an_order_is_sent_and_given_out(cast):
    material = make_material(cast)
    file = make_right_file(cast, material)
    order = actions.place_order(cast.scope(), material, ORDER, at=AT)
    actions.send_order(cast.scope(), order, file, at=AT)
    run(cast, file, 20)
    entry = actions.distribute_order(
        cast.scope(), order, Given(20, TODAY, order.destination), at=AT
    )

    order.refresh_from_db()
    assert (order.state, order.file, entry.order) == (OrderState.DISTRIBUTED, file, order)
    assert copies_of(file).distributed == 20


def test_a_material_that_was_taken_down_is_neither_ordered_nor_sent(cast):
    material = make_material(cast)
    file = make_file(cast, material)
    order = actions.place_order(cast.scope(), material, ORDER, at=AT)
    take_down(cast.scope(), material, "Demo reason", at=AT)

    for change in (
        lambda: actions.place_order(cast.scope(), material, ORDER, at=AT),
        lambda: actions.send_order(cast.scope(), order, file, at=AT),
    ):
        with pytest.raises(CampaignRefusal, match="campaigns_material_taken_down"):
            change()

    assert Order.objects.get().state == OrderState.WAITING
    assert not Order.objects.waiting().exists()


@pytest.mark.usefixtures("starter")
def test_only_a_file_of_the_material_and_country_is_sent_in_any_language(cast):
    material = make_material(cast)
    order = actions.place_order(cast.scope(), material, ORDER, at=AT)
    with pytest.raises(CampaignRefusal, match="campaigns_file_of_other_order"):
        actions.send_order(cast.scope(), order, make_file(cast, make_material(cast)), at=AT)

    order.refresh_from_db()
    assert (order.state, order.file) == (OrderState.WAITING, None)
    other = make_right_file(cast, material, language_id="ti", size=PaperSize.A3)
    assert actions.send_order(cast.scope(), order, other, at=AT).file == other


def test_another_country_sees_no_order_and_no_log(cast):
    material = make_material(cast, make_campaign(cast, country_id=None))
    order = actions.place_order(cast.scope(), material, ORDER, at=AT)
    file = make_file(cast, material)
    otto = cast.scope("otto")
    for change in (
        lambda: actions.cancel_order(otto, order, at=AT),
        lambda: actions.distribute(otto, file, Given(0, TODAY, "Demo"), at=AT),
        lambda: actions.record_run(otto, file, CopySource.PRINTED, 5, TODAY, at=AT),
    ):
        with pytest.raises(Http404):
            change()

    assert Order.objects.get().state == OrderState.WAITING
    assert not CopyRun.objects.exists()


def test_more_copies_than_were_printed_need_a_reason(cast):
    file = make_file(cast, make_material(cast))
    run(cast, file, 10)
    with pytest.raises(CampaignRefusal) as refusal:
        give(cast, file, 11)

    assert refusal.value.facts == {"remaining": 10}
    assert not Distribution.objects.exists()
    assert give(cast, file, 11, "The centre copied one").copies == 11


def test_a_correction_keeps_the_entry_before_it(cast):
    file = make_file(cast, make_material(cast))
    run(cast, file, 10)
    entry = give(cast, file, 10)

    corrected = actions.correct_distribution(
        cast.scope(), entry, Given(4, TODAY, "Demo centre", "Counted again"), at=AT
    )

    assert corrected.corrects == entry
    assert Distribution.objects.count() == 2
    assert copies_of(file).distributed == 4
    with pytest.raises(CampaignRefusal, match="campaigns_corrected_meanwhile"):
        actions.correct_distribution(cast.scope(), entry, Given(5, TODAY, "Demo"), at=AT)
    assert copies_of(file).distributed == 4


def test_fewer_printed_copies_than_were_given_out_need_a_reason(cast):
    file = make_file(cast, make_material(cast))
    entry = run(cast, file, 10)
    give(cast, file, 10)
    with pytest.raises(CampaignRefusal) as refusal:
        actions.correct_run(cast.scope(), entry, 8, "", at=AT)

    assert refusal.value.code == "campaigns_fewer_than_distributed"
    assert refusal.value.facts == {"available": 8, "distributed": 10}
    assert copies_of(file).available == 10
    actions.correct_run(cast.scope(), entry, 8, "The centre copied two", at=AT)
    assert copies_of(file) == (8, 10)


@pytest.mark.usefixtures("starter")
def test_an_order_names_the_corrected_copies_alone(cast):
    material = make_material(cast)
    file = make_right_file(cast, material)
    run(cast, file, 20)
    order = actions.place_order(cast.scope(), material, ORDER, at=AT)
    actions.send_order(cast.scope(), order, file, at=AT)
    given = Given(20, TODAY, order.destination)
    entry = actions.distribute_order(cast.scope(), order, given, at=AT)
    corrected = Given(15, TODAY, order.destination, "Counted again")
    actions.correct_distribution(cast.scope(), entry, corrected, at=AT)

    assert [each.copies for each in distributions_of(order)] == [15]


def test_collected_copies_stay_collected_until_they_are_in_use_again(cast):
    file = make_file(cast, make_material(cast))
    for is_collected in (True, True, False, False):  # as a double click sends it
        row = actions.collect_copies(cast.scope(), file, is_collected=is_collected, at=AT)
        assert row.collected_at == (AT if is_collected else None)

    written = Entry.objects.filter(action__endswith="_copies").order_by("pk")
    assert [each.action for each in written] == [
        "campaigns.collect_copies",
        "campaigns.reuse_copies",
    ]


def test_reach_is_corrected_with_its_history(cast):
    campaign = make_campaign(cast)
    values = reach_values()
    entry = actions.record_reach(cast.scope(), campaign, values, at=AT)
    changed = values | {"people": 8000, "country": "BE"}  # the country stays
    actions.correct_reach(cast.scope(), entry, changed, at=AT)

    current = Reach.objects.current().get()
    assert (current.people, current.country_id, current.campaign) == (8000, "SI", campaign)
    assert Reach.objects.count() == 2
    assert Entry.objects.filter(action="campaigns.correct_reach").count() == 1
    with pytest.raises(CampaignRefusal, match="campaigns_corrected_meanwhile"):
        actions.correct_reach(cast.scope(), entry, values, at=AT)
    assert Reach.objects.count() == 2


def test_only_the_organisation_that_entered_reach_corrects_it(cast):
    campaign = make_campaign(cast, country_id=None)
    entry = actions.record_reach(cast.scope(), campaign, reach_values(), at=AT)
    with pytest.raises(Http404):
        actions.correct_reach(cast.scope("otto"), entry, reach_values(people=1), at=AT)

    assert Reach.objects.get().people == 9000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["run", "give", "correct_give", "correct_run"]),
        st.integers(0, 12),
        st.booleans(),
    ),
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_copies_given_out_never_exceed_the_log_unless_it_is_said(cast, steps):
    with transaction.atomic():  # each example begins with an empty log
        file = make_file(cast, make_material(cast))
        has_explanation = False
        for kind, copies, explains in steps:
            try:
                take(cast, file, kind, copies, "Demo reason" if explains else "")
            except CampaignRefusal:
                pass
            else:
                has_explanation = has_explanation or explains
            available, given = copies_of(file)
            assert given <= available or has_explanation
        transaction.set_rollback(True)


def take(cast, file, kind, copies, explanation):
    given = Given(copies, TODAY, "Demo centre", explanation)
    if kind == "run":
        run(cast, file, copies)
    elif kind == "give":
        give(cast, file, copies, explanation)
    elif kind == "correct_give":
        entry = Distribution.objects.filter(file=file).current().first()
        if entry:
            actions.correct_distribution(cast.scope(), entry, given, at=AT)
    elif entry := CopyRun.objects.filter(file=file).current().first():
        actions.correct_run(cast.scope(), entry, copies, explanation, at=AT)

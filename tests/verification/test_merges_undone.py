"""A merge and its undo restore every row: a property test."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.enums import Fact
from protect.directory.models import Service, ServiceCapacity
from tests.examples import examples
from tests.verification.merges import all_rows, merge_pair, pair_of, undo_pair_merge
from tests.verification.nights import BEFORE, LATER, NOW, checked, entry, locate

pytestmark = pytest.mark.django_db


PHONES = st.lists(st.sampled_from(["+35621000003", "+35621000004", "112"]), max_size=3, unique=True)
ENTRY_VALUES = st.fixed_dictionaries(
    {
        "phones": PHONES,
        "languages": st.lists(st.sampled_from(["ar", "en", "fr"]), max_size=2, unique=True),
        "hours": st.dictionaries(
            st.sampled_from(["visit", "phone"]), st.sampled_from(["Mo 09:00-12:00", "24/7"])
        ),
        "doors": st.lists(st.sampled_from(["Demo Street 1", "Demo Street 2"]), max_size=2),
        "beds": st.none() | st.integers(0, 3),
        "cost": st.sampled_from(["", "free", "paid"]),
        "checks": st.lists(st.tuples(st.sampled_from(list(Fact)), st.integers(1, 40)), max_size=4),
        "audience": st.sampled_from(["public", "professionals"]),
        "status": st.sampled_from(["published", "suspended", "draft"]),
        "professionals_only": st.booleans(),
        "sources": st.dictionaries(
            st.sampled_from(["phone", "cost", "texts"]), st.just(["Demo list, 2025"])
        ),
    }
)


def make_entry(code, given):
    service = entry(
        code,
        phone="",
        address_audience=given["audience"],
        professionals_only=given["professionals_only"],
    )
    Service.objects.filter(pk=service.pk).update(
        status=given["status"], fact_sources=given["sources"]
    )
    for position, number in enumerate(given["phones"]):
        service.phones.create(number=number, position=position)
    for tag in given["languages"]:
        service.languages.create(language_id=tag)
    for channel, expression in given["hours"].items():
        service.schedules.create(channel=channel, expression=expression)
    for street in given["doors"]:
        locate(service, street, audience=given["audience"])
    if given["beds"] is not None:
        ServiceCapacity.objects.create(
            service=service, available=given["beds"], updated_at=BEFORE, expires_at=LATER
        )
    if given["cost"]:
        service.costs.create(kind=given["cost"])
    service.criteria.create(kind="tells_police", operator="answer", answer="no")
    for fact, days in given["checks"]:
        checked(service, fact, NOW - timedelta(days=days))
    return service


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    one=ENTRY_VALUES,
    other=ENTRY_VALUES,
    taken=st.sets(st.sampled_from(list(Fact))),
    keeps_first=st.booleans(),
)
def test_merge_and_undo_restore_every_row(staff, one, other, taken, keeps_first):
    with transaction.atomic():
        one, other = make_entry("s1", one), make_entry("s2", other)
        pair = pair_of(one, other)
        keep, withdrawn = (one, other) if keeps_first else (other, one)
        keep.refresh_from_db()
        withdrawn.refresh_from_db()
        before = all_rows()
        if withdrawn.status == "published" != keep.status:
            keep = withdrawn

        merge_pair(staff, pair, keep, *taken)
        undo_pair_merge(staff, pair)

        assert all_rows() == before
        transaction.set_rollback(True)

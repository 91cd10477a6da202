"""Certificates are counted by how they stand."""

from dataclasses import replace

import pytest

from protect.certificates.facts import FACTS
from tests.certificates.given import certify
from tests.trainings.facts.given import AFTER, YEAR, make_one, numbers, seated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def test_certificates_are_counted_by_state(planners):
    figure = FACTS["certificates.issued"]
    assert figure(YEAR).cells == {}
    valid = certify(seated(make_one(planners.host)))
    gone = certify(seated(make_one(planners.host)))
    gone.revoked_at, gone.revoked_reason = AFTER, "Demo reason"
    gone.save()

    assert numbers(figure(YEAR)) == {("BE", "valid"): 1, ("BE", "revoked"): 1}
    assert valid.edition.code in figure(YEAR).evidence

    newer = certify(seated(make_one(planners.host)))
    gone.replaced_by = newer
    gone.save()
    assert numbers(figure(YEAR)) == {("BE", "valid"): 2}
    assert figure(replace(YEAR, ends=YEAR.starts)).cells == {}

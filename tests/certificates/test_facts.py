"""Facts count certificates by state."""

from dataclasses import replace

import pytest

from protect.certificates.facts import FACTS
from tests.certificates.given import make_certificate
from tests.trainings.facts.given import (
    AFTER,
    YEAR,
    make_confirmed_registration,
    make_unlimited_edition,
    plain_cells,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def test_certificates_are_counted_by_state(planners):
    figure = FACTS["certificates.issued"]
    assert figure(YEAR).cells == {}
    valid = make_certificate(make_confirmed_registration(make_unlimited_edition(planners.host)))
    gone = make_certificate(make_confirmed_registration(make_unlimited_edition(planners.host)))
    gone.revoked_at, gone.revoked_reason = AFTER, "Demo reason"
    gone.save()

    assert plain_cells(figure(YEAR)) == {("BE", "valid"): 1, ("BE", "revoked"): 1}
    assert valid.edition.code in figure(YEAR).evidence

    newer = make_certificate(make_confirmed_registration(make_unlimited_edition(planners.host)))
    gone.replaced_by = newer
    gone.save()
    assert plain_cells(figure(YEAR)) == {("BE", "valid"): 2}
    assert figure(replace(YEAR, ends=YEAR.starts)).cells == {}

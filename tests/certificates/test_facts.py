"""Facts count certificates by state."""

from dataclasses import replace

import pytest

from protect.certificates.facts import FACTS, completed_modules
from tests.certificates.given import make_certificate
from tests.orgs.conftest import make_organisation
from tests.trainings.facts.given import (
    AFTER,
    YEAR,
    make_confirmed_registration,
    make_unlimited_edition,
    plain_cells,
)
from tests.trainings.planning import make_module, make_sender

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


def test_completed_modules_count_people_that_an_organisation_sent(planners):
    lantern = make_organisation("Demo Lantern", "BE")
    edition = make_unlimited_edition(planners.host)
    module = make_module(planners.host)
    edition.course_version.pinned.create(module_version=module, position=1)
    sender = make_sender(planners.host, organisation=lantern)
    rows = [make_confirmed_registration(edition, sender=sender) for _number in range(2)]
    certificates = [make_certificate(row) for row in (*rows, make_confirmed_registration(edition))]

    assert completed_modules(lantern.pk) == [(module.title, 2)]

    certificates[0].revoked_at, certificates[0].revoked_reason = AFTER, "Demo reason"
    certificates[0].save()
    assert completed_modules(lantern.pk) == [(module.title, 1)]
    assert completed_modules(planners.host.pk) == []

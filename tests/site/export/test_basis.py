"""What makes all pages of an export anew, although no service changed."""

from datetime import date

import pytest

from protect.findhelp.mirrors import Mirror
from protect.reference import country_facts
from protect.site.export.basis import basis_digest
from protect.site.export.sites import SITES

pytestmark = pytest.mark.django_db
MIRROR = Mirror(date(2026, 12, 1), ("MT",), ("en",))


def test_a_fact_that_is_confirmed_or_taken_back_makes_the_pages_anew(monkeypatch):
    site = next(iter(SITES.values()))
    monkeypatch.setattr(country_facts, "CONFIRMED_DIGESTS", [lambda country: frozenset()])
    before = basis_digest(site, MIRROR)
    monkeypatch.setattr(country_facts, "CONFIRMED_DIGESTS", [lambda country: frozenset({"0" * 64})])

    assert basis_digest(site, MIRROR) != before

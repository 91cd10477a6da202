"""Certificates under a key and lists that a writer to the database has put there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from protect.certificates.badges.documents import CertificateContent, build_document
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import build_status_list
from protect.certificates.badges.verification import Reason, State
from protect.certificates.models import StatusList
from protect.certificates.views import public_pages
from protect.vault.errors import BadgeKeyDamaged
from protect.vault.formats import badges
from protect.vault.formats.secrets import SigningSeed
from protect.vault.models import BadgeKey
from protect.vault.server_keys.badge_keys import (
    controller_name,
    issuer_address,
    issuer_name,
    make_key_as_operator,
    published_keys,
)
from tests.vault.cast import AT

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db
ISSUED = AT - timedelta(days=30)


def forge(office):
    """Return a certificate, under a retired key and lists that the writer has made."""
    seed, controller = SigningSeed.generate(), controller_name(office.pk)
    public = badges.public_key_of(seed)
    BadgeKey.objects.create(
        organisation=office,
        controller=controller,
        public=public,
        created=AT - timedelta(days=400),
        retired_at=AT,
    )
    issuer = Issuer(name="Demo office", address=issuer_address(office.pk), controller=controller)
    said = CertificateContent(
        id=uuid4(),
        issuer=issuer,
        title="Working with survivors",
        short_title="Course",
        criteria="x",
        minutes=600,
        day=ISSUED.date(),
        issued=ISSUED,
        status_list=999,
        status_index=5,
    )
    address = f"{controller}#{public}"
    said_list = build_status_list(issuer, 999, [], at=AT - timedelta(days=1))
    signed = badges.sign(said_list, seed, address, at=AT - timedelta(days=1))
    StatusList.objects.create(issuer=office, number=999, document=signed, signed_at=AT)
    return badges.sign(build_document(said), seed, address, at=ISSUED)


@pytest.mark.parametrize("has_key", [True, False], ids=["with_a_key", "without_a_key"])
def test_certificate_under_an_inserted_key_does_not_count(cast, has_key):
    if has_key:
        make_key_as_operator(cast.office, at=AT - timedelta(days=500))
    document = forge(cast.office)

    verdict = public_pages.check_document(document, at=AT)

    assert (verdict.state, verdict.reasons) == (State.UNKNOWN_ISSUER, (Reason.UNCHECKED,))
    assert verdict.content is None
    assert len(published_keys(cast.office.pk)) == has_key


def test_key_that_was_made_here_is_published_and_signs_until_its_ledger_is_lost(cast):
    key = make_key_as_operator(cast.office, at=AT)
    assert [each.public for each in published_keys(cast.office.pk)] == [key.public]

    settings.LEDGER.unlink()

    assert published_keys(cast.office.pk) == ()
    with pytest.raises(BadgeKeyDamaged):
        issuer_name(cast.office.pk)

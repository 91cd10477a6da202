from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from protect.notices.models import Outgoing

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
GOOD = {
    "to": "amal@example.org",
    "template": "admitted",
    "language": "en",
    "due": AT,
    "created": AT,
}


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("ends_once", {"sent_at": AT, "given_up_at": AT, "failed_code": "timeout"}),
        ("address_until_the_end", {"to": ""}),
        ("no_link_after_the_end", {"sent_at": AT, "link": "https://desk.example.org"}),
        ("no_lease_after_the_end", {"sent_at": AT, "leased_until": AT}),
        ("given_up_for_a_reason", {"given_up_at": AT}),
        ("template_is_a_code", {"template": "Dear Amal"}),
    ],
)
def test_inconsistent_row_is_rejected(db, rule, bad):
    with pytest.raises(IntegrityError, match=f"notices_outgoing_{rule}"), transaction.atomic():
        Outgoing.objects.create(**GOOD | bad)

    assert not Outgoing.objects.exists()


def test_text_of_a_mail_row_has_no_address(db):
    row = Outgoing.objects.create(**GOOD)

    assert str(row) == f"mail {row.pk}"

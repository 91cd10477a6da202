from datetime import timedelta

import pytest

from protect.demo.enquiries import ENQUIRIES, build_enquiries
from protect.programme import rules
from protect.programme.models import Enquiry
from tests.trainings.planning import AT

pytestmark = pytest.mark.django_db


def test_enquiries_are_invented_and_one_is_overdue():
    counts = build_enquiries(at=AT)

    rows = Enquiry.objects.all()
    assert counts == {"enquiries": len(ENQUIRIES)} == {"enquiries": rows.count()}
    assert all(row.sender.startswith("Demo ") for row in rows)
    assert all(row.reply_to.endswith("@example.org") for row in rows)
    assert rows.filter(received_at__lt=AT - rules.ANSWER_WITHIN).count() == 1


def test_building_the_demo_again_adds_no_enquiry():
    build_enquiries(at=AT)
    build_enquiries(at=AT + timedelta(days=1))

    assert Enquiry.objects.count() == len(ENQUIRIES)

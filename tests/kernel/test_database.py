from uuid import UUID

from protect.kernel.database import UuidModel
from protect.verification.models import QueueItem

KEY = UUID("0d1f6c1e-0000-4000-8000-000000000001")


def test_the_text_of_a_row_names_its_kind_and_id():
    assert str(QueueItem(pk=KEY, note="Amal was there")) == f"queue item {KEY}"


def test_each_row_gets_an_id_of_its_own():
    assert QueueItem().pk != QueueItem().pk
    assert UuidModel._meta.abstract

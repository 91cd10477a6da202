"""A text that was in force does not become a draft by one column of the database."""

import pytest
from django.db import IntegrityError, transaction

from protect.coordination.procedures import seals
from protect.coordination.procedures.models import ProcedureVersion
from tests.coordination.cast import make_group
from tests.coordination.procedures.drafting import make_in_force


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["put_in_force_at", "in_force_from"])
def test_the_database_refuses_to_remove_one_date_of_a_version_in_force(cast, column):
    version = make_in_force(cast, make_group(cast))

    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=version.pk).update(**{column: None})

    assert seals.is_text_sound(version, seals.text_digest(version))


def test_the_printed_code_has_three_groups_of_the_digest():
    assert seals.text_code("0123456789abcdef" * 4) == "0123 4567 89ab"

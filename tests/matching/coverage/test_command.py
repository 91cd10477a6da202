from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.audit.models import Entry
from protect.matching.models import CoverageSnapshot
from tests.verification.nights import entry

pytestmark = pytest.mark.django_db


def run(*arguments):
    out, progress = StringIO(), StringIO()
    call_command("keep_coverage", *arguments, stdout=out, stderr=progress)
    return out.getvalue(), progress.getvalue()


def test_the_months_timer_keeps_every_country():
    entry("s1")

    out, progress = run("--country", "MT", "--country", "SI")

    assert out == "kept\n"
    assert progress.startswith("MT: ")
    assert set(CoverageSnapshot.objects.values_list("country", flat=True)) == {"MT", "SI"}
    assert Entry.objects.filter(action="matching.keep_coverage", actor=None).count() == 2


def test_an_unknown_country_is_refused_before_anything_is_stored():
    with pytest.raises(CommandError, match="no country XX"):
        run("--country", "MT", "--country", "XX")

    assert not CoverageSnapshot.objects.exists()

"""`protect certificates issue`, run by an operator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.certificates.models import Certificate
from protect.kernel import clock
from protect.vault.errors import BadgeKeyMissing
from tests.certificates.issued import make_key
from tests.trainings.finished import AT, attend, make_done_edition


@pytest.fixture
def edition(planners):
    edition = make_done_edition(planners.host)
    for minutes in (360, 300, 10):
        attend(edition, minutes, planners.people["pia"])
    return edition


def run(*arguments: str) -> tuple[str, str]:
    out, text = StringIO(), StringIO()
    with clock.frozen(AT):
        call_command("certificates", "issue", *arguments, stdout=out, stderr=text)
    return out.getvalue().strip(), text.getvalue()


def test_all_due_certificates_are_issued_once(edition, planners):
    make_key(planners.host)

    assert run(edition.code) == ("issued 2", "1 lack minutes\n2/2 certificates\n")
    assert run(edition.code)[0] == "issued 0"
    assert Certificate.objects.count() == 2


def test_a_dry_run_issues_nothing(edition, planners):
    make_key(planners.host)

    assert run(edition.code, "--dry-run")[0] == "would issue 2"
    assert not Certificate.objects.exists()


def test_issue_command_reports_a_missing_key(edition):
    with pytest.raises(BadgeKeyMissing):
        run(edition.code)
    assert not Certificate.objects.exists()


def test_an_unknown_training_is_refused(db):
    with pytest.raises(CommandError, match="no training has the code"):
        run("DEMO-NONE")

    assert not Certificate.objects.exists()

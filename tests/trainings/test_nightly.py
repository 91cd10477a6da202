"""The nightly run: every step runs, a failure stops no other, and the run is recorded."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.trainings import nightly
from protect.trainings.facts import last_nightly_success
from tests.trainings.planning import AT

pytestmark = pytest.mark.django_db


def broken(*, at):
    raise RuntimeError("a name that must not reach the log")


def test_nightly_run_takes_every_step_and_is_recorded():
    heard = []

    assert nightly.run_nightly_steps(at=AT, report=lambda step, done: heard.append(step)) == []

    assert heard == list(nightly.nightly_steps())
    assert last_nightly_success() == AT


def test_failed_step_stops_no_other_and_logs_no_personal_data(caplog):
    done = []
    steps = {"broken": broken, "after": lambda *, at: done.append(at)}

    assert nightly.run_nightly_steps(at=AT, report=lambda step, done: None, steps=steps) == [
        "broken"
    ]

    assert done == [AT]
    assert last_nightly_success() is None
    assert "broken failed: RuntimeError" in caplog.text
    assert "name that" not in caplog.text


def test_nightly_command_reports_each_step():
    out, err = StringIO(), StringIO()

    call_command("keep_trainings", stdout=out, stderr=err)

    assert out.getvalue() == "all nightly steps are done\n"
    assert "forget ended: 0" in err.getvalue()


def test_nightly_command_fails_with_the_names_of_failed_steps(monkeypatch):
    monkeypatch.setattr(nightly, "nightly_steps", lambda: {"forget_ended": broken})

    with pytest.raises(CommandError, match="failed steps: forget_ended"):
        call_command("keep_trainings", stdout=StringIO(), stderr=StringIO())

    assert last_nightly_success() is None

"""Existing registrations of addresses that nobody confirmed give their seats back."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest

FILL = import_module("protect.trainings.migrations.0003_registration_unproven_fill")


class Rows(list):
    """The rows of a historic model, of which the migration asks no more than this."""

    def filter(self, **wanted):
        return Rows(row for row in self if wanted.items() <= vars(row).items())

    def update(self, **values):
        for row in self:
            vars(row).update(values)


def row(state, **values):
    defaults = {"is_proven": True, "ended_at": None, "is_paused": False, "offer_expires_at": None}
    return SimpleNamespace(**defaults | {"state": state} | values)


@pytest.mark.parametrize(
    ("before", "state"),
    [
        (row("offered", is_proven=False, offer_expires_at="until"), "unproven"),
        (row("waiting", is_proven=False, is_paused=True), "unproven"),
        (row("applied", is_proven=False), "unproven"),
        (row("withdrawn", is_proven=False, ended_at="then"), "withdrawn"),
        (row("offered", offer_expires_at="until"), "offered"),
        (row("waiting", is_paused=True), "waiting"),
    ],
)
def test_unconfirmed_registrations_get_the_state_of_their_own(before, state):
    apps = SimpleNamespace(get_model=lambda *name: SimpleNamespace(objects=Rows([before])))
    FILL.fill(apps, None)

    assert before.state == state
    assert state != "unproven" or (before.is_paused, before.offer_expires_at) == (False, None)

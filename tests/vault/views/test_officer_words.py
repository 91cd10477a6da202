"""A supervisor types what each new officer reads out from their paper."""

from __future__ import annotations

import pytest

from protect.orgs.enums import TeamState
from protect.vault.actions import recovery_kit
from tests.vault.views.desk import Desk, words
from tests.vault.views.test_recovery import founding as founding
from tests.vault.views.test_recovery import kit_page, officers_page, read_out

CAST_IS_KEPT = True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words_2": "one two three four five six"}, "in the place of officer 2"),
        ({"words_2": ""}, "The six words of officer 2"),
    ],
    ids=["others", "none"],
)
def test_words_that_an_officer_has_not_on_paper_finish_nothing(cast, founding, change, said):
    desk = Desk().let_in(cast.rana)

    answer = desk.post(kit_page(founding), **read_out(cast) | change)

    founding.refresh_from_db()
    assert (answer.status_code, founding.state) == (422, TeamState.FOUNDING)
    assert said in words(answer)
    assert "by \u2068Demo Dana\u2069" in words(answer)


def test_the_paper_of_an_officer_has_the_words_that_are_compared(cast):
    sheet = words(Desk().let_in(cast.dana).post(officers_page(cast, 2, "appoint")))

    officer = recovery_kit.officers_of(cast.office.pk)[2]
    assert " ".join(recovery_kit.words_of(officer)) in sheet
    assert "These are no secret" in sheet

"""A supervisor types what each new officer reads out from their paper."""

import pytest

from protect.audit.models import Entry
from protect.orgs.enums import TeamState
from protect.orgs.history import sentences
from protect.vault.formats.credentials.words import load_words
from protect.vault.team_keys import recovery_kit
from tests.vault.views.desk import Desk, words
from tests.vault.views.test_recovery import founding as founding, kit_page, officers_page, read_out

CAST_IS_KEPT = True


CODE = "WQE6V 7V668 XYK5H CSSM4 XD4XH Y772W 2W832 9J0W9"
OTHERS = " ".join(load_words()[:6])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (OTHERS, "of officer 2"),
        ("", "The six words of officer 2"),
        (" ".join(load_words()[:2]), "Type six words. You typed 2."),
        (f"{' '.join(load_words()[:5])} abyde", "“abyde” is not on our list of words"),
        (
            CODE,
            "This looks like the secret code, which must never be read out.",
        ),
        (CODE.lower().replace(" ", "-"), "This looks like the secret code"),
    ],
    ids=[
        "others",
        "none",
        "too few",
        "misspelled",
        "code",
        "code with hyphens",
    ],
)
def test_words_that_an_officer_has_not_on_paper_finish_nothing(cast, founding, typed, said):
    desk = Desk().let_in(cast.rana)

    answer = desk.post(kit_page(founding), **read_out(cast) | {"words_2": typed})

    founding.refresh_from_db()
    assert (answer.status_code, founding.state) == (422, TeamState.FOUNDING)
    assert said in words(answer)
    assert "by \u2068Demo Dana\u2069" in words(answer)


def test_words_that_differ_stand_in_the_history_with_a_sentence_of_their_own(cast, founding):
    Desk().let_in(cast.rana).post(kit_page(founding), **read_out(cast) | {"words_2": OTHERS})

    entry = Entry.objects.get(outcome="fingerprint_differs")
    said = str(sentences.refused_action_sentence(entry.action, entry.outcome))
    assert said == "The six words of a recovery officer did not match."


def test_the_paper_of_an_officer_has_the_words_that_are_compared(cast):
    sheet = words(Desk().let_in(cast.dana).post(officers_page(cast, 2, "appoint")))

    officer = recovery_kit.officers_by_slot(cast.office.pk)[2]
    assert " ".join(recovery_kit.officer_words(officer)) in sheet
    assert "These words are not secret." in sheet

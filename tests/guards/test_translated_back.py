"""docs/translations records how each public text reads when it is translated back."""

import pytest

from tools import translated_back
from tools.translated_back import STATES, Reading


def test_the_record_matches_the_catalogues():
    files = translated_back.pages()

    old = [path.name for path, text in files.items() if path.read_text(encoding="utf-8") != text]

    assert old == [], "run: make translated-back"


@pytest.mark.parametrize("tag", translated_back.languages())
def test_each_reading_has_a_state_and_each_difference_a_reason(tag):
    for reading in translated_back.read_record(tag).values():
        assert reading.state in STATES
        assert bool(reading.why) == (reading.state in {"kept", "mended"}), reading.english
        assert bool(reading.read) == (reading.state != "to do"), reading.english


def test_a_changed_text_must_be_read_again(monkeypatch):
    read = Reading("Close", "Fermer", "close", "agreed", "")
    monkeypatch.setattr(translated_back, "read_record", lambda tag: {"Close": read})
    monkeypatch.setattr(translated_back, "current_texts", lambda tag: {"Close": "Sortir"})

    assert translated_back.updated_record("fr") == [Reading("Close", "Sortir", "", "to do", "")]

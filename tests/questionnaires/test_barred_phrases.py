import pytest

from protect.questionnaires.sources import find_barred_phrase, normalise_text


@pytest.mark.parametrize(
    ("text", "phrase", "is_found"),
    [
        ("Have you ever been hurt?", "have you ever been", True),
        ("HAVE  YOU, EVER been…", "have you ever been", True),
        ("Avez-vous été victime ?", "avez vous ete victime", True),
        ("Have you everything?", "have you ever", False),
        ("هل تعرّضتَ لعنف؟", "هل تعرضت", True),
        ("هل استخدمت شيئًا؟", "هل تعرضت", False),
    ],
)
def test_a_phrase_is_found_as_whole_words(text, phrase, is_found):
    assert (find_barred_phrase(text, [phrase]) == phrase) is is_found


def test_a_text_is_compared_without_case_accents_and_points():
    assert normalise_text("  Élève—d’été ") == "eleve d ete"

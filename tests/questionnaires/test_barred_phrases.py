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
def test_barred_phrase_matches_whole_words_only(text, phrase, is_found):
    assert (find_barred_phrase(text, [phrase]) == phrase) is is_found


def test_text_is_normalised_without_case_accents_and_punctuation():
    assert normalise_text("  Élève—d’été ") == "eleve d ete"

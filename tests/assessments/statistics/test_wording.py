import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.utils import translation

from protect.assessments.statistics import wording
from protect.assessments.statistics.codes import CodeMistake
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import practice_shares, share_with_interval
from protect.assessments.statistics.test_results import PrePostResults, compute
from protect.kernel.text import LRI, PDI
from protect.site import catalogues
from tests.assessments.statistics.given import LIMITS, make_answers

TEMPLATES = "assessments/templates/assessments"
OURS = ("assessments/statistics/", f"{TEMPLATES}/_change", f"{TEMPLATES}/_unpaired")
# What only a comparison with people who did not take the course could say.
CAUSES = re.compile(
    r"because|due to|thanks to|caus|effect|impact|led to|result(?:s|ed)? (?:of|from|in)|improv"
    r"|taught|achieved"
    r"|grâce|à cause|en raison|effet|provoqu|permis de|amélior"
    r"|dankzij|door de (?:cursus|opleiding)|vanwege|wegens|effect|gevolg|verbeter"
    r"|بسبب|بفضل|نتيجة ل|أثر|تأثير|أدى|أدّى|تحس",
    re.IGNORECASE,
)


@cache
def strings() -> list[str]:
    strings_of_statistics = [
        string for string in catalogues.translatable_strings() if string.place.startswith(OURS)
    ]
    return [
        text for string in strings_of_statistics for text in (string.text, string.plural) if text
    ]


def course(pairs: int = 12, before: float = 3, after: float = 6) -> PrePostResults:
    pre = [before + row % 3 for row in range(pairs)]
    return compute(
        make_answers(pre), make_answers([after + row % 2 for row in range(pairs)]), 10, LIMITS
    )


def bare(text: str) -> str:
    return text.replace(LRI, "").replace(PDI, "").replace("\xa0", " ")


def test_no_source_text_claims_causation():
    texts = strings()

    assert len(texts) > 30
    assert [text for text in texts if CAUSES.search(text)] == []
    assert any("After the course" in text for text in texts)


@pytest.mark.parametrize("tag", ["fr", "nl", "ar"])
def test_no_translation_claims_causation(tag):
    face = catalogues.translation_catalogues()[1]
    assert face.folder == django_settings.LOCALE_PATHS[1]
    with catalogues.po_path(face, tag).open("rb") as file:
        catalog = read_po(file)
    ours = set(strings())

    for message in catalog:
        if ours & set(message.id if isinstance(message.id, tuple) else (message.id,)):
            strings_of = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in strings_of:
                assert not CAUSES.search(text)


@pytest.mark.parametrize(
    ("text", "is_bad"),
    [
        ("Scores rose because of the course.", True),
        ("The effect of the course", True),
        ("Dankzij de cursus steeg de score.", True),
        ("ارتفعت الدرجات بفضل الدورة", True),
        ("After the course the mean score had changed by {mean} points.", False),
    ],
)
def test_causation_pattern_matches_only_bad_texts(text, is_bad):
    assert bool(CAUSES.search(text)) == is_bad


def test_mean_is_shown_with_its_interval():
    results = course()

    assert bare(wording.change_sentence(results)) == (
        "After the course the mean score had changed by +2.5 points. The 95% confidence interval "
        "runs from +1.86 to +3.14."
    )


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (course(0), "No two tests could be paired, so no change is shown."),
        (course(3), "Hidden: with so few answers, readers could tell who answered what."),
        (
            course(9),
            "Fewer than 10 pairs: only the dots and the median are shown. "
            "After the course the median score had changed by +3 points.",
        ),
        (
            course(12, before=8, after=9),
            "Test too easy: many participants had nearly all points before the course, "
            "so no gain is shown. "
            "After the course the median score had changed by +0.5 points.",
        ),
    ],
)
def test_withheld_mean_is_replaced_by_its_reason(results, words):
    assert bare(wording.change_sentence(results)) == words
    assert wording.effect_and_gain_rows(results) == []


def test_effect_sizes_are_shown_with_their_unit():
    assert [(label, bare(text)) for label, text in wording.effect_and_gain_rows(course())] == [
        ("Size of the change", "3.29 standard deviations (g_av)"),
        ("Normalised gain", "42% of the points that could still be gained"),
    ]


def test_shares_are_shown_with_their_interval():
    assert bare(wording.share_text(share_with_interval(12, 15))) == "80% (55% to 93%)"
    shares = practice_shares(12, 15, 40, LIMITS)
    assert not isinstance(shares, Reason)
    assert "that is 30% (18% to 45%) of all participants" in bare(wording.practice_sentence(shares))


def test_number_of_tests_is_always_shown():
    assert bare(wording.attrition_sentence(course(3))) == "Tests before: 3. After: 3. Paired: 3."
    assert wording.unpaired_rows(course(3)) == []


def test_reasons_for_unpaired_tests_are_shown():
    pre = make_answers([3.0, 4.0, 5.0, 6.0], ["a", "a", "b", ""])  # typed twice, alone, left open
    post = make_answers([6.0, 7.0, 8.0], ["a", "c", "d"])

    assert wording.unpaired_rows(compute(pre, post, 10, LIMITS)) == [
        ("Code in this test only", 1, 2),
        ("Code typed more than once, so not paired", 2, 1),
        ("Without a code", 1, 0),
    ]


@pytest.mark.parametrize("kind", [*Reason])
def test_every_withholding_reason_has_a_text_and_a_mark(kind):
    assert "{" not in wording.hidden_reason_text(kind)
    assert wording.figure_text(kind) == ("hidden" if kind is Reason.FEW_ANSWERS else "–")


@pytest.mark.parametrize("kind", [*CodeMistake])
def test_every_code_mistake_has_a_text(kind):
    assert str(wording.CODE_MISTAKES[kind]).endswith(".")


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0"), (-0.001, "0"), (2.5, "+2.5"), (-1234, "−1,234")]
)
def test_changes_are_shown_with_a_sign(value, words):
    assert bare(wording.signed_number_text(value)) == words


@pytest.mark.parametrize("tag", ["fr", "ar", "el"])
def test_numbers_keep_their_direction_and_decimal_separator(tag):
    with translation.override(tag):
        assert wording.signed_number_text(2.5) == f"{LRI}+2{'.' if tag == 'ar' else ','}5{PDI}"

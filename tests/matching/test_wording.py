import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils.functional import Promise

from protect.directory.enums import Freshness, Method
from protect.directory.facts import FACTS
from protect.directory.facts.clinical import TREATMENT_LABELS
from protect.kernel.text import FSI, LRI, PDI
from protect.matching import explanation, wording
from protect.matching.conditions.criteria import CRITERIA
from protect.matching.questions import Reason
from protect.matching.services.rows import LastCheck
from protect.reference import vocabulary
from protect.site.catalogues import translatable_strings

MACHINERY = Path(explanation.__file__).parent
# Words in code that look like the code of a reason and are none.
STARTS = {"language", "open", "opens", "gender", "sons", "children", "legal", "tells", "cost"}
OF_FACTS = {code for fact in FACTS.values() for code in fact.reasons}
OWN = {code: text for code, text in wording.REASONS.items() if code not in OF_FACTS}
TABLES = (OWN, TREATMENT_LABELS, wording.CHECKED_SENTENCES, wording.STALE_SENTENCES)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SAID = LastCheck(datetime(2026, 11, 3, 12, tzinfo=UTC), Method.CALL)


def said(code, tag="en", **facts):
    return wording.reason_text(Reason(code, facts=facts), tag)


def test_there_are_at_most_seventy_sentences_beside_those_of_facts():
    sentences = {text for table in TABLES for text in table.values()}

    assert len({str(text) for text in sentences if isinstance(text, Promise)}) <= 70


def test_every_sentence_has_a_note_for_translators():
    ours = [string for string in translatable_strings() if string.place == "matching/wording.py"]

    assert len(ours) >= 60
    assert [text.text for text in ours if not text.note] == []


def codes_in_the_machinery():
    """Yield every text of the machinery that begins like the code of a reason."""
    for path in MACHINERY.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                start, _, rest = node.value.partition("_")
                if start in STARTS and rest and not rest.endswith(("_", "id", "status")):
                    yield node.value


def test_every_reason_code_has_a_sentence():
    not_reasons = {"tells_migration_authority", "language_id", "open_points", "gender_"}

    assert set(codes_in_the_machinery()) - not_reasons <= wording.REASONS.keys()


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.code)
def test_every_condition_can_say_no(criterion):
    assert f"{criterion.code}_no" in wording.REASONS


def test_every_sentence_can_be_ranked():
    """Those of facts may have no rank: they come after the others."""
    ranks = [explanation.reason_rank(code)[1] for code in OWN if is_reason(code)]

    assert max(ranks) < len(explanation.REASON_ORDER)


def is_reason(code):
    """Cautions and failing conditions stand apart; they are not ranked."""
    apart = {"violence_programme", "guardian"}
    return code not in apart and not code.endswith("_no")


def test_every_placeholder_can_be_filled():
    asked = {name for text in wording.REASONS.values() for name in PLACEHOLDER.findall(str(text))}

    assert asked <= wording.PLACEHOLDER_FORMATTERS.keys()


@pytest.mark.parametrize(
    ("code", "facts", "text"),
    [
        ("language_staff", {"language": "ti"}, f"Speaks {FSI}Tigrinya{PDI}"),
        (
            "language_unlisted",
            {"languages": "fr,ar"},
            f"Lists only {FSI}French{PDI}, {FSI}Arabic{PDI}",
        ),
        (
            "language_window",
            {
                "language": "ar",
                "day": "2026-11-30/6",
                "from": "2026-11-30T09:00:00+01:00",
                "to": "2026-11-30T11:00:00+01:00",
            },
            f"{FSI}Arabic{PDI}: {FSI}Monday{PDI} {LRI}09:00{PDI}–{LRI}11:00{PDI}",
        ),
        ("open_until", {"time": "2026-11-24T18:00:00+01:00"}, f"Open now, until {LRI}18:00{PDI}"),
        (
            "opens_day",
            {"day": "2026-12-24/30", "time": "2026-12-24T08:05:00+01:00"},
            f"Opens {FSI}24 December 2026{PDI} {LRI}08:05{PDI}",
        ),
        ("distance", {"distance": 724, "minutes": 13}, f"{FSI}724 m{PDI}, about {LRI}13{PDI} min"),
        ("distance", {"distance": 3240, "minutes": 9}, f"{FSI}3.2 km{PDI}, about {LRI}9{PDI} min"),
        ("distance_far", {"distance": 117_300, "minutes": 477}, f"{FSI}117 km{PDI}"),
        ("sons_to", {"age": 12}, f"Takes sons up to {LRI}12{PDI}"),
        ("documents_no", {"documents": "health_card"}, "Asks for: Health card"),
        ("acceptance_specialised", {"group": "lgbtqi"}, "Says it is for: LGBTQI+"),
        (
            "clinical_in_time",
            {"act": "hiv_prophylaxis", "hours": 72},
            f"Medicine against HIV: within {LRI}72{PDI} hours, so go now",
        ),
    ],
)
def test_sentences_are_filled(code, facts, text):
    assert said(code, **facts) == text


@pytest.mark.parametrize("tag", list(vocabulary.published_languages("demo")))
def test_days_and_distances_are_shown_in_every_language_of_the_interface(tag):
    facts = {"day": "2026-11-30/6", "time": "2026-11-30T09:00:00+01:00"}

    assert f"{LRI}09:00{PDI}" in said("opens_day", tag, **facts)
    assert f"{LRI}9{PDI}" in said("distance", tag, distance=3240, minutes=9)


@pytest.mark.parametrize(
    ("state", "seen", "text"),
    [
        (Freshness.UNVERIFIED, None, "Not checked yet"),
        (Freshness.FRESH, SAID, f"Checked by phone, {FSI}3 Nov 2026{PDI}"),
        (Freshness.DUE, SAID, f"Checked by phone, {FSI}3 Nov 2026{PDI}"),
        (Freshness.OVERDUE, SAID, f"Checked {FSI}3 Nov 2026{PDI}. Call first"),
        (Freshness.EXPIRED, SAID, f"Last known {FSI}3 Nov 2026{PDI}"),
        (Freshness.EXPIRED, None, "Not checked yet"),  # calls failed, and nobody ever answered
        (Freshness.DISPUTED, SAID, "Being checked"),
        (Freshness.DISPUTED, None, "Being checked"),
    ],
)
def test_freshness_is_shown_with_date_and_method(state, seen, text):
    assert wording.freshness_text(state, "en", seen) == text


def test_equal_sentences_are_shown_once_with_the_sum_of_their_minutes():
    given = [Reason("gender_unknown", 45), Reason("cost_free"), Reason("age_unknown", 45)]

    assert [(text, each.minutes) for text, each in wording.reason_sentences(given, "en")] == [
        ("Ask them whom they take", 90),
        ("Free", 0),
    ]

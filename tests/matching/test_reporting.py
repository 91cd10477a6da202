import pytest

from protect.directory.enums import Answer, CriterionKind, Freshness, Mode
from protect.matching.questions import Child, PersonLocation
from tests.matching.cast import answers, checks, codes, match_of, says, service, stating, weighed

YES, NO, CASES, UNKNOWN = Answer.YES, Answer.NO, Answer.CASES, Answer.UNKNOWN
QUIET = {"wants_silence": True}


def telling(police, migration, number=1, **changes):
    row = stating(service(number, **changes), CriterionKind.TELLS_POLICE, says(police))
    return stating(row, CriterionKind.TELLS_MIGRATION, says(migration))


@pytest.mark.parametrize(
    ("police", "migration", "group"),
    [
        (NO, NO, 0),
        (NO, UNKNOWN, 1),
        (UNKNOWN, NO, 1),
        (CASES, NO, 2),
        (UNKNOWN, CASES, 2),
        (YES, NO, 3),
        (NO, YES, 3),
    ],
)
def test_with_the_wish_for_silence_rows_are_grouped_by_the_worse_disclosure(
    police, migration, group
):
    assert weighed(telling(police, migration), **QUIET).disclosure_group == group


def test_no_row_about_reporting_is_unknown():
    assert weighed(service(conditions={}), **QUIET).disclosure_group == 1


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, 3),  # what was not said is treated like no papers
        ({"legal_status": "undocumented"}, 3),
        ({"legal_status": "refugee"}, 0),
        ({"legal_status": "refugee", "wants_silence": True}, 3),
        ({"legal_status": "undocumented", "wants_silence": False}, 0),
    ],
)
def test_silence_is_assumed_of_undocumented_and_undisclosed_status(changes, group):
    assert weighed(telling(YES, YES), **changes).disclosure_group == group


@pytest.mark.parametrize("need", ["hurt-now", "doctor", "health"])
def test_care_keeps_its_rank_despite_disclosure(need):
    row = telling(YES, YES, categories=frozenset({"health"}))

    assert weighed(row, needs=(need,), **QUIET).disclosure_group == 0


def test_reporting_never_removes_a_row_and_is_shown_first():
    given = answers(telling(YES, YES), **QUIET)

    assert given.answers[0].caution.code == "tells_police"
    assert given.answers[0].reasons[0].code == "tells_migration"
    assert given.counts_by_reason == {}


@pytest.mark.parametrize(
    ("police", "migration", "caution"),
    [
        (YES, NO, "tells_police"),
        (NO, YES, "tells_migration"),
        (CASES, NO, "tells_sometimes"),
        (UNKNOWN, NO, "tells_unknown"),
    ],
)
def test_the_caution_names_the_authority_that_is_told(police, migration, caution):
    assert match_of(telling(police, migration), **QUIET).caution.code == caution


def test_not_telling_the_police_is_a_reason_not_a_caution():
    row = telling(NO, NO)

    assert match_of(row, **QUIET).caution is None
    assert "tells_nobody" in codes(row, **QUIET)


def test_unknown_disclosure_is_mentioned_only_with_the_wish_for_silence():
    assert match_of(telling(UNKNOWN, UNKNOWN), wants_silence=False).caution is None


@pytest.mark.parametrize(("answer", "group"), [(NO, 1), (CASES, 2), (YES, 3)])
@pytest.mark.parametrize("freshness", [Freshness.EXPIRED, Freshness.DISPUTED])
def test_an_expired_no_about_disclosure_is_unknown_and_an_expired_yes_counts(
    answer, group, freshness
):
    row = telling(answer, NO, checks=checks(freshness))

    assert weighed(row, **QUIET).disclosure_group == group


def test_the_police_tell_the_police_whatever_their_row_says():
    row = telling(NO, NO, categories=frozenset({"health", "police"}))

    assert match_of(row, needs=("hurt-now",)).caution.code == "tells_police"


@pytest.mark.parametrize("need", ["talk", "safe-place", "law-papers", "psychosocial", "legal"])
def test_the_police_never_answer_a_need_for_talk_safety_or_law(need):
    row = service(categories=frozenset({"psychosocial", "legal", "shelter", "police"}))

    given = answers(row, needs=(need,))

    assert (given.answers, given.national) == ((), ())


def test_police_come_last_for_the_need_hurt_now():
    police = service(1, categories=frozenset({"police"}))
    slow = service(2, categories=frozenset({"health"}), opening_hours={}, checks={})

    given = answers(police, slow, needs=("hurt-now",), wants_silence=False)

    assert [answer.row.id.int for answer in given.answers] == [2, 1]


def test_a_far_clinic_comes_before_near_police_for_the_need_hurt_now():
    police = service(1, categories=frozenset({"police"}), modes=frozenset({Mode.PHONE}))
    clinic = service(2, categories=frozenset({"health"}))  # in Liège, and she is in Ghent

    given = answers(police, clinic, needs=("hurt-now",), where=PersonLocation("BE", 51.05, 3.72))

    assert [answer.row.id.int for answer in given.answers] == [2, 1]


def test_a_programme_for_people_who_use_violence_is_never_an_answer():
    row = service(categories=frozenset({"for-people-who-use-violence"}), scope="national")

    given = answers(row, needs=("talk", "for-people-who-use-violence"))

    assert (given.answers, given.national) == ((), ())


def test_a_service_beside_such_a_programme_says_so():
    row = service(categories=frozenset({"psychosocial", "for-people-who-use-violence"}))

    assert match_of(row).caution.code == "violence_programme"


@pytest.mark.parametrize(
    ("stated", "age", "caution"),
    [
        ((), 15, "guardian"),
        (says(YES), 15, "guardian"),
        (says(NO), 15, None),
        (says(YES), 18, None),
    ],
)
def test_a_phone_line_warns_a_minor_only_if_it_states_that_parents_must_agree(stated, age, caution):
    line = service(modes=frozenset({Mode.PHONE}), points=())
    said = match_of(
        stating(line, CriterionKind.GUARDIAN, stated), age=age, wants_silence=False
    ).caution

    assert (said and said.code) == (caution if stated == says(YES) else None)


@pytest.mark.parametrize(
    ("stated", "age", "caution"),
    [
        ((), 15, "guardian"),
        (says(YES), 15, "guardian"),
        (says(NO), 15, None),
        (says(YES), 18, None),
    ],
)
def test_a_minor_is_told_to_ask_whether_parents_must_agree(stated, age, caution):
    said = match_of(
        stating(service(), CriterionKind.GUARDIAN, stated), age=age, wants_silence=False
    ).caution

    assert (said and said.code) == caution


@pytest.mark.parametrize(
    ("person", "caution"),
    [
        ({}, "guardian"),
        ({"age": 15}, "guardian"),
        ({"age": 34}, None),
        ({"age": 34, "children": (Child(9, "f"),)}, None),
        ({"children": (Child(9, "f"),)}, None),
    ],
    ids=["unknown", "minor", "adult", "mother", "parent"],
)
def test_an_adult_who_asks_for_a_child_is_not_told_to_ask_their_parents(person, caution):
    line = service(categories=frozenset({"child-protection"}))
    line = stating(line, CriterionKind.GUARDIAN, says(YES))

    said = match_of(line, needs=("child",), wants_silence=False, **person).caution

    assert (said and said.code) == caution

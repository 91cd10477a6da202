"""The invented services, asked by the people of the journeys."""

from datetime import datetime

import pytest

from protect.directory.enums import AccessibilityKind, Freshness
from protect.matching import published
from protect.matching.questions import Child, Fit, Person, PersonLocation, Question, Wishes
from tests.directory.demo import TUESDAY
from tests.matching.cast import LIEGE

pytestmark = pytest.mark.django_db

ATHENS = PersonLocation("GR", 37.98376, 23.72784, ("GR-ESYE31-99", "GR-I"), 264371)
SUNDAY_NIGHT = datetime.fromisoformat("2026-11-29T23:00:00+02:00")
SONS = (Child(9, "m"), Child(13, "m"))
MOTHER = Person(gender="f", age=34, children=SONS, legal_status="undocumented")


@pytest.fixture
def ask(demo_services):
    """Return a function that asks, and gives the answers by their codes in the file."""
    codes = {service.pk: code for code, service in demo_services.items()}

    def answers(**changes):
        answers = published.match(
            Question(**{"at": TUESDAY, "where": LIEGE, "limit": 50, **changes})
        )
        return answers, {codes[answer.row.id]: answer for answer in answers.answers}

    return answers


@pytest.fixture
def shelters(ask):
    return ask(needs=("safe-place",), where=ATHENS, at=TUESDAY, person=MOTHER, languages=("ar",))


def test_a_mother_without_papers_finds_the_shelter_that_takes_both_sons(shelters):
    _, found = shelters

    assert next(iter(found)) == "shelter-sons-14"
    assert found["shelter-sons-14"].verdict is Fit.FITS
    assert found["shelter-sons-14"].caution is None


def test_a_shelter_for_younger_sons_is_not_shown(shelters):
    given, found = shelters

    assert "shelter-sons-12" not in found
    assert given.counts_by_reason["children_no"] == 1


def test_an_unknown_age_limit_for_sons_is_a_reason_to_ask(shelters):
    _, found = shelters

    assert "sons_unknown" in [reason.code for reason in found["shelter-sons-unknown"].reasons]


def test_an_expired_limit_does_not_hide_a_shelter_and_an_expired_gender_does(shelters):
    _, found = shelters

    assert "shelter-sons-stale" in found
    assert "shelter-men-stale" not in found


def test_a_shelter_that_reports_is_shown_last_and_says_so_first(shelters):
    _, found = shelters

    assert list(found)[-1] == "shelter-tells-police"
    assert found["shelter-tells-police"].caution.code == "tells_police"
    assert found["shelter-tells-police"].caution.freshness is Freshness.EXPIRED
    assert list(found)[-2] == "shelter-tells-sometimes"


def test_full_shelters_stay_listed_and_a_room_for_the_family_counts(shelters):
    _, found = shelters
    order = list(found)

    assert order.index("shelter-rooms") < order.index("shelter-capacity-expired")
    assert order.index("shelter-capacity-expired") < order.index("shelter-full")


def test_missing_documents_make_a_near_miss(ask):
    given, found = ask(
        needs=("safe-place",), where=ATHENS, person=Person(documents=frozenset({"id_document"}))
    )

    assert "shelter-documents" not in found
    assert "documents_no" in [miss.failing.code for miss in given.near_misses]


def test_a_step_free_service_is_found_for_its_access_need(ask):
    given, found = ask(
        needs=("housing",),
        where=ATHENS,
        person=Person(access=frozenset({AccessibilityKind.STEP_FREE})),
    )

    assert list(found) == ["housing-step-free"]
    assert found["housing-step-free"].verdict is Fit.FITS
    assert [miss.failing.code for miss in given.near_misses] == ["access_no"]


def test_languages_are_in_the_order_of_the_table(ask):
    _, found = ask(needs=("psychosocial",), languages=("ar",), wishes=Wishes(wants_silence=False))
    minutes = {code: each.key.minutes for code, each in found.items()}
    ladder = (
        "talk-ar-staff",
        "talk-ar-on-site",
        "talk-ar-phone",
        "talk-ar-other-window",
        "talk-language-unknown",
        "talk-no-ar",
    )

    assert [minutes[code] - minutes["talk-ar-staff"] for code in ladder] == [0, 5, 10, 30, 40, 40]
    assert minutes["talk-ar-this-window"] == minutes["talk-ar-staff"]


def test_freshness_is_in_the_order_of_the_table(ask):
    _, found = ask(needs=("psychosocial",), languages=("ar",), wishes=Wishes(wants_silence=False))
    fresh = found["talk-ar-staff"].key.minutes
    states = ("due", "overdue", "unverified", "expired", "disputed")

    assert [found[f"talk-ar-{state}"].key.minutes - fresh for state in states] == [
        10,
        20,
        20,
        40,
        40,
    ]


def test_a_man_gets_answers_but_no_shelter_for_women(ask):
    _, found = ask(needs=("talk",), person=Person(gender="m"))

    assert "talk-ar-staff" in found
    assert not {"talk-women", "talk-women-and-non-binary"} & found.keys()


def test_a_non_binary_person_is_told_what_is_known(ask):
    _, found = ask(needs=("talk",), person=Person(gender="x"))

    assert found["talk-women-and-non-binary"].verdict is Fit.FITS
    assert found["talk-women"].verdict is Fit.ASK_FIRST


def test_people_of_a_group_come_first_where_a_service_is_made_for_them(ask):
    _, found = ask(needs=("talk",), person=Person(groups=frozenset({"lgbtqi"})))
    said = {code: [reason.code for reason in each.reasons] for code, each in found.items()}

    assert "acceptance_specialised" in said["talk-lgbtqi"]
    assert "acceptance_others_first" in said["talk-pregnant-first"]


@pytest.mark.parametrize(
    "code", ["talk-police", "talk-professionals", "talk-draft", "only-for-those-who-hurt"]
)
def test_some_services_are_never_an_answer_to_talk(ask, code):
    _, found = ask(needs=("talk",))

    assert code not in found


def test_an_incomplete_list_of_places_is_a_question(ask):
    _, found = ask(needs=("talk",))

    assert "area_unknown" in [reason.code for reason in found["talk-surroundings"].reasons]


def test_visitors_who_cannot_speak_get_only_the_written_line(ask):
    _, found = ask(needs=("talk",), wishes=Wishes(cannot_speak=True))

    assert list(found) == ["line-written"]
    assert [contact.kind for contact in found["line-written"].contacts] == ["whatsapp"]


def test_a_service_with_failed_calls_comes_after_one_that_answers(ask):
    _, found = ask(
        needs=("helpline",), where=PersonLocation("BE"), wishes=Wishes(wants_silence=False)
    )

    assert list(found).index("line-voice") < list(found).index("line-dead")
    assert found["line-dead"].contacts[0].freshness is Freshness.EXPIRED


def test_the_need_hurt_now_leads_to_an_open_clinic_that_reports(ask):
    _, found = ask(needs=("doctor",), at=SUNDAY_NIGHT, hours_since_event=20)

    assert next(iter(found)) == "doctor-in-time"
    assert found["doctor-in-time"].caution.code == "tells_police"
    assert found["doctor-in-time"].reasons[0].code == "clinical_in_time"


def test_a_passed_medical_time_limit_removes_no_service(ask):
    _, found = ask(needs=("doctor",), hours_since_event=200)

    assert {"doctor-in-time", "doctor-quiet"} <= found.keys()


def test_a_minor_is_warned_about_parental_consent(ask):
    _, found = ask(needs=("child",), person=Person(age=14), wishes=Wishes(wants_silence=False))

    assert found["child-consent"].caution.code == "guardian"

import pytest

from protect.directory.hours.syntax import (
    DAY,
    MAX_LENGTH,
    BadHours,
    Holiday,
    RuleOperator,
    State,
    parse_rules,
)


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("Mo-Fr 9-17", 7),
        ("Mo-Fr 09.00-17.00", 7),
        ("ask us", 1),
        ("Mo 10:00-12:00;", 16),
        ("Mo sunrise-12:00", 4),  # would need a place, and nobody gave one
        ("Mo (sunset-01:00)-22:00", 5),
        ("Mo 10:00-16:00/01:30", 12),  # departures of a ferry, not hours of a service
        ("x" * (MAX_LENGTH + 1), MAX_LENGTH + 1),
    ],
)
def test_unreadable_hours_report_the_first_wrong_character(expression, position):
    with pytest.raises(BadHours) as refused:
        parse_rules(expression)

    assert refused.value.facts["position"] == position
    assert refused.value.code == "directory.bad_hours"
    assert str(position) in refused.value.text()


def test_blank_expression_has_no_rules():
    assert parse_rules("") == ()


@pytest.mark.parametrize(
    ("expression", "state"),
    [
        ("Mo 09:00-12:00", State.OPEN),
        ("Mo 09:00-12:00 open", State.OPEN),
        ("Mo 09:00-12:00 off", State.CLOSED),
        ("Mo 09:00-12:00 unknown", State.UNKNOWN),
        ('"by appointment"', State.BY_APPOINTMENT),
        ('Mo 09:00-12:00 "by appointment"', State.BY_APPOINTMENT),
        ('Mo 09:00-12:00 open "By Appointment only"', State.BY_APPOINTMENT),
        ('"ask first"', State.UNKNOWN),
        ('Mo 09:00-12:00 "ask first"', State.UNKNOWN),  # a comment alone: it depends
        ('Mo 09:00-12:00 open "women only"', State.OPEN),  # … and `open` says that it does not
        ('Mo 09:00-12:00 open "no appointment needed"', State.OPEN),
        ('Mo 09:00-12:00 "without appointment"', State.UNKNOWN),
        ('Mo 20:00-24:00 off "answerphone"', State.ANSWERPHONE),
        ('Mo 20:00-24:00 "leave a message on the answering machine"', State.ANSWERPHONE),
    ],
)
def test_state_of_a_rule_follows_from_modifier_and_comment(expression, state):
    (rule,) = parse_rules(expression)

    assert rule.state is state


def test_separators_inside_a_comment_are_ignored():
    (rule,) = parse_rules('Mo 09:00-12:00 open "ring; then wait, or call || PH off"')

    assert (rule.days, rule.holidays, rule.state) == ("Mo", (), State.OPEN)


def test_separator_determines_the_rule_operator():
    found = parse_rules('Mo 09:00-12:00; Tu 10:00-11:00, Tu 12:00-13:00 || "ask"')

    assert [rule.operator for rule in found] == [
        RuleOperator.NORMAL,
        RuleOperator.NORMAL,
        RuleOperator.ADDITIONAL,
        RuleOperator.FALLBACK,
    ]


@pytest.mark.parametrize(
    ("expression", "days", "holidays", "within"),
    [
        ("Mo-Fr 10:00-12:00", "Mo-Fr", (), ""),
        ("Mo-Fr,PH 10:00-12:00", "Mo-Fr", (Holiday("PH", 0),), ""),
        ("PH off", None, (Holiday("PH", 0),), ""),
        ("SH,PH off", None, (Holiday("SH", 0), Holiday("PH", 0)), ""),
        ("PH -1 day 10:00-12:00", None, (Holiday("PH", -1),), ""),
        ("PH +1 day off", None, (Holiday("PH", 1),), ""),
        ("Jul-Aug PH,Sa off", "Jul-Aug Sa", (Holiday("PH", 0),), "Jul-Aug"),
        ("SH Mo-Fr 10:00-12:00", None, (Holiday("SH", 0),), "Mo-Fr"),
        ("Mo-Fr SH 10:00-12:00", None, (Holiday("SH", 0),), "Mo-Fr"),
        ("2026 Jul-Aug SH Mo 10:00-12:00", None, (Holiday("SH", 0),), "2026 Jul-Aug Mo"),
    ],
)
def test_holidays_and_ordinary_days_of_a_rule_are_separated(expression, days, holidays, within):
    (rule,) = parse_rules(expression)

    assert (rule.days, rule.holidays, rule.holidays_within) == (days, holidays, within)


@pytest.mark.parametrize(
    ("times", "spans", "unknown_spans"),
    [
        ("09:00-12:00", ((540, 720),), ()),
        ("9:00-12:00, 14:00-16:00", ((540, 720), (840, 960)), ()),
        ("00:00-24:00", ((0, DAY),), ()),
        ("22:00-02:00", ((1320, 1560),), ()),
        ("22:00-26:00", ((1320, 1560),), ()),
        ("12:00-12:00", ((720, 720 + DAY),), ()),
        ("14:00+", (), ((840, DAY),)),
        ("09:00-17:00+", ((540, 1020),), ((1020, DAY),)),
        ("22:00-02:00+", ((1320, 1560),), ((1560, 2 * DAY),)),
    ],
)
def test_open_end_adds_an_unknown_span_until_the_end_of_the_day(times, spans, unknown_spans):
    (rule,) = parse_rules(f"Mo {times}")

    assert (rule.spans, rule.unknown_spans) == (spans, unknown_spans)


@pytest.mark.parametrize(
    ("expression", "is_always"),
    [
        ("24/7", True),
        ("Mo-Su 00:00-24:00", True),
        ("off", True),
        ("Mo-Su 00:00-23:59", False),
        ("Mo-Fr", False),
        ("00:00+", False),
    ],
)
def test_only_rules_day_and_night_are_always(expression, is_always):
    (rule,) = parse_rules(expression)

    assert rule.is_always is is_always


@pytest.mark.parametrize(
    ("expression", "is_dated"),
    [
        ("Dec 25 10:00-12:00", True),
        ("2026 Dec 25,2026 Dec 26 10:00-12:00", True),
        ("easter +1 day off", True),
        ("Dec 24-Jan 02 off", True),
        ("Apr 01-Sep 30 10:00-18:00", False),  # a season: its holidays were hardly thought of
        ("Su off", False),
        ("PH off", False),
    ],
)
def test_rule_with_dates_is_dated_and_a_season_is_not(expression, is_dated):
    (rule,) = parse_rules(expression)

    assert rule.is_dated is is_dated

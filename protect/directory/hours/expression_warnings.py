"""Warnings about opening hours that an editor should check before publishing."""

from collections.abc import Iterator

from opening_hours import OpeningHours

from protect.directory.hours.days import selected_days
from protect.directory.hours.syntax import Rule, State, parse_rules
from protect.directory.hours.weekly import WEEKDAYS

SAMPLE_YEAR = 2028  # a leap year: every day that a selector can name


def warnings(expression: str) -> list[str]:
    """Return the codes of warnings about an expression; none for a blank one.
    `holiday_rule_overridden`: a later rule replaces the rule for holidays, so they are unknown.
    `holidays_unknown`: no rule mentions holidays. `rule_overridden`: a rule never takes effect.
    `holiday_weekday_joined`: "PH Su" means holidays on a Sunday, not both. `open_end`,
    `depends_on_comment`: partly unknown. `unusual_spelling`: read as intended. Errors: BadHours."""
    return list(dict.fromkeys(_find_warning_codes(expression.strip())))


def _find_warning_codes(expression: str) -> Iterator[str]:
    all_rules = parse_rules(expression)
    if not all_rules:
        return
    for index, rule in enumerate(all_rules):
        yield from _rule_warning_codes(rule, all_rules[index + 1 :])
    if not any(rule.is_always or _has_unmoved_public_holidays(rule) for rule in all_rules):
        yield "holidays_unknown"
    if OpeningHours(expression).warnings:
        yield "unusual_spelling"


def _rule_warning_codes(rule: Rule, later_rules: tuple[Rule, ...]) -> Iterator[str]:
    replacing = [other for other in later_rules if other.replaces and not other.is_dated]
    if _has_unmoved_public_holidays(rule) and any(other.days is not None for other in replacing):
        yield "holiday_rule_overridden"
    if not rule.holidays and any(_covers_all_ordinary_days(other, rule) for other in replacing):
        yield "rule_overridden"
    if rule.holidays and rule.days is None and any(day in rule.holidays_within for day in WEEKDAYS):
        yield "holiday_weekday_joined"
    if rule.unknown_spans:
        yield "open_end"
    if rule.state is State.UNKNOWN:
        yield "depends_on_comment"


def _has_unmoved_public_holidays(rule: Rule) -> bool:
    return any((holiday.kind, holiday.offset) == ("PH", 0) for holiday in rule.holidays)


def _covers_all_ordinary_days(later: Rule, earlier: Rule) -> bool:
    if earlier.days is None or later.days is None:
        return False
    days = selected_days(earlier.days, SAMPLE_YEAR)
    return bool(days.any() and selected_days(later.days, SAMPLE_YEAR)[days].all())

import pytest

from protect.directory.hours import BadHours, warnings


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("", []),
        ("24/7", []),
        ("Mo-Fr 09:00-17:00; PH off", []),
        ("Mo-Fr 09:00-17:00; PH off; Dec 24 09:00-12:00", []),
        ("Mo-Fr 09:00-17:00; PH off; Jul-Aug Mo-Fr 09:00-12:00", ["holiday_rule_overridden"]),
        ("PH off; Mo-Fr 09:00-17:00", ["holiday_rule_overridden"]),
        ("Mo-Fr 09:00-17:00", ["holidays_unknown"]),
        ("Mo-Fr 09:00-17:00; PH -1 day off", ["holidays_unknown"]),
        ("Mo 09:00-12:00; Mo 14:00-17:00; PH off", ["rule_overridden"]),
        ("Mo 09:00-12:00, Mo 14:00-17:00; PH off", []),
        ("Mo-Sa 09:00-17:00; PH Su off", ["holiday_weekday_joined"]),
        ("Mo 14:00+; PH off", ["open_end"]),
        ('Mo 09:00-12:00 "ask first"; PH off', ["depends_on_comment"]),
        ('Mo 09:00-12:00 "by appointment"; PH off', []),
        ("mo 09:00-12:00; PH off", ["unusual_spelling"]),
    ],
)
def test_warnings_have_codes(expression, codes):
    assert warnings(expression) == codes


def test_warnings_refuse_unreadable_hours():
    with pytest.raises(BadHours):
        warnings("Mo-Fr 9-17")

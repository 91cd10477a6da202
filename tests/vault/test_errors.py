import pytest

from protect.audit.rules import ALARM_OUTCOMES
from protect.kernel.errors import ProtectError
from protect.orgs.alarms import KEY_ALARM
from protect.vault.errors import RecordDamaged, TeamKeyMismatch, Throttled


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "Wait 1 second, then"), (2, "Wait 2 seconds, then"), (60, "60 seconds")],
)
def test_how_long_to_wait_is_said_in_the_form_of_its_number(seconds, said):
    assert said in Throttled(seconds=seconds).text()


def test_without_a_number_none_is_named():
    assert Throttled().text() == "Wait a moment, then try again. Your work is safe."


def family(error: type[ProtectError]) -> set[type[ProtectError]]:
    return {error}.union(*map(family, error.__subclasses__()))


def test_alarms_are_the_codes_of_the_errors_that_say_the_database_was_changed():
    errors = family(TeamKeyMismatch) | family(RecordDamaged)

    assert {error.code for error in errors} == ALARM_OUTCOMES
    assert TeamKeyMismatch.code == KEY_ALARM  # the alarm that stops a team

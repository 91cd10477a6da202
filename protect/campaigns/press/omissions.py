"""Numbers that a paper leaves out, why, and which number takes the place of each."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from protect.campaigns.base.enums import OmissionReason
from protect.campaigns.press.models import PrintedNumber
from protect.campaigns.press.numbers import LineChoice, NumberNow, may_print
from protect.directory.enums import Freshness

REASONS = {
    Freshness.DISPUTED: OmissionReason.REPORTED,
    Freshness.OVERDUE: OmissionReason.OVERDUE,
    Freshness.EXPIRED: OmissionReason.OVERDUE,
    Freshness.UNVERIFIED: OmissionReason.UNCHECKED,
}


class Omission(NamedTuple):
    """A number that a paper leaves out. `replaced_by`: the number in its place as it is printed;
    "" if there is none."""

    service: UUID
    name: str
    number: str
    text: str
    reason: OmissionReason
    replaced_by: str = ""

    @property
    def get_reason_display(self) -> str:
        """Return the words of the reason, as `OmittedNumber` does."""
        return str(self.reason.label)


def find_omissions(
    choice: LineChoice,
    earlier: Iterable[PrintedNumber],
    numbers_now: Mapping[tuple[UUID, str], NumberNow],
) -> tuple[Omission, ...]:
    """Return the numbers of an earlier file that are not printed again, and lines that come first
    in the directory and may not be printed. `earlier`: the numbers of the newest file for the same
    place; `numbers_now`: as `numbers.printable_numbers`."""
    before = list(earlier)
    printed = {line.number for line in choice.printed}
    left_out: dict[str, Omission] = {}
    for omission in (*_dropped(before, numbers_now), *_unprintable(choice)):
        if omission.number not in printed:
            left_out.setdefault(omission.number, omission)
    expected = {number.number for number in before} or {line.number for line in choice.best}
    new = [line.text for line in choice.printed if line.number not in expected]
    pairs = zip_longest(left_out.values(), new[: len(left_out)], fillvalue=None)
    return tuple(row._replace(replaced_by=text or "") for row, text in pairs if row)


def _dropped(
    before: Iterable[PrintedNumber], numbers_now: Mapping[tuple[UUID, str], NumberNow]
) -> Iterator[Omission]:
    for number in before:
        now = numbers_now.get((number.service_id, number.number))
        if now is None:
            reason = OmissionReason.GONE
        elif may_print(now.freshness):
            reason = OmissionReason.OUTRANKED
        else:
            reason = REASONS[now.freshness]
        yield Omission(number.service_id, number.name, number.number, number.text, reason)


def _unprintable(choice: LineChoice) -> Iterator[Omission]:
    for line in choice.best:
        if not may_print(line.freshness):
            reason = REASONS[line.freshness]
            yield Omission(line.service, line.name, line.number, line.text, reason)

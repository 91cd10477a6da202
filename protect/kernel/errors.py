"""Refusals that a person caused and can understand."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import ClassVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProtectError(Exception):
    """A refusal that a person caused and can understand; never a programming fault. `code` is part
    of the API contract and never translated; `message` is shown to people. Both reach logs, so
    neither may contain personal data. `facts` fill the placeholders of the message."""

    code: str = "refused"
    status: HTTPStatus = HTTPStatus.CONFLICT
    # Seconds after which the same request may succeed; 0: waiting does not help.
    retry_after: ClassVar[int] = 0
    # True: shown on a page of its own, because no change to the form can resolve it.
    has_own_page: ClassVar[bool] = False
    message: Promise | str = _("This is not possible now.")  # For translators: a general refusal

    def __init__(self, **facts: str | int) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    @property
    def is_fault(self) -> bool:
        """Return whether only an operator can repair the cause: a 5xx without `retry_after`."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not self.retry_after

    def text(self) -> str:
        """Return the message in the active language, with the labels of facts that are choices."""
        values = {name: getattr(fact, "label", fact) for name, fact in self.facts.items()}
        return str(self.message).format_map(values)


class TableRefusal(ProtectError):
    """A refusal that is chosen by its code from the table `rows` of its package.
    `rows` maps each status to its codes and messages. A refusal that callers catch has a class
    of its own instead. A test compares codes and placeholders with the places that raise them.
    Errors: KeyError for an unknown code."""

    rows: ClassVar[Mapping[HTTPStatus, Mapping[str, Promise | str]]] = {}

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code = code
        status = next((s for s, rows in self.rows.items() if code in rows), self.status)
        self.status, self.message = status, self.rows[status][code]
        super().__init__(**facts)


class DataError(ProtectError):
    """A row of a data file is wrong: the site does not start until an operator corrects it."""

    code = "data_row_bad"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = "{file}:{line}: [{record}] {problem} Remedy: {remedy}"

    def __init__(self, *, file: str, line: int, record: str, problem: str, remedy: str) -> None:
        super().__init__(file=file, line=line, record=record, problem=problem, remedy=remedy)


class SettingError(ProtectError):
    """An environment variable has a value that the site refuses to start with."""

    code = "setting_bad"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = "{name}: {problem} Remedy: {remedy}"

    def __init__(self, *, name: str, problem: str, remedy: str) -> None:
        super().__init__(name=name, problem=problem, remedy=remedy)


def next_state[S: TextChoices, M: TextChoices](
    transitions: Mapping[tuple[S, M], S], state: S, move: M, refusal: Callable[..., ProtectError]
) -> S:
    """Return the new state, transitions[state, move]. Errors: `refusal`, with state and move."""
    try:
        return transitions[state, move]
    except KeyError:
        raise refusal(state=state, move=move) from None

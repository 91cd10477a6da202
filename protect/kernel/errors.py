"""Refusals that a person caused and can understand."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import ClassVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProtectError(Exception):
    """A refusal that a person caused and can understand. Never a programming fault.
    `code` is part of the API contract and never translated; `message` is shown to people. Put no
    personal data in either: both reach logs. `facts` fill the message's placeholders."""

    code: str = "refused"
    status: HTTPStatus = HTTPStatus.CONFLICT
    # Seconds after which the same request may succeed; 0: the refusal does not pass by itself.
    retry_after: ClassVar[int] = 0
    # Whether its page says what to do: no form can mend it, however it is filled in.
    has_own_page: ClassVar[bool] = False
    # Translators: shown when an action was refused and nothing more precise is known.
    message: Promise | str = _("This cannot be done now.")

    def __init__(self, **facts: str | int) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    @property
    def is_fault(self) -> bool:
        """Whether only an operator can mend it: a 500 that does not pass by itself."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not self.retry_after

    def text(self) -> str:
        """Return the message in the active language, with the labels of choices such as states."""
        words = {name: getattr(fact, "label", fact) for name, fact in self.facts.items()}
        return str(self.message).format_map(words)


class TableRefusal(ProtectError):
    """A row of its package's table of refusals, chosen by its code. What code catches is a class.
    `rows` gives the code and message of each refusal, by status. A guard holds the codes and the
    placeholders of the messages to the places that raise them. Errors: KeyError, no such row."""

    rows: ClassVar[Mapping[HTTPStatus, Mapping[str, Promise | str]]] = {}

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code = code
        status = next((each for each, rows in self.rows.items() if code in rows), self.status)
        self.status, self.message = status, self.rows[status][code]
        super().__init__(**facts)


class DataError(ProtectError):
    """A row of a data file is wrong. The operator can mend it; the site does not start with it."""

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


def take_step[S: TextChoices, M: TextChoices](
    moves: Mapping[tuple[S, M], S], state: S, move: M, refusal: Callable[..., ProtectError]
) -> S:
    """Return the state that `move` leads to. Errors: `refusal`, with both as facts."""
    try:
        return moves[state, move]
    except KeyError:
        raise refusal(state=state, move=move) from None

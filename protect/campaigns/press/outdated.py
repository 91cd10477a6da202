"""Press files in use with numbers or texts that have changed since the files were made, or of a
material that was taken down."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.campaigns.base.enums import PrintedNumberState
from protect.campaigns.press import numbers, page_texts
from protect.campaigns.press.models import PressFile, PressFileQuerySet, PrintedNumber
from protect.campaigns.press.numbers import NumberNow
from protect.campaigns.press.text_states import unread_tags
from protect.content.released import ReleasedPage


class FileState(NamedTuple):
    """What has changed since a file was made. `numbers`: each printed number with its state;
    `has_other_text`: whether the press would print other texts, or other notes beside a number;
    `has_text_now`: whether a text that was printed in another language exists in that of the file
    now; `is_unread`: whether no second person has read one of its texts."""

    file: PressFile
    numbers: tuple[tuple[PrintedNumber, PrintedNumberState], ...]
    has_other_text: bool
    has_text_now: bool = False
    is_unread: bool = False

    @property
    def is_wrong(self) -> bool:
        """Return whether a number that it prints is no longer right."""
        return any(state is PrintedNumberState.GONE for _, state in self.numbers)

    @property
    def is_taken_down(self) -> bool:
        """Return whether its material was taken down: its copies must be collected."""
        return self.file.material.taken_down_at is not None

    @property
    def uncertain_numbers(self) -> tuple[str, ...]:
        """Return its numbers that must be checked again, as they are printed: their check is
        overdue, or they were reported as wrong."""
        unchecked = PrintedNumberState.UNCHECKED
        return tuple(number.text for number, state in self.numbers if state is unchecked)

    @property
    def wrong_numbers(self) -> tuple[str, ...]:
        """Return its numbers that are no longer right, as they are printed."""
        return tuple(number.text for number in _gone(self.numbers))

    @property
    def other_languages(self) -> tuple[str, ...]:
        """Return the languages, other than that of the file, in which it prints texts."""
        tags = dict.fromkeys([self.file.written_in_id, *self.file.text_languages.values()])
        return tuple(tag for tag in tags if tag != self.file.language_id)

    @property
    def text_languages(self) -> tuple[str, ...]:
        """Return the languages in which its texts are printed."""
        tags = self.file.text_languages.values() or [self.file.written_in_id]
        return tuple(dict.fromkeys(tags))

    @property
    def has_own_text(self) -> bool:
        """Return whether it prints a text in its language."""
        return self.file.language_id in (
            self.file.written_in_id,
            *self.file.text_languages.values(),
        )

    @property
    def is_outdated(self) -> bool:
        return (
            self.is_wrong
            or self.is_taken_down
            or bool(self.uncertain_numbers)
            or self.has_other_text
        )


def file_states(files: PressFileQuerySet, at: datetime) -> list[FileState]:
    """Return the states of files, in their order. Errors: as `numbers.printable_numbers`."""
    current = numbers.printable_numbers(at)
    rows = files.select_related("material").prefetch_related("numbers")
    unread = _unread_texts(rows)
    return [
        _file_state(file, current)._replace(
            is_unread=(file.material.template, file.language_id) in unread
        )
        for file in rows
    ]


def outdated_files(files: PressFileQuerySet, at: datetime) -> list[FileState]:
    """Return the outdated ones of the files whose copies may hang somewhere, those that must be
    collected first."""
    states = (each for each in file_states(files.to_collect(), at) if each.is_outdated)
    return sorted(states, key=lambda each: not (each.is_wrong or each.is_taken_down))


def withdrawn_numbers(
    files: PressFileQuerySet, at: datetime
) -> dict[tuple[str, str], list[PressFile]]:
    """Return the files in use that print a number which is no longer right, by the printed name and
    number."""
    found: dict[tuple[str, str], list[PressFile]] = {}
    for state in file_states(files.to_collect(), at):
        for printed in _gone(state.numbers):
            found.setdefault((printed.name, printed.text), []).append(state.file)
    return dict(sorted(found.items()))


def _file_state(file: PressFile, current: Mapping[tuple[UUID, str], NumberNow]) -> FileState:
    printed = [(each, current.get((each.service_id, each.number))) for each in file.numbers.all()]
    has_other_notes = any(now and now.facts_digest != each.facts_digest for each, now in printed)
    states = tuple((each, now.state if now else PrintedNumberState.GONE) for each, now in printed)
    page = page_texts.find_page(file.material.template, file.language_id)
    digest = page_texts.digest_of(page_texts.printed_texts(page, file.country_id)) if page else ""
    has_other_text = has_other_notes or file.text_digest != digest
    return FileState(file, states, has_other_text, _has_text_now(file, page))


def _unread_texts(files: Iterable[PressFile]) -> frozenset[tuple[str, str]]:
    """Return templates and languages with a text that no second person has read."""
    tags: dict[str, set[str]] = {}
    for file in files:
        tags.setdefault(file.material.template, set()).add(file.language_id)
    return frozenset(
        (template, tag)
        for template, languages in tags.items()
        if template
        for tag in unread_tags(template, languages)
    )


def _gone(
    printed: Iterable[tuple[PrintedNumber, PrintedNumberState]],
) -> Iterable[PrintedNumber]:
    return (each for each, state in printed if state is PrintedNumberState.GONE)


def _has_text_now(file: PressFile, page: ReleasedPage | None) -> bool:
    own = file.language_id
    others = {key for key, tag in file.text_languages.items() if tag != own}
    now = {each.key for each in page.segments if each.language == own} if page else set()
    return bool(others & now)

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from protect.coordination.translated_minutes.actions import TypedText
from protect.coordination.translated_minutes.lines import ItemPairs, TextPair
from protect.coordination.translated_minutes.rules import digest_of
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_TEXT = 20_000  # characters of a translation


class LanguageForm(DeskForm):
    language = forms.ChoiceField(label=_("Language of the translation"))

    def __init__(
        self, *args: Any, country: str = "", own: str = "", tags: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = fields.language_choices((tag for tag in tags if tag != own), country)
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class ShownText(NamedTuple):
    """A text on the page that translates minutes. `typed`: what was typed and not saved."""

    pair: TextPair
    typed: str
    seen: str  # digest of the stored translation
    is_conflict: bool
    rows: int  # height of its field, in lines


def read_texts(posted: QueryDict) -> dict[str, TypedText]:
    """Return what was typed, by the key of the source text."""
    return {
        key: TypedText(
            text.replace("\r\n", "\n").strip()[:MAX_TEXT],
            posted.get(f"seen-{key}", ""),
            posted.get(f"source-{key}", ""),
            f"right-{key}" in posted,
        )
        for name, text in posted.items()
        if isinstance(text, str) and (key := name.removeprefix("translation-")) != name
    }


def shown_texts(line: ItemPairs, conflicts: dict[str, str]) -> Iterator[ShownText]:
    for pair in line.pairs:
        key = pair.source.key
        yield ShownText(
            pair,
            conflicts.get(key, pair.translation),
            digest_of(pair.translation),
            key in conflicts,
            max(2, pair.source.text.count("\n") + len(pair.source.text) // 60 + 1),
        )


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:meeting_languages": DraftPage(_("Translate the minutes"), LanguageForm),
}

"""A form of the data as a form of the page: what one types stays, mistakes stand in the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from protect.questionnaires import access, wording
from protect.questionnaires.answers import Answers
from protect.questionnaires.enums import FieldType
from protect.questionnaires.rules.answers import Reading
from protect.questionnaires.rules.fields import NO, YES, spell
from protect.questionnaires.schemas import Asked
from protect.questionnaires.widgets import Grid, Places, Steps
from protect.questionnaires.words import Form, Said
from protect.reference import vocabulary
from protect.ui.forms import DeskForm

PREFIX = "q"  # the page around it has fields of its own


class AskedField(forms.Field):
    """Takes everything: `QuestionnaireForm.clean` asks the rules about all answers at once."""

    def clean(self, value: Any) -> Any:
        return value


class QuestionnaireForm(DeskForm):
    """Answers to one form. `reading` has them once the form is bound and cleaned."""

    reading: Reading

    def __init__(
        self, form: Form, data: QueryDict | None = None, kept: Answers | None = None
    ) -> None:
        super().__init__(data, prefix=PREFIX, initial=_initial(form, kept))
        self.asked_form = form
        for each in form.definition.asking():
            self.fields[each.key] = _field(form, each)

    def clean(self) -> dict[str, Any]:
        found = self.data.lists() if isinstance(self.data, QueryDict) else ()
        sent = {
            name.removeprefix(f"{PREFIX}-"): values
            for name, values in found
            if name.startswith(f"{PREFIX}-")
        }
        self.reading = access.read_answers(self.asked_form, sent)
        for wrong in self.reading.wrong:
            self.add_error(wrong.key, wording.mistake(wrong))
        return dict(self.reading.values)

    def answers(self) -> Answers:
        """Return what is kept. Errors: ValueError while there are mistakes."""
        return access.answers_of(self.asked_form, self.reading)

    @property
    def dropped(self) -> list[str]:
        """Return the questions whose answer was not kept, since they were not for this person."""
        keys = self.reading.dropped if self.is_bound and hasattr(self, "reading") else ()
        return [self.asked_form.label(key) for key in keys]

    def blocks(self) -> Iterator[dict[str, Any]]:
        """Yield sections with their parts, in order; what stands before the first has none."""
        block: dict[str, Any] = {"section": None, "parts": []}
        for each in self.asked_form.definition.fields:
            if each.type == FieldType.SECTION:
                if block["section"] or block["parts"]:
                    yield block
                block = {"section": self.part(each), "parts": []}
            else:
                block["parts"].append(self.part(each))
        yield block

    def part(self, asked: Asked) -> dict[str, Any]:
        """Return what a template needs of one field."""
        form, condition = self.asked_form, asked.shown_if
        return {
            "asked": asked,
            "label": marked(form, form.words[f"{asked.key}.label"]),
            "help": _help(form, asked),
            "field": self._bound(asked),
            "condition": condition.model_dump_json(exclude_unset=True) if condition else "",
            "when": wording.when(form, condition) if condition else "",
        }

    def _bound(self, asked: Asked) -> BoundField | None:
        return self[asked.key] if asked.asks else None


def marked(form: Form, said: Said | None) -> SafeString | str:
    """Return a text; in another language than the page's it is marked as such."""
    if said is None:
        return ""
    if said.language == get_language():
        return said.text
    direction = vocabulary.languages()[said.language].direction
    return format_html('<span lang="{}" dir="{}">{}</span>', said.language, direction, said.text)


def _help(form: Form, asked: Asked) -> SafeString | str:
    told, how = marked(form, form.said(f"{asked.key}.help")), wording.how(asked)
    return format_html("{} {}", told, how) if told and how else told or how


def _initial(form: Form, kept: Answers | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in kept.values.items() if kept else ():
        asked = form.definition.field(key)
        if asked is not None:
            found[key] = _typed(asked, spell(asked, value))
    return found


def _typed(asked: Asked, sent: Mapping[str, list[str]]) -> Any:
    if asked.type in {FieldType.RANKING, FieldType.MATRIX}:
        return {name.partition("-")[2]: values[0] for name, values in sent.items()}
    values = sent.get(asked.key, [])
    return values if asked.type == FieldType.MULTIPLE else "".join(values)


def _field(form: Form, asked: Asked) -> AskedField:
    return AskedField(
        # only a mark: where nothing is required it is said once, not at every question
        required=asked.required or not form.requires,
        label=marked(form, form.words[f"{asked.key}.label"]),
        help_text=_help(form, asked),
        widget=WIDGETS[asked.type](form, asked),
    )


def _choices(form: Form, asked: Asked, table: str = "options") -> list[tuple[str, Any]]:
    codes = asked.options if table == "options" else asked.rows
    return [(code, marked(form, form.words[f"{asked.key}.{table}.{code}"])) for code in codes]


def _number(form: Form, asked: Asked) -> forms.Widget:
    mode = "decimal" if asked.decimals else "numeric"
    return forms.TextInput(attrs={"class": "short", "inputmode": mode, "autocomplete": "off"})


def _text(form: Form, asked: Asked) -> forms.Widget:
    attrs = {"autocomplete": "off", "dir": "auto", "maxlength": asked.longest}
    if asked.type == FieldType.LONG:
        return forms.Textarea(attrs={**attrs, "rows": 4})
    return forms.TextInput(attrs=attrs)


def _steps(form: Form, asked: Asked) -> forms.Widget:
    low, high = (marked(form, form.words[f"{asked.key}.{end}"]) for end in ("low", "high"))
    return Steps(asked.count_of_steps, low, high)


def _yes_no(form: Form, asked: Asked) -> forms.Widget:
    yes, no = wording.yes_no(is_yes=True), wording.yes_no(is_yes=False)
    return forms.RadioSelect(choices=[(YES, yes), (NO, no)])


def _places(form: Form, asked: Asked) -> forms.Widget:
    count = len(asked.options)
    return Places(_choices(form, asked), [(str(at), str(at)) for at in range(1, count + 1)])


WIDGETS: dict[FieldType, Callable[[Form, Asked], forms.Widget]] = {
    FieldType.SHORT: _text,
    FieldType.LONG: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: lambda form, asked: forms.DateInput(attrs={"type": "date", "class": "short"}),
    FieldType.YES_NO: _yes_no,
    FieldType.SINGLE: lambda form, asked: forms.RadioSelect(choices=_choices(form, asked)),
    FieldType.MULTIPLE: lambda form, asked: forms.CheckboxSelectMultiple(
        choices=_choices(form, asked)
    ),
    FieldType.SCALE: _steps,
    FieldType.RATING: _steps,
    FieldType.RANKING: _places,
    FieldType.MATRIX: lambda form, asked: Grid(
        _choices(form, asked, "rows"), _choices(form, asked)
    ),
    FieldType.CONSENT: lambda form, asked: forms.CheckboxInput(attrs={"value": YES}),
}

"""A questionnaire as a Django form: typed values stay, mistakes stand at the fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from protect.questionnaires import access, wording
from protect.questionnaires.enums import FieldType
from protect.questionnaires.rules.answers import NO, YES, Reading, spell
from protect.questionnaires.schemas import FormField
from protect.questionnaires.words import Form, LanguageText
from protect.reference import vocabulary
from protect.ui.forms import DeskForm

type Choices = Iterable[tuple[str, str | SafeString]]
PREFIX = "q"  # the page around it has fields of its own


class Lines(forms.Widget):
    use_fieldset = True

    def __init__(self, lines: Choices, choices: Choices) -> None:
        super().__init__()
        self.lines, self.choices = [*lines], [*choices]

    def id_for_label(self, id_: str) -> str:
        return ""  # a legend names it

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {code: data.get(f"{name}-{code}", "") for code, _label in self.lines}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        values = value if isinstance(value, Mapping) else {}
        root = context["widget"]["attrs"].get("id", "")
        lines = context["widget"]["lines"] = []
        for at, (code, label) in enumerate(self.lines):
            line = {"name": f"{name}-{code}", "id": f"{root}_{at}", "label": label}
            lines.append(line | {"value": str(values.get(code, ""))})
        context["widget"]["choices"] = [(str(code), label) for code, label in self.choices]
        return context


class Places(Lines):
    template_name = "questionnaires/widgets/places.html"


class Grid(Lines):
    template_name = "questionnaires/widgets/grid.html"


class Steps(forms.RadioSelect):
    def __init__(self, count: int, low: str | SafeString, high: str | SafeString) -> None:
        ends, step = {1: low, count: high}, "<span>{} <small>{}</small></span>"
        choices = [(str(at), format_html(step, at, ends.get(at, ""))) for at in range(1, count + 1)]
        super().__init__(attrs={"class": "steps-row"}, choices=choices)


class QuestionField(forms.Field):
    """Accepts any value: `QuestionnaireForm.clean` validates all answers at once."""

    def clean(self, value: Any) -> Any:
        return value


class QuestionnaireForm(DeskForm):
    reading: Reading

    def __init__(
        self, form: Form, data: QueryDict | None = None, kept: access.Answers | None = None
    ) -> None:
        super().__init__(data, prefix=PREFIX, initial=_initial(form, kept))
        self.asked_form = form
        for field in form.definition.asking():
            self.fields[field.key] = _field(form, field)

    def clean(self) -> dict[str, Any]:
        items = self.data.lists() if isinstance(self.data, QueryDict) else ()
        start = f"{PREFIX}-"
        sent = {name[len(start) :]: texts for name, texts in items if name.startswith(start)}
        self.reading = access.read_answers(self.asked_form, sent)
        for wrong in self.reading.wrong:
            self.add_error(wrong.key, wording.mistake(wrong))
        return dict(self.reading.values)

    def answers(self) -> access.Answers:
        return access.answers_of(self.asked_form, self.reading)

    @property
    def dropped(self) -> list[str]:
        keys = self.reading.dropped if self.is_bound and hasattr(self, "reading") else ()
        return [self.asked_form.label(key) for key in keys]

    def blocks(self) -> Iterator[dict[str, Any]]:
        block: dict[str, Any] = {"section": None, "parts": []}
        for field in self.asked_form.definition.fields:
            if field.type == FieldType.SECTION:
                if block["section"] or block["parts"]:
                    yield block
                block = {"section": self.part(field), "parts": []}
            else:
                block["parts"].append(self.part(field))
        yield block

    def part(self, field: FormField) -> dict[str, Any]:
        form, condition = self.asked_form, field.shown_if
        return {
            "question": field,
            "label": marked(form, form.words[f"{field.key}.label"]),
            "help": _help(form, field),
            "field": self[field.key] if field.asks else None,
            "condition": condition.model_dump_json(exclude_unset=True) if condition else "",
            "when": wording.when(form, condition) if condition else "",
        }


def marked(form: Form, text: LanguageText | None) -> SafeString | str:
    if text is None:
        return ""
    if text.language == get_language():
        return text.text
    direction = vocabulary.languages()[text.language].direction
    return format_html('<span lang="{}" dir="{}">{}</span>', text.language, direction, text.text)


def _help(form: Form, field: FormField) -> SafeString | str:
    text, how = marked(form, form.optional_text(f"{field.key}.help")), wording.how(field)
    return format_html("{} {}", text, how) if text and how else text or how


def _initial(form: Form, kept: access.Answers | None) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for key, value in kept.values.items() if kept else ():
        field = form.definition.field(key)
        if field is not None:
            initial[key] = _typed(field, spell(field, value))
    return initial


def _typed(field: FormField, sent: Mapping[str, list[str]]) -> Any:
    if field.type in {FieldType.RANKING, FieldType.MATRIX}:
        return {name.partition("-")[2]: values[0] for name, values in sent.items()}
    values = sent.get(field.key, [])
    return values if field.type == FieldType.MULTIPLE else "".join(values)


def _field(form: Form, field: FormField) -> QuestionField:
    return QuestionField(
        # only a mark: where nothing is required it is said once, not at every question
        required=field.required or not form.requires,
        label=marked(form, form.words[f"{field.key}.label"]),
        help_text=_help(form, field),
        widget=WIDGETS[field.type](form, field),
    )


def _choices(form: Form, field: FormField, table: str = "options") -> list[tuple[str, Any]]:
    codes = field.options if table == "options" else field.rows
    return [(code, marked(form, form.words[f"{field.key}.{table}.{code}"])) for code in codes]


def _number(form: Form, field: FormField) -> forms.Widget:
    mode = "decimal" if field.decimals else "numeric"
    return forms.TextInput(attrs={"class": "short", "inputmode": mode, "autocomplete": "off"})


def _text(form: Form, field: FormField) -> forms.Widget:
    attrs = {"autocomplete": "off", "dir": "auto", "maxlength": field.longest}
    if field.type == FieldType.LONG:
        return forms.Textarea(attrs={**attrs, "rows": 4})
    return forms.TextInput(attrs=attrs)


def _steps(form: Form, field: FormField) -> forms.Widget:
    low, high = (marked(form, form.words[f"{field.key}.{end}"]) for end in ("low", "high"))
    return Steps(field.count_of_steps, low, high)


def _yes_no(form: Form, field: FormField) -> forms.Widget:
    yes, no = wording.yes_no(is_yes=True), wording.yes_no(is_yes=False)
    return forms.RadioSelect(choices=[(YES, yes), (NO, no)])


def _places(form: Form, field: FormField) -> forms.Widget:
    count = len(field.options)
    return Places(_choices(form, field), [(str(at), str(at)) for at in range(1, count + 1)])


WIDGETS: dict[FieldType, Callable[[Form, FormField], forms.Widget]] = {
    FieldType.SHORT: _text,
    FieldType.LONG: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: lambda form, field: forms.DateInput(attrs={"type": "date", "class": "short"}),
    FieldType.YES_NO: _yes_no,
    FieldType.SINGLE: lambda form, field: forms.RadioSelect(choices=_choices(form, field)),
    FieldType.MULTIPLE: lambda form, field: forms.CheckboxSelectMultiple(
        choices=_choices(form, field)
    ),
    FieldType.SCALE: _steps,
    FieldType.RATING: _steps,
    FieldType.RANKING: _places,
    FieldType.MATRIX: lambda form, field: Grid(
        _choices(form, field, "rows"), _choices(form, field)
    ),
    FieldType.CONSENT: lambda form, field: forms.CheckboxInput(attrs={"value": YES}),
}

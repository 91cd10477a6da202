"""A questionnaire as a Django form: typed values stay, and mistakes are shown at their fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from protect.questionnaires import access, schemas, wording
from protect.questionnaires.enums import FieldType
from protect.questionnaires.rules.answers import NO, YES, Reading, answer_to_post_data
from protect.questionnaires.words import Form, LanguageText
from protect.reference import vocabulary
from protect.ui.forms import DeskForm

type Choices = Iterable[tuple[str, str | SafeString]]
FIELD_PREFIX = "q"  # keeps names apart from other fields of the page


class LineWidget(forms.Widget):
    """A widget with an input for every line of a ranking or a matrix."""

    use_fieldset = True

    def __init__(self, lines: Choices, choices: Choices) -> None:
        super().__init__()
        self.lines, self.choices = [*lines], [*choices]

    def id_for_label(self, id_: str) -> str:
        return ""  # the legend of the fieldset is the label

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {code: data.get(f"{name}-{code}", "") for code, _label in self.lines}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        values = value if isinstance(value, Mapping) else {}
        root_id = context["widget"]["attrs"].get("id", "")
        lines = context["widget"]["lines"] = []
        for index, (code, label) in enumerate(self.lines):
            line = {"name": f"{name}-{code}", "id": f"{root_id}_{index}", "label": label}
            lines.append(line | {"value": str(values.get(code, ""))})
        context["widget"]["choices"] = [(str(code), label) for code, label in self.choices]
        return context


class RankingWidget(LineWidget):
    template_name = "questionnaires/widgets/places.html"


class MatrixWidget(LineWidget):
    template_name = "questionnaires/widgets/grid.html"


class ScaleWidget(forms.RadioSelect):
    def __init__(self, count: int, low: str | SafeString, high: str | SafeString) -> None:
        ends, html = {1: low, count: high}, "<span>{} <small>{}</small></span>"
        levels = range(1, count + 1)
        choices = [(str(level), format_html(html, level, ends.get(level, ""))) for level in levels]
        super().__init__(attrs={"class": "steps-row"}, choices=choices)


class QuestionField(forms.Field):
    """Accepts any value: `QuestionnaireForm.clean` validates all answers at once."""

    def clean(self, value: Any) -> Any:
        return value


class QuestionnaireForm(DeskForm):
    reading: Reading

    def __init__(
        self,
        form: Form,
        data: QueryDict | None = None,
        stored_answers: access.Answers | None = None,
    ) -> None:
        super().__init__(data, prefix=FIELD_PREFIX, initial=_initial_values(form, stored_answers))
        self.questionnaire = form
        for field in form.definition.questions():
            self.fields[field.key] = QuestionField(
                # A form without required questions says so once, not at every question.
                required=field.required or not form.has_required_question,
                label=to_html(form, form.words[f"{field.key}.label"]),
                help_text=_help_text(form, field),
                widget=WIDGETS[field.type](form, field),
            )

    def clean(self) -> dict[str, Any]:
        items = self.data.lists() if isinstance(self.data, QueryDict) else ()
        start = f"{FIELD_PREFIX}-"
        post_data = {name[len(start) :]: texts for name, texts in items if name.startswith(start)}
        self.reading = access.read_answers(self.questionnaire, post_data)
        for field_mistake in self.reading.mistakes:
            self.add_error(field_mistake.key, wording.mistake_message(field_mistake))
        return dict(self.reading.values)

    def answers(self) -> access.Answers:
        """Return the answers to be stored; call it for a valid form only."""
        return access.to_answers(self.questionnaire, self.reading)

    @property
    def dropped_labels(self) -> list[str]:
        """Return the labels of hidden fields for which an answer was sent and dropped."""
        keys = self.reading.dropped if self.is_bound and hasattr(self, "reading") else ()
        return [self.questionnaire.label(key) for key in keys]

    def section_blocks(self) -> Iterator[dict[str, Any]]:
        """Yield sections with their fields; `section` is None for fields before the first one."""
        block: dict[str, Any] = {"section": None, "parts": []}
        for field in self.questionnaire.definition.fields:
            if field.type == FieldType.SECTION:
                if block["section"] or block["parts"]:
                    yield block
                block = {"section": self.field_context(field), "parts": []}
            else:
                block["parts"].append(self.field_context(field))
        yield block

    def field_context(self, field: schemas.FormField) -> dict[str, Any]:
        form, condition = self.questionnaire, field.shown_if
        return {
            "question": field,
            "label": to_html(form, form.words[f"{field.key}.label"]),
            "help": _help_text(form, field),
            "field": self[field.key] if field.is_question else None,
            "condition": condition.model_dump_json(exclude_unset=True) if condition else "",
            "when": wording.condition_phrase(form, condition) if condition else "",
        }


def to_html(form: Form, text: LanguageText | None) -> SafeString | str:
    """Return a text, marked with its language where that is not the language of the page."""
    if text is None:
        return ""
    if text.language == get_language():
        return text.text
    direction = vocabulary.languages()[text.language].direction
    return format_html('<span lang="{}" dir="{}">{}</span>', text.language, direction, text.text)


def _help_text(form: Form, field: schemas.FormField) -> SafeString | str:
    text = to_html(form, form.optional_text(f"{field.key}.help"))
    hint = wording.answer_hint(field)
    return format_html("{} {}", text, hint) if text and hint else text or hint


def _initial_values(form: Form, stored_answers: access.Answers | None) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for key, value in stored_answers.values.items() if stored_answers else ():
        field = form.definition.field(key)
        if field is not None:
            initial[key] = _to_initial_value(field, answer_to_post_data(field, value))
    return initial


def _to_initial_value(field: schemas.FormField, post_data: Mapping[str, list[str]]) -> Any:
    """Return post data as a widget takes them: texts by option or row, a list, or one text."""
    if field.type in {FieldType.RANKING, FieldType.MATRIX}:
        return {name.partition("-")[2]: values[0] for name, values in post_data.items()}
    values = post_data.get(field.key, [])
    return values if field.type == FieldType.MULTIPLE else "".join(values)


def _choices(form: Form, field: schemas.FormField, table: str = "options") -> list[tuple[str, Any]]:
    codes = field.options if table == "options" else field.rows
    return [(code, to_html(form, form.words[f"{field.key}.{table}.{code}"])) for code in codes]


def _number_text_input(form: Form, field: schemas.FormField) -> forms.Widget:
    mode = "decimal" if field.decimals else "numeric"
    return forms.TextInput(attrs={"class": "short", "inputmode": mode, "autocomplete": "off"})


def _text_widget(form: Form, field: schemas.FormField) -> forms.Widget:
    attrs = {"autocomplete": "off", "dir": "auto", "maxlength": field.max_length}
    if field.type == FieldType.LONG:
        return forms.Textarea(attrs={**attrs, "rows": 4})
    return forms.TextInput(attrs=attrs)


def _scale_widget(form: Form, field: schemas.FormField) -> forms.Widget:
    low, high = (to_html(form, form.words[f"{field.key}.{end}"]) for end in ("low", "high"))
    return ScaleWidget(field.level_count, low, high)


def _ranking_widget(form: Form, field: schemas.FormField) -> forms.Widget:
    ranks = [(str(rank), str(rank)) for rank in range(1, len(field.options) + 1)]
    return RankingWidget(_choices(form, field), ranks)


WIDGETS: dict[FieldType, Callable[[Form, schemas.FormField], forms.Widget]] = {
    FieldType.SHORT: _text_widget,
    FieldType.LONG: _text_widget,
    FieldType.NUMBER: _number_text_input,
    FieldType.DATE: lambda form, field: forms.DateInput(attrs={"type": "date", "class": "short"}),
    FieldType.YES_NO: lambda form, field: forms.RadioSelect(
        choices=[(YES, wording.yes_no(is_yes=True)), (NO, wording.yes_no(is_yes=False))]
    ),
    FieldType.SINGLE: lambda form, field: forms.RadioSelect(choices=_choices(form, field)),
    FieldType.MULTIPLE: lambda form, field: forms.CheckboxSelectMultiple(
        choices=_choices(form, field)
    ),
    FieldType.SCALE: _scale_widget,
    FieldType.RATING: _scale_widget,
    FieldType.RANKING: _ranking_widget,
    FieldType.MATRIX: lambda form, field: MatrixWidget(
        _choices(form, field, "rows"), _choices(form, field)
    ),
    FieldType.CONSENT: lambda form, field: forms.CheckboxInput(attrs={"value": YES}),
}

"""What staff type from paper: a sheet is a row of numbers, one for each question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from protect.questionnaires import wording
from protect.questionnaires.access import answers_of, read_answers
from protect.questionnaires.answers import Answers
from protect.questionnaires.enums import TEXTS, FieldType
from protect.questionnaires.rules.answers import Wrong
from protect.questionnaires.rules.fields import Bad
from protect.questionnaires.schemas import FormField
from protect.questionnaires.words import Form
from protect.trainings.measuring.codes import Mistake, read
from protect.trainings.measuring.wording import MISTAKES
from protect.trainings.models import Edition, Session
from protect.trainings.rules.keystrokes import pressed
from protect.ui.forms import DeskForm

NAME = "k-{}"
LABEL = 48  # characters of a question beside its field


class KeysField(forms.CharField):
    """What is typed for one question. All may stay empty: so it is not said at each of them."""

    def validate(self, value: str) -> None:
        """Take everything: `TypedForm.clean` asks the rules."""


class TypedForm(DeskForm):
    """One sheet of paper. `asked_form` is the form that was filled in."""

    half_day = forms.ModelChoiceField(
        Session.objects.none(),
        # Translators: in which half day of a training a paper was filled in.
        label=_("Filled in on"),
        empty_label=None,
    )
    sent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        edition: Edition | None = None,
        asked_form: Form | None = None,
        has_card: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if edition is None or asked_form is None:
            return  # only its name is wanted
        self.asked_form = asked_form
        days = self.fields["half_day"]
        days.queryset = edition.sessions.standing().order_by("starts_at")  # type: ignore[attr-defined]
        days.label_from_instance = _said  # type: ignore[attr-defined]
        if has_card:
            self.fields["code"] = forms.CharField(
                # Translators: label: a code on a small card that somebody has drawn.
                label=_("Code on the card"),
                required=False,
                max_length=40,
                widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autofocus": True}),
            )
        for number, each in enumerate(asked_form.definition.asking(), 1):
            field = _field(asked_form, each, number)
            field.widget.attrs |= {"autofocus": True} if number == 1 and not has_card else {}
            self.fields[NAME.format(each.key)] = field

    def rows(self) -> Iterator[BoundField]:
        """Yield the fields of the sheet in the order of the paper."""
        yield from (self[name] for name in self.fields if name not in {"half_day", "sent_key"})

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        found = read(typed) if typed.strip() else ""
        if isinstance(found, Mistake):
            raise forms.ValidationError(str(MISTAKES[found]), code=found.value)
        return found

    def clean(self) -> dict[str, Any]:
        sent: dict[str, list[str]] = {}
        for each in self.asked_form.definition.asking():
            try:
                sent |= pressed(each, self.data.get(NAME.format(each.key), ""))
            except Bad as error:
                wrong = Wrong(each.key, error.mistake, error.facts)
                self.add_error(NAME.format(each.key), wording.mistake(wrong))
        self.reading = read_answers(self.asked_form, sent)
        for wrong in self.reading.wrong:
            self.add_error(NAME.format(wrong.key), wording.mistake(wrong))
        self.cleaned_data["sent_key"] = self.cleaned_data.get("sent_key") or uuid4()
        return self.cleaned_data

    def answers(self) -> Answers:
        """Return what is kept. Errors: ValueError while there are mistakes."""
        return answers_of(self.asked_form, self.reading)


def _said(session: Session) -> str:
    day = session.starts_at.strftime("%Y-%m-%d")
    return f"{session.number}: {day}"


def _field(form: Form, asked: FormField, number: int) -> forms.CharField:
    label = form.label(asked.key)
    short = label if len(label) <= LABEL else f"{label[:LABEL]}…"
    attrs = {"autocomplete": "off", "dir": "auto"}
    is_text = asked.type in TEXTS
    if not is_text:
        attrs |= {"class": "short", "inputmode": "text" if asked.rows else "numeric"}
    widget = forms.Textarea if asked.type == FieldType.LONG else forms.TextInput
    return KeysField(
        label=f"{number}. {short}",
        help_text=_how(asked),
        strip=False,
        widget=widget(attrs={**attrs, "rows": 2} if asked.type == FieldType.LONG else attrs),
    )


def _how(asked: FormField) -> str:
    """Return how many boxes there are, as “1–4”; nothing for words."""
    boxes = {FieldType.YES_NO: 2, FieldType.CONSENT: 1}.get(asked.type, len(asked.options))
    if asked.type in {FieldType.SCALE, FieldType.RATING}:
        boxes = asked.count_of_steps
    return f"1–{boxes}" if boxes > 1 else "1" if boxes else ""

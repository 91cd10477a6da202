"""Desk forms about the questionnaires of an edition."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.assessments.actions.slips import MOST
from protect.assessments.rules import pressed
from protect.assessments.statistics.codes import Mistake, read
from protect.assessments.statistics.wording import MISTAKES
from protect.orgs.languages import of_desk
from protect.questionnaires import access, models, schemas, wording, words
from protect.questionnaires.enums import STEPS, TEXTS, FieldType
from protect.questionnaires.rules.answers import Bad, Wrong
from protect.trainings.base import fields
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import course_forms, enums
from protect.trainings.curricula.forms import KINDS, form_field, must_ask
from protect.trainings.scheduling.models import Edition, Session
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

LONGEST = 40  # characters of a typed code that are looked at
LABEL = 48  # characters of a question beside its field
NAME = "k-{}"


class ChooseForm(DeskForm):
    mended_at = {"trainings_sets_differ": Phase.POST.value}
    # Translators: whether a course asks the same test before and after, or two equivalent ones.
    order = fields.radio(_("Tests"), enums.SetOrder.choices)
    # Translators: what shows that a participant has learned enough for a certificate.
    assessment = fields.radio(_("For a certificate"), Assessment.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._versions: dict[str, models.FormVersion] = {}
        for phase, kind in KINDS.items():
            versions = {str(each.pk): each for each in access.published(kind)}
            choices = []
            for key, version in versions.items():
                title = access.form_of(version, language).title.text
                choices.append((key, f"{title} ({version.code} {version.number})"))
            self._versions |= versions
            self.fields[phase.value] = form_field(phase, choices)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        must_ask(self, Phase.NAMED.value)
        return data

    def chosen(self) -> course_forms.Chosen:
        data = self.cleaned_data
        return course_forms.Chosen(
            enums.SetOrder(data["order"]),
            Assessment(data["assessment"]),
            {phase: self._versions[data[phase.value]] for phase in KINDS if data[phase.value]},
        )


class PrintForm(DeskForm):
    number = fields.number(
        # Translators: how many cards or slips are printed.
        _("How many"),
        1,
        MOST,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    # Translators: in which language a paper is printed.
    language = forms.ChoiceField(label=_("Language of the paper"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(tag, each.endonym) for tag, each in of_desk().items()]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class CardForm(DeskForm):
    mended_at = {"assessments_card_used": "code"}
    code = forms.CharField(
        # Translators: label: a code on a small card that a participant has drawn.
        label=_("Code on your card"),
        # Translators: under the field for a code. It is not noted who has which card.
        help_text=_("Nobody knows whose card it is. It only joins your two tests."),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"class": "short", "dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )

    def clean_code(self) -> str:
        return _checked_code(self.cleaned_data["code"])


class KeysField(forms.CharField):
    def validate(self, value: str) -> None:
        """Take everything: `TypedForm.clean` asks the rules."""


class TypedForm(DeskForm):
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
        asked_form: words.Form | None = None,
        has_card: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if edition is None or asked_form is None:
            return  # only its name is wanted
        self.asked_form = asked_form
        days = edition.sessions.standing().order_by("starts_at")
        fields.offer(self, "half_day", days, lambda day: f"{day.number}: {day.starts_at:%Y-%m-%d}")
        if has_card:
            self.fields["code"] = forms.CharField(
                # Translators: label: a code on a small card that a participant has drawn.
                label=_("Code on the card"),
                required=False,
                max_length=LONGEST,
                widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autofocus": True}),
            )
        for number, each in enumerate(asked_form.definition.asking(), 1):
            field = _field(asked_form, each, number)
            field.widget.attrs |= {"autofocus": True} if number == 1 and not has_card else {}
            self.fields[NAME.format(each.key)] = field

    def rows(self) -> Iterator[forms.BoundField]:
        yield from (self[name] for name in self.fields if name not in {"half_day", "sent_key"})

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return _checked_code(typed) if typed.strip() else ""

    def clean(self) -> dict[str, Any]:
        sent: dict[str, list[str]] = {}
        for each in self.asked_form.definition.asking():
            try:
                sent |= pressed(each, self.data.get(NAME.format(each.key), ""))
            except Bad as error:
                wrong = Wrong(each.key, error.mistake, error.facts)
                self.add_error(NAME.format(each.key), wording.mistake(wrong))
        self.reading = access.read_answers(self.asked_form, sent)
        for wrong in self.reading.wrong:
            self.add_error(NAME.format(wrong.key), wording.mistake(wrong))
        self.cleaned_data["sent_key"] = self.cleaned_data.get("sent_key") or uuid4()
        return self.cleaned_data

    def answers(self) -> access.Answers:
        return access.answers_of(self.asked_form, self.reading)


def _checked_code(typed: str) -> str:
    code = read(typed)
    if isinstance(code, Mistake):
        raise forms.ValidationError(str(MISTAKES[code]), code=code.value)
    return code


def _field(form: words.Form, question: schemas.FormField, number: int) -> forms.CharField:
    label = form.label(question.key)
    short = label if len(label) <= LABEL else f"{label[:LABEL]}…"
    attrs = {"autocomplete": "off", "dir": "auto"}
    if question.type not in TEXTS:
        attrs |= {"class": "short", "inputmode": "text" if question.rows else "numeric"}
    is_long = question.type == FieldType.LONG
    widget = forms.Textarea({**attrs, "rows": 2}) if is_long else forms.TextInput(attrs)
    return KeysField(
        label=f"{number}. {short}", help_text=_how(question), strip=False, widget=widget
    )


def _how(question: schemas.FormField) -> str:
    """Return the number of boxes, as “1–4”; "" for text."""
    boxes = {FieldType.YES_NO: 2, FieldType.CONSENT: 1}.get(question.type, len(question.options))
    if question.type in STEPS:
        boxes = question.count_of_steps
    return f"1–{boxes}" if boxes > 1 else "1" if boxes else ""


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: which forms a training asks.
    "assessments:learning_forms": Page(_("Choose forms"), ChooseForm),
    # Translators: a page: cards with codes are printed.
    "assessments:learning_cards": Page(_("Cards with codes"), PrintForm),
    # Translators: a page: slips are printed that open an evaluation once each.
    "assessments:learning_slips": Page(_("Slips for the end"), PrintForm),
    # Translators: a page: a form that was filled in on paper is typed in.
    "assessments:learning_type": Page(_("Type in"), TypedForm),
}

"""Desk forms: choose forms, print papers, type in answers; for participants: card codes."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.assessments.actions.slips import MAX_PRINTED
from protect.assessments.rules import box_numbers_to_post_data
from protect.assessments.statistics.codes import CodeMistake, parse_code
from protect.assessments.statistics.wording import CODE_MISTAKES
from protect.orgs.languages import desk_languages
from protect.questionnaires import access, models, schemas, wording, words
from protect.questionnaires.enums import FREE_TEXT_TYPES, SCALE_TYPES, FieldType
from protect.questionnaires.rules.answers import AnswerError, FieldMistake
from protect.trainings.base import fields
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import course_forms, enums, forms as curricula_forms
from protect.trainings.scheduling.models import Edition, Session
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_TYPED_CODE_LENGTH = 40  # characters: a longer text is refused before it is read as a code
MAX_LABEL_LENGTH = 48  # characters of a question that are shown beside its field
QUESTION_FIELD_NAME = "k-{}"  # with the key of the question


class FormChoiceForm(DeskForm):
    """The form by which a planner chooses the tests and other questionnaires of an edition."""

    field_by_error_code = {"trainings_sets_differ": Phase.POST.value}
    # Translators: whether a course asks the same test before and after, or two equivalent ones.
    order = fields.radio_buttons(_("Tests"), enums.SetOrder.choices)
    # Translators: what shows that a participant has learned enough for a certificate.
    assessment = fields.radio_buttons(_("Requirement for a certificate"), Assessment.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._versions: dict[str, models.FormVersion] = {}
        for phase, kind in curricula_forms.QUESTIONNAIRE_KINDS.items():
            versions = {str(form.pk): form for form in access.list_published_forms(kind)}
            choices = []
            for key, version in versions.items():
                title = access.build_form(version, language).title.text
                choices.append((key, f"{title} ({version.code} {version.number})"))
            self._versions |= versions
            self.fields[phase.value] = curricula_forms.questionnaire_field(phase, choices)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        curricula_forms.must_choose_test(self, Phase.NAMED.value)
        return data

    def to_course_forms(self) -> course_forms.ChosenQuestionnaires:
        data = self.cleaned_data
        order, assessment = enums.SetOrder(data["order"]), Assessment(data["assessment"])
        phases = [phase for phase in curricula_forms.QUESTIONNAIRE_KINDS if data[phase.value]]
        versions = {phase: self._versions[data[phase.value]] for phase in phases}
        return course_forms.ChosenQuestionnaires(order, assessment, versions)


class PrintCopiesForm(DeskForm):
    number = fields.number_field(
        _("Number of copies to print"),  # For translators: how many cards or slips are printed
        1,
        MAX_PRINTED,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    # Translators: in which language a paper is printed.
    language = forms.ChoiceField(label=_("Language of the paper"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(tag, language.endonym) for tag, language in desk_languages().items()]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class CardCodeForm(DeskForm):
    """The form for participants on the public page of a test: the code on their card."""

    field_by_error_code = {"assessments_card_used": "code"}
    code = forms.CharField(
        label=_("Code on your card"),  # For translators: label: on a small card a participant drew
        # Translators: under the field for a code. It is not noted who has which card.
        help_text=_("We do not know who has which card. The code only links your two tests."),
        max_length=MAX_TYPED_CODE_LENGTH,
        widget=forms.TextInput(
            attrs={"class": "short", "dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )

    def clean_code(self) -> str:
        return _validate_card_code(self.cleaned_data["code"])


class BoxNumbersField(forms.CharField):
    def validate(self, value: str) -> None:
        """Accept any text: `PaperEntryForm.clean` validates all answers together."""


class PaperEntryForm(DeskForm):
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label=_("Filled in on"),  # For translators: session when a training's paper was filled in
        empty_label=None,
    )
    sent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        edition: Edition | None = None,
        questionnaire: words.Form | None = None,
        has_card: bool = False,
        **kwargs: Any,
    ) -> None:
        """Without an edition or questionnaire (to show a draft), add no questions."""
        super().__init__(*args, **kwargs)
        if edition is None or questionnaire is None:
            return  # only its name is wanted
        self.questionnaire = questionnaire
        days = edition.sessions.not_cancelled().order_by("starts_at")
        fields.set_choices(
            self, "session", days, lambda day: f"{day.number}: {day.starts_at:%Y-%m-%d}"
        )
        if has_card:
            self.fields["code"] = forms.CharField(
                label=_("Code on the card"),  # For translators: label: a participant's small card
                required=False,
                max_length=MAX_TYPED_CODE_LENGTH,
                widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autofocus": True}),
            )
        for number, question in enumerate(questionnaire.definition.questions(), 1):
            field = _question_field(questionnaire, question, number)
            field.widget.attrs |= {"autofocus": True} if number == 1 and not has_card else {}
            self.fields[QUESTION_FIELD_NAME.format(question.key)] = field

    def question_fields(self) -> Iterator[forms.BoundField]:
        """Yield the field of the card code, for a test, then the field of each question."""
        yield from (self[name] for name in self.fields if name not in {"session", "sent_key"})

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return _validate_card_code(typed) if typed.strip() else ""

    def clean(self) -> dict[str, Any]:
        post_data: dict[str, list[str]] = {}
        for question in self.questionnaire.definition.questions():
            name = QUESTION_FIELD_NAME.format(question.key)
            try:
                post_data |= box_numbers_to_post_data(question, self.data.get(name, ""))
            except AnswerError as error:
                mistake = FieldMistake(question.key, error.mistake, error.facts)
                self.add_error(name, wording.mistake_message(mistake))
        self.reading = access.read_answers(self.questionnaire, post_data)
        for mistake in self.reading.mistakes:
            name = QUESTION_FIELD_NAME.format(mistake.key)
            self.add_error(name, wording.mistake_message(mistake))
        self.cleaned_data["sent_key"] = self.cleaned_data.get("sent_key") or uuid4()
        return self.cleaned_data

    def answers(self) -> access.Answers:
        return access.to_answers(self.questionnaire, self.reading)


def _validate_card_code(typed: str) -> str:
    code = parse_code(typed)
    if isinstance(code, CodeMistake):
        raise forms.ValidationError(str(CODE_MISTAKES[code]), code=code.value)
    return code


def _question_field(form: words.Form, question: schemas.FormField, number: int) -> forms.CharField:
    label = form.label(question.key)
    short = label if len(label) <= MAX_LABEL_LENGTH else f"{label[:MAX_LABEL_LENGTH]}…"
    attrs = {"autocomplete": "off", "dir": "auto"}
    if question.type not in FREE_TEXT_TYPES:
        attrs |= {"class": "short", "inputmode": "text" if question.rows else "numeric"}
    is_long = question.type == FieldType.LONG
    widget = forms.Textarea({**attrs, "rows": 2}) if is_long else forms.TextInput(attrs)
    label, boxes = f"{number}. {short}", _box_range(question)
    return BoxNumbersField(label=label, help_text=boxes, strip=False, widget=widget)


def _box_range(question: schemas.FormField) -> str:
    """Return the range of box numbers that can be typed, such as “1–4”; "" for text."""
    boxes = {FieldType.YES_NO: 2, FieldType.CONSENT: 1}.get(question.type, len(question.options))
    if question.type in SCALE_TYPES:
        boxes = question.level_count
    return f"1–{boxes}" if boxes > 1 else "1" if boxes else ""


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: which forms a training asks.
    "assessments:learning_forms": DraftPage(_("Choose forms"), FormChoiceForm),
    # Translators: a page: cards with codes are printed.
    "assessments:learning_cards": DraftPage(_("Cards with codes"), PrintCopiesForm),
    # Translators: a page: slips are printed that open an evaluation once each.
    "assessments:learning_slips": DraftPage(_("Evaluation slips"), PrintCopiesForm),
    # Translators: a page: a form that was filled in on paper is typed in.
    "assessments:learning_type": DraftPage(_("Enter paper answers"), PaperEntryForm),
}

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.base.fields import REASON_LENGTH, NamedField, all_languages, text_field
from protect.trainings.needs import labels
from protect.trainings.needs.actions import StatedNeed
from protect.trainings.needs.enums import NeedKind
from protect.trainings.scheduling.models import Resource
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_CHILDREN = 9  # most children for whom a participant can ask for childcare
DETAIL_LENGTH = ALTERNATIVE_LENGTH = 400  # characters
QUESTIONS: dict[NeedKind, str | Promise] = {
    # Translators, of each below: a question to a participant of a training.
    NeedKind.ACCESSIBILITY: _("What helps you to take part"),
    NeedKind.DIET: _("What you eat"),
    NeedKind.CHILDCARE: _("How old the children are"),
    NeedKind.INTERPRETER: _("Who would be best as an interpreter"),
}

DETAIL_LABELS: dict[NeedKind, str | Promise] = {  # of fields for a participant's own words
    # Translators: a participant writes in their own words what helps them, beside boxes to tick.
    NeedKind.ACCESSIBILITY: _("What else helps you to take part"),
    # Translators: a participant writes it in their own words, beside boxes to tick.
    NeedKind.DIET: _("What else we should know about what you eat"),
}


class NeedsForm(DeskForm):
    """A form for a participant's needs. No field is required; `needs()` returns the answers."""

    children = forms.IntegerField(
        label=_("Children who need to be looked after"),  # For translators: a participant is asked
        required=False,
        min_value=0,
        max_value=MAX_CHILDREN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
        # Translators: a participant wrote a larger number of children.
        error_messages={"max_value": _("Write 9 or a smaller number.")},
    )
    language = forms.ChoiceField(
        label=_("Interpreter into your language"),  # For translators: a participant is asked
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Translators: no interpreter is needed.
        self.fields["language"].choices = [("", _("No interpreter")), *all_languages()]  # type: ignore[attr-defined]
        for kind in NeedKind:
            self.fields[f"{kind}_codes"] = forms.MultipleChoiceField(
                label=str(QUESTIONS[kind]),
                choices=[(code, labels.need_label(code)) for code in labels.need_codes(kind)],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        for kind, label in DETAIL_LABELS.items():
            self.fields[f"{kind}_detail"] = text_field(
                str(label), DETAIL_LENGTH, is_required=False, autocomplete="off"
            )
        first = ("accessibility_codes", "accessibility_detail", "diet_codes", "diet_detail")
        self.order_fields([*first, "children", "childcare_codes", "language", "interpreter_codes"])

    def needs(self) -> list[StatedNeed]:
        data = self.cleaned_data
        needs = [
            StatedNeed(kind, codes=tuple(data[f"{kind}_codes"]), detail=data[f"{kind}_detail"])
            for kind in (NeedKind.ACCESSIBILITY, NeedKind.DIET)
            if data[f"{kind}_codes"] or data[f"{kind}_detail"]
        ]
        if data["children"]:
            codes = tuple(data["childcare_codes"])
            needs.append(StatedNeed(NeedKind.CHILDCARE, data["children"], codes=codes))
        if data["language"]:
            codes = tuple(data["interpreter_codes"])
            needs.append(StatedNeed(NeedKind.INTERPRETER, language=data["language"], codes=codes))
        return needs


class BookForm(DeskForm):
    field_by_error_code = {
        "trainings_clash_blocks": "resource",
        "trainings_clash_needs_reason": "resource",
    }
    # Translators: who looks after children or interprets in a training.
    resource = NamedField(
        label=_("Person to book for all sessions"), queryset=Resource.objects.none()
    )
    # Translators: why a person is booked in spite of a warning.
    reason = text_field(_("Reason for booking despite a warning"), REASON_LENGTH, is_required=False)

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices is not None:
            self.fields["resource"].queryset = choices  # type: ignore[attr-defined]


class UnmetNeedForm(DeskForm):
    field_by_error_code = {"trainings_reason_missing": "alternative"}
    alternative = forms.CharField(
        label=_("What you offer instead"),  # For translators: if a participant's need is not met
        help_text=_(
            "The participant reads this on their own page, and gets a mail that there is news."
        ),
        max_length=ALTERNATIVE_LENGTH,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: what a participant needs to take part.
    "trainings:registration_needs": DraftPage(_("Their needs"), NeedsForm),
    # Translators: a page: what a participant needs is arranged.
    "trainings:need": DraftPage(_("Participants’ needs"), UnmetNeedForm),
}

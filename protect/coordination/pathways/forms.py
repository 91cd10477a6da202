from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from protect.coordination.groups.models import Group
from protect.coordination.pathways import place_names
from protect.coordination.pathways.enums import Branch, Outcome, TestAnswer, TestKind, When, Who
from protect.coordination.pathways.exercises import ScriptQuestion
from protect.coordination.pathways.models import NOTE_LENGTH
from protect.coordination.pathways.place_names import PlaceChoice
from protect.coordination.procedures.models import Procedure
from protect.directory.facts import sentences
from protect.directory.services.forms import set_choices
from protect.reference import vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage
from protect.verification.labels import SUBJECT_LABELS

PLACE_HINT = _("Leave it empty for the whole country.")
ANSWER_PREFIX = "answer_"  # of the fields for the questions of a script


def _need_choices() -> list[tuple[str, str]]:
    tag = get_language() or "en"
    return [
        (need.code, place_names.need_name(need.code, tag)) for need in place_names.pathway_needs()
    ]


class PlaceFieldForm(DeskForm):
    """A form with a country and the name of a place in it. If several places have the name, the
    user chooses one of them."""

    def find_place(self) -> PlaceChoice | None:
        """Return the place that was named; None, with an error at the field, if there is none or
        more than one."""
        data = self.cleaned_data
        found = place_names.find_places(data["place"], data["country"])
        if len(found) == 1:
            return found[0]
        if not found:
            self.add_error("place", _("No town or region of this country has this name."))
            return None
        self.offer_places(found, _("Several places have this name. Choose one."))
        return None

    def offer_places(self, found: Sequence[PlaceChoice], why: str | Promise) -> None:
        """Replace the field by a choice among places."""
        self.add_error("place", str(why))
        label = self.fields["place"].label
        choices = [(each.value, each.label) for each in found]
        self.fields["place"] = forms.ChoiceField(
            label=label, choices=choices, widget=forms.RadioSelect
        )
        self._bound_fields_cache.pop("place", None)  # type: ignore[attr-defined]


class PathwayForm(PlaceFieldForm):
    field_by_error_code = {
        "coordination_pathway_twice": "need",
        "coordination_pathway_place_unknown": "place",
    }
    group = fields.NamedField(label=_("Working group"), queryset=Group.objects.none())
    country = forms.ChoiceField(label=_("Country"))
    place = fields.text_field(_("Town or region"), 120, PLACE_HINT, is_required=False)
    need = forms.ChoiceField(label=_("Help needed"))

    def __init__(
        self, *args: Any, groups: Any = None, countries: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "country", sentences.countries_by_name(countries))
        set_choices(self, "need", _need_choices())
        if groups is not None:
            fields.set_choices(self, "group", groups, lambda each: str(each.name))


class StepForm(DeskForm):
    field_by_error_code = {"coordination_pathway_tells_where": "note"}
    # Translators: a field: for whom, or when, a part of a pathway is.
    branch = forms.ChoiceField(label=_("Part"), choices=Branch.choices)
    note = fields.text_field(
        # Translators: a field: what to know about a step of a pathway.
        _("Note"),
        NOTE_LENGTH,
        _("What to say or ask. No number and no address: numbers are read from the directory."),
        is_required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def keep_typed(self, version: int) -> None:
        """Let the next save of what was typed replace what a colleague saved meanwhile."""
        self.data = {name: self.data.get(name) for name in self.data} | {"version": str(version)}


class NoteForm(StepForm):
    branch = None  # type: ignore[assignment]


class ServiceForm(DeskForm):
    field_by_error_code = {"coordination_pathway_service_twice": "service"}
    service = forms.ChoiceField(label=_("Service"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "service", list(choices))

    keep_typed = StepForm.keep_typed


class PublishForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        (
            *("coordination_pathway_step_unreachable", "coordination_pathway_no_night"),
            *("coordination_pathway_service_gone", "coordination_pathway_tells_where"),
        ),
        "reason",
    )
    reason = fields.text_area(
        # Translators: a field: why a pathway is published although a step has no answer.
        _("Why it is published all the same"),
        NOTE_LENGTH,
        2,
        _("Only if a step has no service that answers. All readers of the pathway see it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ProcedureForm(DeskForm):
    field_by_error_code = {"coordination_pathway_procedure_elsewhere": "procedure"}
    procedure = forms.ModelChoiceField(
        # Translators: a field: the procedure or guideline that a pathway follows.
        label=_("Procedure that the pathway follows"),
        help_text=_(
            "Procedures and guidelines in force, of the group, its country and the region."
        ),
        queryset=Procedure.objects.none(),
        required=False,
        empty_label=_("None for now"),
    )

    def __init__(self, *args: Any, procedures: Any = None, label: Any = str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if procedures is not None:
            fields.set_choices(self, "procedure", procedures, label)


class TestForm(DeskForm):
    __test__ = False  # no test case of pytest

    field_by_error_code = {"coordination_pathway_test_later": "tested_on"}
    kind = fields.radio_buttons(_("Kind of test"), TestKind.choices)
    tested_on = fields.date_field(_("Day"))


class FindingForm(DeskForm):
    field_by_error_code = {"coordination_pathway_tells_where": "note"}
    # Translators: a field: the result of a test at one service.
    outcome = fields.radio_buttons(_("Result"), Outcome.choices)
    facts = forms.MultipleChoiceField(
        label=_("What is wrong in the directory?"),
        choices=list(SUBJECT_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = fields.text_area(
        _("Note"), NOTE_LENGTH, 3, _("Nothing about a person, no address, no map link.")
    )

    def __init__(
        self,
        *args: Any,
        questions: Iterable[ScriptQuestion] = (),
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial=initial, **kwargs)
        given = (initial or {}).get("answers", {})
        asked = {
            f"{ANSWER_PREFIX}{question.code}": forms.ChoiceField(
                label=question.wording,
                choices=TestAnswer.choices,
                initial=given.get(question.code, ""),
                required=False,
                widget=forms.RadioSelect,
            )
            for question in questions
        }
        self.fields = asked | self.fields

    def values(self) -> dict[str, Any]:
        """Return the values of a finding, its answers by code of the question."""
        data = self.cleaned_data
        answers = {
            name.removeprefix(ANSWER_PREFIX): value
            for name, value in data.items()
            if name.startswith(ANSWER_PREFIX) and value
        }
        return {name: data[name] for name in ("outcome", "facts", "note")} | {"answers": answers}


class CallForm(PlaceFieldForm):
    """Whom to call, for whom, when: its values are in the address, so that a reload keeps them."""

    need = forms.ChoiceField(label=_("Help needed"))
    country = forms.ChoiceField(label=_("Country"))
    place = fields.text_field(
        # Translators: a field: where a person is who needs help.
        _("Town, district or postcode"),
        120,
        PLACE_HINT,
        is_required=False,
    )
    # Translators: a field: a woman, a man, a child or an LGBTQI+ person.
    who = forms.ChoiceField(
        label=_("For whom"), choices=[("", _("Not said")), *Who.choices], required=False
    )
    papers = forms.ChoiceField(
        # Translators: a field: whether a person has residence papers.
        label=_("Papers"),
        choices=[("no", _("Without papers, or not known")), ("yes", _("With papers"))],
    )
    # Translators: a field: when a service is called: now, or at another time.
    when = forms.ChoiceField(
        label=_("When"),
        choices=When.choices,
        # Translators: below the choice "Now".
        help_text=_("“Now” goes by the clock of the country: by day or at night."),
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None
    ) -> None:
        """`defaults`: what is chosen as long as the user has chosen nothing."""
        asked, other = data or {}, defaults or {}
        chosen = {name: asked.get(name) or other.get(name, "") for name in self.base_fields}
        self.is_asked = "need" in asked
        super().__init__(chosen if self.is_asked else None, initial=chosen)
        set_choices(self, "country", sentences.countries_by_name(vocabulary.countries()))
        set_choices(self, "need", [("", _("Choose")), *_need_choices()])

    def find_place(self) -> PlaceChoice | None:
        """Return the place that was named, a town for its districts; None, with an error at the
        field, if there is none or more than one."""
        typed, country = self.cleaned_data["place"], self.cleaned_data["country"]
        found = place_names.find_towns(typed, country)
        if len(found) == 1:
            return found[0]
        if found:
            self.offer_places(found, _("Several places have this name. Choose one."))
        elif guesses := place_names.guess_towns(typed, country):
            self.offer_places(guesses, _("No place has exactly this name. Is it one of these?"))
        else:
            why = _("No place of this country has this name. Type the nearest town.")
            self.add_error("place", why)
        return None


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:pathway_call": DraftPage(_("Whom do I call?"), CallForm),
    "coordination:pathway_new": DraftPage(_("New pathway"), PathwayForm),
    "coordination:pathway_step_new": DraftPage(_("New step"), StepForm),
    "coordination:pathway_step_edit": DraftPage(_("Step"), NoteForm),
    "coordination:pathway_service_new": DraftPage(_("Add a service"), ServiceForm),
    "coordination:pathway_publish": DraftPage(_("Publish the pathway"), PublishForm),
    "coordination:pathway_procedure": DraftPage(
        _("Procedure that the pathway follows"), ProcedureForm
    ),
    "coordination:pathway_test_new": DraftPage(_("New test"), TestForm),
    "coordination:pathway_finding": DraftPage(_("Finding"), FindingForm),
}

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy as _

from protect.coordination.groups.models import Group, Member
from protect.coordination.mappings import rules
from protect.coordination.mappings.enums import PeopleGroup, Setting
from protect.coordination.mappings.models import Passage
from protect.coordination.mappings.report_words import PART_TITLES
from protect.coordination.presence import axes
from protect.directory.facts import FACT_LABELS
from protect.directory.facts.base.places import NamedPlace, NoSuchPlace, find_named_place
from protect.directory.models import Service
from protect.orgs.models import Organisation
from protect.questionnaires.access import Answers
from protect.questionnaires.forms import QuestionnaireForm
from protect.questionnaires.words import Form
from protect.trainings.base import fields
from protect.ui.forms import DeskForm, LongCheckboxList
from protect.vault.sign_in.posted import DraftPage

MAX_PEOPLE = 200  # of a group in one conversation
NO_NAMES = _("No names of people, phone numbers or addresses.")
UNSAFE_MESSAGES = {
    "link": _(
        "This text has an e-mail or web address. Take it out: a mapping keeps no personal data."
    ),
    "number": _("This text has a phone number. Take it out: a mapping keeps no personal data."),
    "name": _("This text names a person. Write the function instead, such as “a nurse”."),
}


class SafeTextForm(DeskForm):
    """A form that refuses texts with a phone number, an address or a name at their fields."""

    safe_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        for name in self.safe_fields:
            if part := rules.unsafe_part(self.cleaned_data.get(name) or ""):
                self.add_error(name, UNSAFE_MESSAGES[part])
        return self.cleaned_data


class RoundForm(SafeTextForm):
    safe_fields = ("title", "purpose")
    field_by_error_code = {"coordination_round_elsewhere": "group"}
    organisation = fields.NamedField(label=_("Organisation"), queryset=Organisation.objects.none())
    title = fields.text_field(_("Title"), 120)
    purpose = fields.text_field(
        # Translators: a field: what a round of asking about needs is for.
        _("Purpose"),
        400,
        _("What the round wants to know, in a sentence."),
    )
    group = fields.NamedField(
        label=_("Working group"),
        help_text=_("Its members can read the round; chair and secretary can change it."),
        queryset=Group.objects.none(),
        required=False,
    )
    starts_on = fields.date_field(_("First day"))
    ends_on = fields.date_field(_("Last day"))

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation] | None = None,
        groups: QuerySet[Group] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if groups is not None:
            fields.set_choices(self, "group", groups, lambda each: str(each.name))
        if organisations is None:
            del self.fields["organisation"]
        else:
            fields.set_choices(self, "organisation", organisations, lambda each: str(each.name))
            if len(organisations) == 1:
                self.fields["organisation"].initial = organisations[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first. Correct one of them."))
        return data


class InterviewForm(SafeTextForm):
    """One conversation, with its questions (`questions`), which are checked with it."""

    safe_fields = ("late_reason",)
    field_by_error_code = {"coordination_round_closed": "late_reason"}
    keeps_long_text = True
    late_reason = fields.text_field(
        # Translators: a field: why an interview is added to a round that is closed.
        _("Reason for the late entry"),
        400,
        _("The round is closed. With a reason the entry is still added."),
        is_required=False,
    )
    held_on = fields.date_field(_("Date"))
    place = fields.text_field(_("Town or region"), 120)
    setting = forms.ChoiceField(
        label=_("Kind of organisation or group"), choices=[("", "–"), *Setting.choices]
    )
    language = forms.ChoiceField(label=_("Language of the conversation"))
    has_interpreter = fields.checkbox(_("With an interpreter"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        country: str = "",
        questions: Form | None = None,
        stored: Answers | None = None,
        is_closed: bool = True,
        **kwargs: Any,
    ) -> None:
        people = kwargs.pop("people", {})
        super().__init__(data, **kwargs)
        self.country, self.named = country, NamedPlace()
        self.fields["language"].choices = fields.language_choices(  # type: ignore[attr-defined]
            [tag for tag, _name in fields.all_languages()], country
        )
        for group in PeopleGroup:
            self.fields[f"people-{group}"] = fields.number_field(
                group.label, 0, MAX_PEOPLE, is_required=False, initial=people.get(group.value)
            )
        if not is_closed:
            del self.fields["late_reason"]
        self.questions = QuestionnaireForm(questions, data, stored) if questions else None

    def clean_place(self) -> str:
        text = str(self.cleaned_data["place"])
        try:
            self.named = _find_town_or_region(text, self.country)
        except NoSuchPlace as error:
            raise forms.ValidationError(str(error)) from None
        return text

    def is_valid(self) -> bool:
        """Return whether form and questions are valid, and no answer names a person."""
        is_valid = super().is_valid()
        if self.questions is None or not self.is_bound:
            return is_valid
        if self.questions.is_valid():
            for key, value in self.questions.answers().values.items():
                if isinstance(value, str) and (part := rules.unsafe_part(value)):
                    self.questions.add_error(key, UNSAFE_MESSAGES[part])
        return is_valid and not self.questions.errors

    @property
    def status(self) -> Any:
        asked = self.questions
        return asked.status if asked and asked.errors and not self.errors else super().status

    def details(self) -> list[Any]:
        """Return the fields about the conversation, without those of people."""
        return [each for each in self.visible_fields() if not each.name.startswith("people-")]

    def people_fields(self) -> list[Any]:
        return [self[f"people-{group}"] for group in PeopleGroup]

    def values(self) -> dict[str, Any]:
        """Return the values by the names of INTERVIEW_FIELDS."""
        data = self.cleaned_data
        people = {group.value: data[f"people-{group}"] for group in PeopleGroup}
        return {
            "held_on": data["held_on"],
            "place_id": self.named.place,
            "area_id": self.named.area,
            "setting": data["setting"],
            "people": {code: number for code, number in people.items() if number},
            "language_id": data["language"],
            "has_interpreter": data["has_interpreter"],
            "late_reason": data.get("late_reason", ""),
        }


class CodingForm(DeskForm):
    """The codes of one answer. Keys of the keyboard tick the boxes: `ui/js/coding.js`."""

    needs = forms.MultipleChoiceField(
        label=_("Needs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Target groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = forms.MultipleChoiceField(label=_("Regions"), required=False, widget=LongCheckboxList)

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_codes(self, {"needs": axes.needs()}, country)


class FindingForm(SafeTextForm):
    safe_fields = ("title", "text")
    field_by_error_code = {"coordination_finding_without_answers": "passages"}
    keeps_long_text = True
    title = fields.text_field(_("Finding"), 160, _("What was found, in a sentence."))
    text = fields.text_area(_("What was found"), 4000, 6, NO_NAMES)
    groups = forms.MultipleChoiceField(
        label=_("Target groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = forms.MultipleChoiceField(label=_("Regions"), required=False, widget=LongCheckboxList)
    passages = forms.ModelMultipleChoiceField(
        # Translators: a field: the answers of interviews on which a finding rests.
        label=_("Coded answers"),
        queryset=Passage.objects.none(),
        widget=LongCheckboxList,
    )
    services = forms.ModelMultipleChoiceField(
        label=_("Services in the directory that it is about"),
        queryset=Service.objects.none(),
        required=False,
        widget=LongCheckboxList,
    )
    fact = forms.ChoiceField(label=_("Fact of these services that it is about"), required=False)

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        passages, services = kwargs.pop("passages", None), kwargs.pop("services", None)
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        _set_codes(self, {}, country)
        facts = [("", _("None in particular")), *FACT_LABELS.items()]
        self.fields["fact"].choices = facts  # type: ignore[attr-defined]
        if passages is not None:
            fields.set_choices(self, "passages", passages, _passage_label)
        if services is not None:
            fields.set_choices(self, "services", services, lambda each: str(each.name))


class RecommendationForm(SafeTextForm):
    safe_fields = ("text", "organisation_name", "position")
    text = fields.text_field(_("What is to be done"), 400)
    member = forms.ModelChoiceField(
        label=_("Member of the working group"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Another organisation"),
    )
    organisation_name = fields.text_field(
        _("Organisation"), 120, _("If it is not a member."), is_required=False
    )
    position = fields.text_field(_("Function"), 120, is_required=False)
    due_on = fields.date_field(_("Due on"))

    def __init__(self, *args: Any, members: QuerySet[Member] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is not None:
            fields.set_choices(self, "member", members, _member_label)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("member"):
            for name in ("organisation_name", "position"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a member, or type organisation and function."))
        return data


class ReportForm(SafeTextForm):
    safe_fields = tuple(PART_TITLES)
    keeps_long_text = True
    language = forms.ChoiceField(label=_("Language of these texts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, title in PART_TITLES.items():
            self.fields[part] = fields.text_area(title, 8000, 5)
        self.fields["introduction"].help_text = NO_NAMES
        self.fields["language"].choices = fields.all_languages()  # type: ignore[attr-defined]
        self.fields["language"].initial = get_language()


def _find_town_or_region(text: str, country: str) -> NamedPlace:
    """Return the town of this name, else the region. Errors: NoSuchPlace, about towns."""
    try:
        return find_named_place(text, country)
    except NoSuchPlace as error:
        try:
            named = find_named_place(text, country, with_areas=True)
        except NoSuchPlace:
            raise error from None
        return named


def _set_codes(form: forms.Form, more: dict[str, Any], country: str) -> None:
    choices = {"groups": axes.target_groups(), "areas": axes.regions(country), **more}
    for name, names in choices.items():
        form.fields[name].choices = list(names.items())  # type: ignore[attr-defined]


def _passage_label(passage: Passage) -> str:
    text = passage.text if len(passage.text) <= 160 else f"{passage.text[:160]}…"
    return f"{passage.interview.get_method_display()} {passage.interview.number}: {text}"


def _member_label(member: Member) -> str:
    return f"{member.person} · {member.organisation_name}"


def regions_of_passages(passages: Iterable[Passage]) -> list[str]:
    return sorted({code for passage in passages for code in passage.areas})


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:mapping_new": DraftPage(_("New mapping"), RoundForm),
    "coordination:mapping_edit": DraftPage(_("Mapping"), RoundForm),
    "coordination:mapping_interview_new": DraftPage(_("New interview"), InterviewForm),
    "coordination:interview_edit": DraftPage(_("Interview"), InterviewForm),
    "coordination:passage": DraftPage(_("Code an answer"), CodingForm),
    "coordination:mapping_finding_new": DraftPage(_("New finding"), FindingForm),
    "coordination:finding_edit": DraftPage(_("Finding"), FindingForm),
    "coordination:finding_recommend": DraftPage(_("New recommendation"), RecommendationForm),
    "coordination:recommendation_edit": DraftPage(_("Recommendation"), RecommendationForm),
    "coordination:mapping_report": DraftPage(_("Report"), ReportForm),
}

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.coordination.adaptations.check_topics import Topic, topics
from protect.coordination.adaptations.enums import AnswerValue, ReviewVerdict
from protect.coordination.adaptations.models import TopicAnswer
from protect.directory import facts
from protect.directory.enums import Fact
from protect.directory.fact_records.forms import FactForm, all_facts_form
from protect.directory.facts.base.fields import FactContext, Group
from protect.orgs.models import Organisation, User
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

NOTE_LENGTH, COMMENT_LENGTH = 400, 1000  # characters


class PeerForm(DeskForm):
    field_by_error_code = {"coordination_peer_is_own": "peer"}
    peer = forms.ModelChoiceField(
        # Translators: a field: another organisation that goes through a check with a service.
        label=_("Peer organisation"),
        help_text=_(
            "It sees the check, may answer with you, and reviews the plan. You can choose it later."
        ),
        queryset=Organisation.objects.none(),
        required=False,
        # Translators: a choice in place of a peer organisation.
        empty_label=_("None for now"),
    )

    def __init__(self, *args: Any, peers: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if peers is not None:
            fields.set_choices(self, "peer", peers, _organisation_label)


class OrganisationForm(DeskForm):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        help_text=_("Its people at the desk then see the service's own page and its checks."),
        queryset=Organisation.objects.none(),
    )

    def __init__(self, *args: Any, organisations: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is not None:
            fields.set_choices(self, "organisation", organisations, _organisation_label)


class AnswersForm(DeskForm):
    """The answers to some topics: of each a value, a note, and the version that was seen."""

    def __init__(
        self,
        *args: Any,
        asked: Iterable[Topic] | None = None,
        answers: Mapping[str, TopicAnswer] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topics = list(topics().values() if asked is None else asked)
        for topic in self.topics:
            answer = (answers or {}).get(topic.code)
            choices = [(code.value, code.label) for code in topic.answers]
            field = fields.radio_buttons(topic.question, choices)
            field.required, field.initial = False, answer.value if answer else ""
            self.fields[f"value-{topic.code}"] = field
            note = fields.text_field(_("Note"), NOTE_LENGTH, is_required=False)
            note.initial = answer.note if answer else ""
            self.fields[f"note-{topic.code}"] = note
            version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
            version.initial = answer.version if answer else 0
            self.fields[f"version-{topic.code}"] = version

    def values_of(self, topic: Topic) -> dict[str, Any]:
        """Return what `save_answer` takes of a topic. Only for a valid form."""
        data = self.cleaned_data
        return {
            "topic": topic.code,
            "value": data[f"value-{topic.code}"],
            "note": data[f"note-{topic.code}"],
            "version": data[f"version-{topic.code}"] or 0,
        }

    def fields_of(self, topic: Topic) -> tuple[forms.BoundField, ...]:
        return tuple(self[f"{part}-{topic.code}"] for part in ("value", "note", "version"))


class StepForm(DeskForm):
    field_by_error_code = {
        "coordination_step_owner_elsewhere": "owner",
        "coordination_step_incomplete": "due_on",
        "directory_tells_where": "text",
    }
    # Translators: a field: which question of a check a step of the plan is about.
    topic = forms.ChoiceField(label=_("About"))
    text = fields.text_area(_("What is to be done"), 300, 2)
    function = fields.text_field(
        # Translators: a field: the function of the person who does a step.
        _("Responsible function"),
        120,
        _("For example: head of counselling. It stays when people change."),
    )
    owner = forms.ModelChoiceField(
        label=_("Responsible person"),
        queryset=User.objects.none(),
        required=False,
        # Translators: a choice in place of a person who is responsible.
        empty_label=_("Only the function"),
    )
    due_on = fields.date_field(_("Due on"))

    def __init__(self, *args: Any, people: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        choices = [(topic.code, topic.question) for topic in topics().values()]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]
        if people is not None:
            fields.set_choices(self, "owner", people, lambda user: str(user.name))


def _note_field() -> forms.Field:
    # Translators: a field: what was done to end a step of a plan.
    return fields.text_field(_("What was done"), NOTE_LENGTH, is_required=False)


def _answer_field() -> forms.Field:
    # Translators: a field: the answer to a question of the check, after a step was done.
    field = fields.radio_buttons(_("What do you answer now?"), AnswerValue.choices)
    field.required = False
    return field


class PlainStepForm(DeskForm):
    """The end of a step that changes no fact of the directory."""

    field_by_error_code = {"directory_tells_where": "note"}
    note = _note_field()
    answer = _answer_field()


class StepDoneForm(FactForm):
    """The end of a step: the new values of its fact, and what the service answers now."""

    field_by_error_code = {"directory_tells_where": "note"}

    def __init__(
        self,
        fact: Fact,
        values: Mapping[str, object],
        context: FactContext,
        data: Any = None,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(fact, values, context, data)
        given = initial or {}
        seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
        for name, field in (("seen", seen), ("note", _note_field()), ("answer", _answer_field())):
            field.initial = given.get(name, "")
            self.fields[name] = field

    def split_groups(self, topic: Topic) -> tuple[list[Group], list[Group]]:
        """Return the groups of fields that belong to a topic, and the others."""
        groups = self.groups()
        if not topic.kinds:
            return groups, []
        parts = topic.field_parts
        chosen = [each for each in groups if any(_is_of(field, parts) for field in each.fields)]
        return chosen, [each for each in groups if each not in chosen]


def _is_of(field: forms.BoundField, parts: frozenset[str]) -> bool:
    return not parts.isdisjoint(field.name.split("-"))


def _blank_done_form() -> StepDoneForm:
    """Return a form with the fields of all facts, by which a kept draft is shown."""
    form = StepDoneForm(Fact.COST, facts.FACTS[Fact.COST].blank(), FactContext("BE", "UTC"))
    form.fields |= {**all_facts_form().fields, **form.fields}
    return form


class ReviewForm(DeskForm):
    field_by_error_code = {"directory_tells_where": "comment"}
    # Translators: a field: whether a peer agrees with a plan.
    verdict = fields.radio_buttons(_("Your review"), ReviewVerdict.choices)
    comment = fields.text_area(
        _("Comment"), COMMENT_LENGTH, 4, _("Needed if you ask for a change: say which.")
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("verdict") == ReviewVerdict.CHANGE and not data.get("comment"):
            self.add_error("comment", _("Say what should change."))
        return cleaned


def _organisation_label(row: Organisation) -> str:
    return f"{row.name} · {row.country}"


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:service_organisation": DraftPage(_("Organisation at the desk"), OrganisationForm),
    "coordination:service_check_new": DraftPage(_("Adaptation check"), PeerForm),
    "coordination:adaptation_peer": DraftPage(_("Peer organisation"), PeerForm),
    "coordination:adaptation_answers": DraftPage(_("Adaptation check"), AnswersForm),
    "coordination:adaptation_step_new": DraftPage(_("New step"), StepForm),
    "coordination:step_edit": DraftPage(_("Step"), StepForm),
    "coordination:step_done": DraftPage(_("Step"), _blank_done_form),
    "coordination:adaptation_review": DraftPage(_("Review of a plan"), ReviewForm),
}

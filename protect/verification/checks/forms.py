from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from protect.directory import labels, models
from protect.directory.enums import Fact, Method
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.fact_records.fact_view import fact_view, join_fingerprints
from protect.directory.fact_records.forms import FactForm, fact_form
from protect.directory.facts import FACT_LABELS
from protect.kernel import clock
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.verification.checks.checks import CheckResult
from protect.verification.rules import MAX_NOTE_LENGTH

type Facts = Collection[Fact]
type FactForms = Mapping[Fact, FactForm]

RIGHT, CHANGED, NOT_ASKED = "right", "changed", ""  # answers about a fact
# Methods that a member can choose; answers of the service itself come by its link.
MEMBER_METHODS = [Method.CALL, Method.VISIT, Method.REGISTER, Method.WEB]
# Translators, of each below: of a fact about a service, when a checker asks the service.
NOT_ASKED_CHOICE = (NOT_ASKED, _("Not asked"))
KNOWN_FACT_CHOICES = [(RIGHT, _("Still right")), (CHANGED, _("Has changed")), NOT_ASKED_CHOICE]
# Translators, of each below: of a fact of which nothing was known until now.
UNKNOWN_FACT_CHOICES = [
    (RIGHT, _("Asked, still not known")),  # the service does not say
    (CHANGED, _("Now known")),
    NOT_ASKED_CHOICE,
]


class SeenFactsForm(DeskForm):
    """A form with hidden fingerprints of the facts that the page showed. If an answered fact has
    changed since, nothing is saved, because the user did not see the new values."""

    had = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MAX_NOTE_LENGTH)
    do = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)  # which button

    @property
    def fingerprints(self) -> dict[Fact, str]:
        """The fingerprint of each fact when the page was shown, from the hidden field."""
        pairs = [text.partition("=") for text in str(self.data.get("had", "")).split()]
        return {
            Fact(name): fingerprint for name, _sign, fingerprint in pairs if name in Fact.values
        }

    @property
    def reasons(self) -> frozenset[str]:
        """The reasons for the check that the page showed."""
        return frozenset(str(self.data.get("seen", "")).split())


class AllRightForm(SeenFactsForm):
    """The form of the button that confirms all known facts of a service at once."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.fingerprints:
            self.add_error(None, _("No fact is known yet, so there is nothing to confirm."))
        return cleaned

    def to_check_result(self, method: Method) -> CheckResult:
        fingerprints = self.fingerprints
        return CheckResult(method, confirmed=frozenset(fingerprints), fingerprints=fingerprints)


class AnswersForm(SeenFactsForm):
    """A form with an answer for each fact: right, changed or not asked. The form of a fact adds
    its new values. Services use it by their link, so it does not ask for a name or method."""

    # Facts whose own form was part of the page: only these can have new values.
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MAX_NOTE_LENGTH)

    def __init__(self, *args: Any, facts: Facts = Fact, unknown: Facts = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(FACT_LABELS[fact]),
                choices=UNKNOWN_FACT_CHOICES if fact in unknown else KNOWN_FACT_CHOICES,
                widget=forms.RadioSelect,
                required=False,
            )

    def facts_with_answer(self, answer: str) -> frozenset[Fact]:
        """Return the facts with this answer, also from an invalid form."""
        answers = {fact: self.data.get(f"is_{fact.value}") for fact in self.facts}
        return frozenset(fact for fact in self.facts if answers[fact] == answer)

    @property
    def changed_facts_with_form(self) -> list[Fact]:
        """The facts answered as changed whose own form was part of the page."""
        opened_codes = set(str(self.data.get("opened", "")).split())
        changed = self.facts_with_answer(CHANGED)
        return [fact for fact in self.facts if fact in changed and fact.value in opened_codes]

    def clear_answers(self, facts: Iterable[Fact]) -> None:
        """Clear the answers about facts that have changed since, so that the page asks again."""
        data = dict(self.data.items()) if self.is_bound else {}
        self.data = data | {f"is_{fact.value}": NOT_ASKED for fact in facts}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not (self.facts_with_answer(RIGHT) or self.facts_with_answer(CHANGED)):
            message = _("For at least one fact, choose whether it is still right or has changed.")
            self.add_error(None, forms.ValidationError(message))
        for fact in self.facts_with_answer(CHANGED) - set(self.changed_facts_with_form):
            self.add_error(f"is_{fact.value}", _("Enter the new values below."))
        return cleaned

    def to_check_result(self, changed: Mapping[Fact, Mapping[str, Any]]) -> CheckResult:
        """Return the result of the form; `changed`: new values from the forms of single facts."""
        confirmed = self.facts_with_answer(RIGHT)
        return CheckResult(
            Method.PROVIDER, confirmed=confirmed, changed=changed, fingerprints=self.fingerprints
        )

    def has_invalid_fact_form(self, fact_forms: Collection[FactForm]) -> bool:
        """Return whether a form of a fact is invalid; add an error for each to this form."""
        invalid_forms = [form for form in fact_forms if not form.is_valid()]
        for form in invalid_forms:
            self.add_error(f"is_{form.fact.value}", _("Correct the new values of this fact below."))
        return bool(invalid_forms)


class CheckForm(AnswersForm):
    """The form of desk users: an answer for each fact, the method and the source."""

    page = _("Check a service")  # For translators: a page: what a checker learnt about a service
    field_by_error_code = {"directory_tells_where": "source"}
    # Not `method`: a field of that name hides the method of its own form from scripts.
    how = forms.ChoiceField(
        label=_("How do you know?"),  # For translators: over a choice, such as: by phone, a visit
        choices=[(method, labels.METHODS[method].label) for method in MEMBER_METHODS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you know this.")},
    )
    call = forms.CharField(
        label=_("Who answered, and what did they say?"),  # For translators: for the first caller
        help_text=_(
            "Two people have to call this number. The second person calls without "
            "seeing your note. Write what was said, nothing about a person."
        ),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source = forms.CharField(
        label=_("Person you spoke to, or page you read"),  # For translators: a checker's source
        help_text=_("For the desk only. It is not shown outside."),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, needs_call: bool = True, **kwargs: Any) -> None:
        """Make the form. `needs_call`: whether the number still needs a first call."""
        super().__init__(*args, **kwargs)
        if not needs_call:
            del self.fields["call"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        method = self.cleaned_data.get("how")
        is_first = method == Method.CALL and Fact.PHONE in self.facts_with_answer(RIGHT)
        if "call" in self.fields and is_first and not self.cleaned_data.get("call"):
            self.add_error(
                "call", _("Enter what you heard, so that it can be compared with the second call.")
            )
        return cleaned

    def to_check_result(self, changed: Mapping[Fact, Mapping[str, Any]]) -> CheckResult:
        data = self.cleaned_data
        is_call = data["how"] == Method.CALL and Fact.PHONE in self.facts_with_answer(RIGHT)
        call = data.get("call", "") if is_call else ""
        result = super().to_check_result(changed)
        return replace(result, method=Method(data["how"]), source=data["source"], call=call)


class HandOverForm(DeskForm):
    page = _("Hand over")  # For translators: a page: another checker should go on with a service
    field_by_error_code = {"directory_tells_where": "note"}
    note = forms.CharField(
        label=_("Note for the next person"),  # For translators: a note to a service's next checker
        help_text=_(
            "For example: the people on the phone speak only Somali; a colleague has to "
            "visit the service."
        ),
        max_length=MAX_NOTE_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class FactsPage[F: AnswersForm](ABC):
    """A page that asks about the facts of a service, and saves the submitted answers."""

    template: ClassVar[str]

    def __init__(self, request: HttpRequest, service: models.Service, facts: Facts = Fact) -> None:
        self.request, self.service, self.at = request, service, clock.now()
        fact_states = service_fact_states(service, self.at).items()
        self.views = {
            fact: fact_view(service, state) for fact, state in fact_states if fact in facts
        }
        self.unknown = [fact for fact, view in self.views.items() if not view.is_known]

    @abstractmethod
    def form(self, data: Mapping[str, Any] | None = None) -> F: ...

    @abstractmethod
    def save(self, result: CheckResult, form: SeenFactsForm) -> HttpResponse: ...

    @abstractmethod
    def extra_context(self, form: F) -> dict[str, Any]:
        """Return the template context besides the facts."""

    def handle_post(self, all_right_method: Method | None) -> HttpResponse:
        """Save the answers. `all_right_method`: the method, if one button confirmed all facts."""
        if all_right_method is not None:
            all_right_form = AllRightForm(self.request.POST)
            if all_right_form.is_valid():
                with all_right_form.showing_refusals():
                    return self.save(
                        all_right_form.to_check_result(all_right_method), all_right_form
                    )
            return self.show(self.form(), invalid_form=all_right_form)
        form = self.form(self.request.POST)
        fact_forms = self._fact_forms_bound_if_changed(form)
        changed = {fact: fact_forms[fact] for fact in form.changed_facts_with_form}
        if form.is_valid() and not form.has_invalid_fact_form(changed.values()):
            with form.showing_refusals():
                result = form.to_check_result(
                    {fact: fact_form.values() for fact, fact_form in changed.items()}
                )
                return self.save(result, form)
        return self.show(form, fact_forms)

    def _fact_forms_bound_if_changed(self, form: F) -> dict[Fact, FactForm]:
        posted = dict.fromkeys(form.changed_facts_with_form, self.request.POST)
        return {fact: fact_form(fact, self.service, posted.get(fact)) for fact in self.views}

    def show(
        self, form: F, fact_forms: FactForms | None = None, *, invalid_form: DeskForm | None = None
    ) -> HttpResponse:
        """Render the page; facts that have changed since are asked again.
        `invalid_form`: the form whose errors are listed at the top, if it is not `form`."""
        seen, views = form.fingerprints if form.is_bound else {}, self.views.items()
        changed_facts = {
            fact for fact, view in views if seen.get(fact, view.fingerprint) != view.fingerprint
        }
        form.clear_answers(changed_facts)
        fact_forms = fact_forms or self._fact_forms_bound_if_changed(form)
        context: dict[str, Any] = {
            "had": join_fingerprints(self.views.values()),
            "had_known": join_fingerprints(view for view in self.views.values() if view.is_known),
            "opened": " ".join(fact_forms),
            "rows": [
                {
                    "view": view,
                    "field": form[f"is_{fact.value}"],
                    "edit": fact_forms[fact],
                    "is_new": fact in changed_facts,
                }
                for fact, view in views
            ],
        }
        context |= self.extra_context(form)
        return pages.render_form_page(self.request, self.template, invalid_form or form, context)

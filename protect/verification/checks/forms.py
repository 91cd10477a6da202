"""Forms for a check of a service: verdict of each fact, method and source."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from protect.directory import labels, models
from protect.directory.enums import Fact, Method
from protect.directory.fact_records.checks import standing_of
from protect.directory.fact_records.fact_view import FactView, fact_view, marks_of
from protect.directory.fact_records.forms import FactForm, form_of
from protect.directory.facts import LABELS
from protect.kernel import clock
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.verification.checks.checks import Heard
from protect.verification.rules import LONGEST

RIGHT, CHANGED, NOT_ASKED = "right", "changed", ""
# How members check; what a service says of itself comes by its link.
METHODS = [Method.CALL, Method.VISIT, Method.REGISTER, Method.WEB]
# Translators, of each below: of a fact about a service, when a checker asks the service.
NOT_THIS_TIME = _("Not asked")
OF_KNOWN = [
    (RIGHT, _("Still right")),
    (CHANGED, _("Has changed")),
    (NOT_ASKED, NOT_THIS_TIME),
]
# Translators, of each below: of a fact of which nothing was known until now.
OF_UNKNOWN = [
    (RIGHT, _("Asked: still not known")),  # the service does not say
    (CHANGED, _("Known now")),
    (NOT_ASKED, NOT_THIS_TIME),
]


class MarksForm(DeskForm):
    """The version of each fact on the page that is answered: an unseen version is not confirmed."""

    had = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    do = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)  # which button

    @property
    def marks(self) -> dict[Fact, str]:
        pairs = [each.partition("=") for each in str(self.data.get("had", "")).split()]
        return {Fact(name): mark for name, _sign, mark in pairs if name in Fact.values}

    @property
    def reasons(self) -> frozenset[str]:
        return frozenset(str(self.data.get("seen", "")).split())


class AllRightForm(MarksForm):
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.marks:
            self.add_error(None, _("Nothing is known yet that could still be right."))
        return cleaned

    def heard(self, method: Method) -> Heard:
        marks = self.marks
        return Heard(method, right=frozenset(marks), marks=marks)


class AnswersForm(MarksForm):
    """A choice for each fact. New values come from a form of the fact, right below.
    It does not ask for the name or place of its sender: services answer with it by their link."""

    # Facts with a form on the page: of others nothing new can have been typed.
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)

    def __init__(
        self,
        *args: Any,
        facts: Iterable[Fact] = Fact,
        unknown: Collection[Fact] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(LABELS[fact]),
                choices=OF_UNKNOWN if fact in unknown else OF_KNOWN,
                widget=forms.RadioSelect,
                required=False,
            )

    def marked(self, answer: str) -> frozenset[Fact]:
        """Return the facts with this answer, also from an invalid form."""
        answers = {fact: self.data.get(f"is_{fact.value}") for fact in self.facts}
        return frozenset(fact for fact in self.facts if answers[fact] == answer)

    @property
    def typed(self) -> list[Fact]:
        named = set(str(self.data.get("opened", "")).split())
        changed = self.marked(CHANGED)
        return [fact for fact in self.facts if fact in changed and fact.value in named]

    def forget(self, facts: Iterable[Fact]) -> None:
        """Clear the answers about facts that have changed since, so that they are asked again."""
        left = dict(self.data.items()) if self.is_bound else {}
        self.data = left | {f"is_{fact.value}": NOT_ASKED for fact in facts}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not (self.marked(RIGHT) or self.marked(CHANGED)):
            message = _("Say of at least one fact whether it is still right, or changed.")
            self.add_error(None, forms.ValidationError(message))
        for fact in self.marked(CHANGED) - set(self.typed):
            self.add_error(f"is_{fact.value}", _("Write below what is new."))
        return cleaned

    def heard(self, changed: Mapping[Fact, Mapping[str, Any]]) -> Heard:
        """Return the answers of the service; `changed` comes from the forms of single facts."""
        return Heard(Method.PROVIDER, right=self.marked(RIGHT), changed=changed, marks=self.marks)

    def mistaken(self, changed: Collection[FactForm]) -> bool:
        """Return whether the form of a changed fact is invalid; add an error at the top."""
        wrong = [form for form in changed if not form.is_valid()]
        for form in wrong:
            self.add_error(f"is_{form.fact.value}", _("Look at what you typed."))
        return bool(wrong)


class CheckForm(AnswersForm):
    # Translators: a page: one service, and what a checker found out about it.
    page = _("Check a service")
    mended_at = {"directory_tells_where": "source"}
    # Not `method`: a field of that name hides the method of its own form from scripts.
    how = forms.ChoiceField(
        # Translators: over a choice: by phone, on a visit and so on.
        label=_("How do you know?"),
        choices=[(each, labels.METHODS[each].label) for each in METHODS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you know.")},
    )
    call = forms.CharField(
        # Translators: what the first of two people hears who call a number.
        label=_("Who answered, and in which words?"),
        help_text=_(
            "Two people have to call this number. The second one calls without seeing what you "
            "write. Write what they say, never about a person."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source = forms.CharField(
        # Translators: with whom a checker spoke, or which page they read.
        label=_("With whom, or which page?"),
        help_text=_("For the desk only. It is not shown outside."),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, needs_call: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_call:
            del self.fields["call"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        method = self.cleaned_data.get("how")
        is_first = method == Method.CALL and Fact.PHONE in self.marked(RIGHT)
        if "call" in self.fields and is_first and not self.cleaned_data.get("call"):
            self.add_error("call", _("Write what you heard, so that a second person can compare."))
        return cleaned

    def heard(self, changed: Mapping[Fact, Mapping[str, Any]]) -> Heard:
        data = self.cleaned_data
        is_call = data["how"] == Method.CALL and Fact.PHONE in self.marked(RIGHT)
        return replace(
            super().heard(changed),
            method=Method(data["how"]),
            source=data["source"],
            call=data.get("call", "") if is_call else "",
        )


class HandOnForm(DeskForm):
    # Translators: a page: another checker should go on checking a service.
    page = _("Hand it on")
    mended_at = {"directory_tells_where": "note"}
    note = forms.CharField(
        # Translators: a note to the next checker of a service.
        label=_("What should the next person know?"),
        help_text=_("For example: they speak Somali only; a colleague has to go there."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class FactSheet[F: AnswersForm](ABC):
    """A page that asks about the facts of a service, and the answer that was sent from it."""

    template: ClassVar[str]

    def __init__(
        self,
        request: HttpRequest,
        service: models.Service,
        facts: Collection[Fact] = frozenset(Fact),
    ) -> None:
        self.request, self.service, self.at = request, service, clock.now()
        self.views: dict[Fact, FactView] = {
            fact: fact_view(service, standing)
            for fact, standing in standing_of(service, self.at).items()
            if fact in facts
        }
        self.unknown = [fact for fact, view in self.views.items() if not view.is_known]

    @abstractmethod
    def form(self, data: Mapping[str, Any] | None = None) -> F: ...

    @abstractmethod
    def save(self, heard: Heard, form: MarksForm) -> HttpResponse: ...

    @abstractmethod
    def more(self, form: F) -> dict[str, Any]:
        """Return what the template shows beside the facts."""

    def answer(self, all_right: Method | None) -> HttpResponse:
        """Save what was sent; `all_right`: how that is known, if one press said it of all facts."""
        if all_right is not None:
            pressed = AllRightForm(self.request.POST)
            if pressed.is_valid():
                with pressed.mending():
                    return self.save(pressed.heard(all_right), pressed)
            return self.show(self.form(), wrong=pressed)
        form = self.form(self.request.POST)
        edits = self._edits(form)
        changed = {fact: edits[fact] for fact in form.typed}
        if form.is_valid() and not form.mistaken(changed.values()):
            with form.mending():
                heard = form.heard({fact: each.values() for fact, each in changed.items()})
                return self.save(heard, form)
        return self.show(form, edits)

    def _edits(self, form: F) -> dict[Fact, FactForm]:
        typed, sent = form.typed, self.request.POST
        return {
            fact: form_of(fact, self.service, sent if fact in typed else None)
            for fact in self.views
        }

    def show(
        self,
        form: F,
        edits: Mapping[Fact, FactForm] | None = None,
        *,
        wrong: DeskForm | None = None,
    ) -> HttpResponse:
        """Show the page. Facts that changed since are asked again. `wrong` is the form with the
        mistakes at the top, if it is not `form`."""
        shown = form.marks if form.is_bound else {}
        stale = {
            fact for fact, view in self.views.items() if shown.get(fact, view.mark) != view.mark
        }
        form.forget(stale)
        edits = edits or self._edits(form)
        context = {
            "had": marks_of(self.views.values()),
            "had_known": marks_of(view for view in self.views.values() if view.is_known),
            "opened": " ".join(edits),
            "rows": [
                {
                    "view": view,
                    "field": form[f"is_{fact.value}"],
                    "edit": edits[fact],
                    "is_new": fact in stale,
                }
                for fact, view in self.views.items()
            ],
        }
        return pages.show(self.request, self.template, wrong or form, context | self.more(form))

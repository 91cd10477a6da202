"""The history of an organisation, and of one thing."""

from textwrap import wrap
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.audit import facts, rules
from protect.audit.queries import PAGE
from protect.kernel import clock
from protect.orgs import access, alarms, enums, errors, profiles
from protect.orgs.actions import Answer, answer_alarm
from protect.orgs.history import lines, pages, sentences
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.forms import DeskForm
from protect.ui.pages import done, show
from protect.ui.pagination import Paginator

GROUP = 8  # digits of a code that are read together
MOST_ALARMS = 50  # on a page


class AnswerForm(DeskForm):
    mended_at = {"detail_invalid": "reason"}
    reason = forms.CharField(
        # Translators: of an alarm that an officer declares cleared up.
        label=gettext_lazy("What was the cause, and what was done?"),
        help_text=gettext_lazy(
            "One or two sentences, for all readers of the history. They stay for three years and "
            "cannot be changed: name no person, and nothing that a note says."
        ),
        max_length=rules.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": "2", "dir": "auto", "autocomplete": "off"}),
    )
    target = forms.CharField(max_length=80, widget=forms.HiddenInput)
    outcome = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @classmethod
    def of(cls, alarm: alarms.Alarm, sent: "AnswerForm | None") -> "AnswerForm":
        """Return the form sent for this alarm, else an empty one, both up to its newest entry."""
        named = {"target": alarm.target, "outcome": alarm.outcome, "seen": str(alarm.n)}
        if sent is None or any(
            sent.data.get(name) != named[name] for name in ("target", "outcome")
        ):
            return cls(auto_id=f"alarm_{alarm.n}_%s", initial=named)
        sent.data = {name: sent.data[name] for name in sent.data} | named
        sent.auto_id = f"alarm_{alarm.n}_%s"
        return sent


@require_safe
def organisation_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    return _history_page(request, scope, access.get_organisation(scope, pk))


@require_http_methods(["GET", "POST"])
def alarm_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer an alarm. A GET, as after unlocking on this page, redirects to the alarms."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    if request.method == "GET":
        return redirect(alarms.alarms_url(pk))
    form = AnswerForm(request.POST)
    if form.errors.keys() - {"reason"}:
        raise errors.OrganisationRefusal("alarm_changed")
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            answer = Answer(data["target"], data["outcome"], data["reason"])
            answer_alarm(scope, organisation, answer, seen=data["seen"], at=clock.now())
            text = _(
                "It stands in the history that you cleared this up. You are told if it returns."
            )
            return done(request, text, alarms.alarms_url(organisation.pk))
    return _history_page(request, scope, organisation, form)


def _history_page(
    request: HttpRequest, scope: Scope, organisation: Organisation, form: AnswerForm | None = None
) -> HttpResponse:
    history_filter = pages.HistoryFilter.of(request.GET.dict())
    page = pages.page_of(scope, organisation, history_filter)
    people = pages.colleagues(organisation)
    heads = [] if history_filter.is_about_sign_ins else facts.heads(at=clock.now())
    head = next((each for each in heads if each.chain == rules.org_chain(organisation.pk)), None)
    context = {
        "organisation": organisation,
        "tabs": profiles.tabs_of(scope, organisation, profiles.HISTORY),
        "history_filter": history_filter,
        "entries": page.entries,
        "older": _query(request, before=str(page.older)) if page.older else "",
        "newest": _query(request) if history_filter.before else "",
        "filters": _query(request),
        "alarms": _alarms(organisation, form),
        "form": form,
        "people": people,
        "looked_for": pages.looked_for(history_filter, dict(people)),
        "system": pages.SYSTEM,
        "groups": pages.choices(),
        "head": head,
        "groups_of_head": wrap(head.hash, GROUP) if head else [],
    }
    return show(request, "orgs/organisation_history.html", form, context)


@require_safe
def thing_history(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    rows = pages.trail(scope, kind, pk)
    mine = scope.organisations_where(enums.Permission.READ_AUDIT)
    page = Paginator(lines.grouped(rows), PAGE).get_page(request.GET.get("page"))
    context = {
        "thing": sentences.thing(kind),
        "name": lines.name_of(kind, pk, mine),
        "target": f"{kind}:{pk}",
        "entries": lines.lines_of_groups(list(page.object_list), mine),
        "page": page,
        "reading": [access.get_organisation(scope, each) for each in sorted(mine)],
    }
    return render(request, "orgs/thing_history.html", context)


def _alarms(organisation: Organisation, sent: AnswerForm | None) -> list[dict[str, object]]:
    """The newest only: a broken disk may make thousands, and more come as these are answered."""
    return [
        {
            "text": sentences.why(alarm.outcome),
            "kind": alarm.kind,
            "thing": sentences.thing(alarm.kind),
            "name": lines.name_of(alarm.kind, alarm.pk, {organisation.pk}),
            "at": alarm.at,
            "is_still_so": alarms.is_still_so(alarm),
            "form": AnswerForm.of(alarm, sent),
        }
        for alarm in alarms.unanswered([organisation.pk])[:MOST_ALARMS]
    ]


def _query(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else ""

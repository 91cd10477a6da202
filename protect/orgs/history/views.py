from textwrap import wrap
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.audit import facts, queries, rules
from protect.kernel import clock
from protect.orgs import access, actions, alarms, enums, errors, models, profiles
from protect.orgs.history import lines, pages, sentences
from protect.orgs.scope import Scope
from protect.ui.forms import DeskForm
from protect.ui.pages import redirect_with_message, render_form_page
from protect.ui.pagination import Paginator

DIGITS_PER_GROUP = 8  # digits that are shown together in a chain's hash
MAX_ALARMS = 50  # newest unanswered ones on the page


class AlarmAnswerForm(DeskForm):
    """An officer's answer to an alarm: its cause and its remedy."""

    field_by_error_code = {"detail_invalid": "reason"}
    reason = forms.CharField(
        # Translators: of an alarm that an officer declares cleared up.
        label=gettext_lazy("What was the cause, and what was done?"),
        help_text=gettext_lazy(
            "Write one or two sentences for all readers of the history. They are kept for three "
            "years and cannot be changed. Do not name any person or repeat the content of a note."
        ),
        max_length=rules.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": "2", "dir": "auto", "autocomplete": "off"}),
    )
    target = forms.CharField(max_length=80, widget=forms.HiddenInput)
    outcome = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @classmethod
    def for_alarm(
        cls, alarm: alarms.Alarm, sent_form: "AlarmAnswerForm | None"
    ) -> "AlarmAnswerForm":
        """Return the sent form, with a new `seen`, if it is for this alarm; else an empty one."""
        hidden_values = {"target": alarm.target, "outcome": alarm.outcome, "seen": str(alarm.n)}
        sent = sent_form.data if sent_form else {}
        names, auto_id = ("target", "outcome"), f"alarm_{alarm.n}_%s"
        if sent_form is None or any(sent.get(name) != hidden_values[name] for name in names):
            return cls(auto_id=auto_id, initial=hidden_values)
        sent_form.data = {name: sent[name] for name in sent} | hidden_values
        sent_form.auto_id = auto_id
        return sent_form


@require_safe
def organisation_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the history of an organisation, with filters and unanswered alarms."""
    scope = access.scope_of(request)
    return _render_history(request, scope, access.get_organisation(scope, pk))


@require_http_methods(["GET", "POST"])
def alarm_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer an alarm. A GET, as after unlocking on this page, redirects to the alarms."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    if request.method == "GET":
        return redirect(alarms.alarms_url(pk))
    form = AlarmAnswerForm(request.POST)
    if form.errors.keys() - {"reason"}:
        raise errors.OrganisationRefusal("alarm_changed")
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            answer = actions.AlarmAnswer(data["target"], data["outcome"], data["reason"])
            actions.answer_alarm(scope, organisation, answer, seen=data["seen"], at=clock.now())
            text = _(
                "The alarm is marked as resolved, and the history shows your name. You "
                "will be notified if it returns."
            )
            return redirect_with_message(request, text, alarms.alarms_url(organisation.pk))
    return _render_history(request, scope, organisation, form)


def _render_history(
    request: HttpRequest,
    scope: Scope,
    organisation: models.Organisation,
    form: AlarmAnswerForm | None = None,
) -> HttpResponse:
    filters = pages.HistoryFilter.from_query(request.GET.dict())
    page = pages.history_page(scope, organisation, filters)
    people = pages.colleague_choices(organisation)
    heads = [] if filters.is_about_sign_ins else facts.current_heads(at=clock.now())
    chain = rules.organisation_chain(organisation.pk)
    head = next((head for head in heads if head.chain == chain), None)
    context = {
        "organisation": organisation,
        "tabs": profiles.organisation_tabs(scope, organisation, profiles.HISTORY_PAGE),
        "history_filter": filters,
        "entries": page.entries,
        "older": _filter_query(request, before=str(page.older)) if page.older else "",
        "newest": _filter_query(request) if filters.before else "",
        "filters": _filter_query(request),
        "alarms": _alarm_rows(organisation, form),
        "form": form,
        "people": people,
        "filter_texts": pages.describe_filters(filters, dict(people)),
        "system": pages.SYSTEM_FILTER,
        "groups": pages.action_choices(),
        "head": head,
        "groups_of_head": wrap(head.hash, DIGITS_PER_GROUP) if head else [],
    }
    return render_form_page(request, "orgs/organisation_history.html", form, context)


@require_safe
def target_history(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Show the audit entries about one target, for officers of its organisation."""
    scope = access.scope_of(request)
    rows = pages.get_target_entries(scope, kind, pk)
    organisations = scope.organisations_where(enums.Permission.READ_AUDIT)
    page = Paginator(lines.group_entries(rows), queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "thing": sentences.target_label(kind),
        "name": lines.target_name(kind, pk, organisations),
        "target": f"{kind}:{pk}",
        "entries": lines.lines_of_groups(list(page.object_list), organisations),
        "page": page,
        "reading": [access.get_organisation(scope, pk) for pk in sorted(organisations)],
    }
    return render(request, "orgs/thing_history.html", context)


def _alarm_rows(
    organisation: models.Organisation, form: AlarmAnswerForm | None
) -> list[dict[str, object]]:
    """Return the template values of the newest alarms only: a broken disk may cause thousands."""
    return [
        {
            "text": sentences.refusal_sentence(alarm.outcome),
            "kind": alarm.target_kind,
            "thing": sentences.target_label(alarm.target_kind),
            "name": lines.target_name(alarm.target_kind, alarm.target_id, {organisation.pk}),
            "at": alarm.at,
            "has_current_fault": alarms.has_current_fault(alarm),
            "form": AlarmAnswerForm.for_alarm(alarm, form),
        }
        for alarm in alarms.unanswered_alarms([organisation.pk])[:MAX_ALARMS]
    ]


def _filter_query(request: HttpRequest, **changed: str) -> str:
    """Return the query of the page, changed and without `before`; "" if nothing remains."""
    query = request.GET.copy()
    query.pop("before", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else ""

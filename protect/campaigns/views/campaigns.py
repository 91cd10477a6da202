from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import country_plan, forms, log_forms
from protect.campaigns.base.access import (
    campaign_countries,
    campaign_organisations,
    must_run_campaigns,
)
from protect.campaigns.base.enums import ActionMark, Channel
from protect.campaigns.country_plan import action_state
from protect.campaigns.distribution import access as log_access, actions as log
from protect.campaigns.distribution.models import Reach
from protect.campaigns.plans import access, actions, presets
from protect.campaigns.plans.models import Campaign
from protect.campaigns.views.frame import CAMPAIGNS, own_organisations, show_tab
from protect.kernel import clock
from protect.kernel.small_numbers import shown_number
from protect.orgs.access import scope_of
from protect.ui.moments import exact_text
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    rows = access.visible_campaigns(scope).select_related("organisation")
    context = {"rows": rows, "countries": sorted(campaign_countries(scope))}
    return show_tab(request, CAMPAIGNS, "campaigns/campaign_list.html", context)


@require_safe
def country_page(request: HttpRequest, country: str) -> HttpResponse:
    """Show the plan of a country on one page: its calendar, what waits, and the reach so far."""
    scope, at = scope_of(request), clock.now()
    if country not in must_run_campaigns(scope):
        raise Http404
    campaigns = country_plan.country_campaigns(scope, country)
    work = country_plan.materials_work(scope, at, country)
    context = {
        "country": country,
        "campaigns": campaigns.select_related("organisation"),
        "calendar": country_plan.planned_days(campaigns, at.date()),
        "outdated": [(each, log_forms.file_label(each.file)) for each in work.outdated],
        "unread": work.unread,
        "out_of_print": [(file, log_forms.file_label(file)) for file in work.out_of_print],
        "orders": work.orders,
        "unlogged": (),  # all of these wait
        "reach": country_plan.reach_sums(campaigns, country),
        "copies": country_plan.copies_given_out(campaigns, country),
        "at": at,
    }
    return render_form_page(request, "campaigns/country.html", None, context)


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    form = forms.CampaignForm(
        posted_data(request),
        countries=campaign_countries(scope),
        organisations=own_organisations(scope),
    )
    if form.is_valid():
        data = form.cleaned_data | {"country_id": form.cleaned_data["country"]}
        with form.showing_refusals():
            at, owner = clock.now(), data["organisation"].pk
            row = actions.create_campaign(scope, owner, data["code"], data, at=at)
            return redirect_with_message(request, _("Saved."), "campaigns:campaign", row.pk)
    crumb = (_("Campaigns"), reverse(CAMPAIGNS))
    return show_form(request, form, FormPage(_("New campaign"), _("Save"), crumb))


@require_safe
def campaign_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, today = scope_of(request), clock.now().date()
    campaign = access.get_campaign(scope, pk)
    own = campaign_organisations(scope)
    is_own = campaign.organisation_id in own
    reach = Reach.objects.filter(campaign=campaign)
    context = {
        "campaign": campaign,
        "channels": [Channel(code).label for code in campaign.channels],
        "calendar": [(row, action_state(row, today)) for row in campaign.calendar.all()],
        "presets": presets.presets().values() if is_own else (),
        "materials": campaign.materials.order_by("title", "code"),
        "reach": [_reach_row(entry, own) for entry in reach.current().select_related("action")],
        "corrected": reach.exclude(correction=None).count(),
        "is_own": is_own,
    }
    return render_form_page(request, "campaigns/campaign.html", None, context)


@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    campaign = access.get_own_campaign(scope, pk)
    names = ("name", "audience", "starts_on", "ends_on", "messages", "channels")
    initial = {name: getattr(campaign, name) for name in names} | {"country": campaign.country_id}
    countries = {*campaign_countries(scope), *filter(None, [campaign.country_id])}
    form = forms.CampaignForm(
        posted_data(request), countries=countries, is_new=False, initial=initial
    )
    if form.is_valid():
        data = form.cleaned_data | {"country_id": form.cleaned_data["country"]}
        with form.showing_refusals():
            actions.change_campaign(scope, campaign, data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:campaign", pk)
    return show_form(request, form, FormPage(_("Campaign"), _("Save"), _crumb(campaign)))


@require_POST
def campaign_retire(request: HttpRequest, pk: UUID, *, is_retired: bool) -> HttpResponse:
    scope = scope_of(request)
    campaign = access.get_own_campaign(scope, pk)
    actions.retire_campaign(scope, campaign, is_retired=is_retired, at=clock.now())
    said = _("The campaign has ended. It stays in the list.") if is_retired else _("Saved.")
    return redirect_with_message(request, said, "campaigns:campaign", pk)


@require_http_methods(["GET", "POST"])
def campaign_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    campaign = access.get_own_campaign(scope, pk)
    form = forms.ActionForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            actions.plan_action(scope, campaign, form.to_action(), at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:campaign", pk)
    return show_form(request, form, FormPage(_("New action"), _("Save"), _crumb(campaign)))


@require_POST
def campaign_preset(request: HttpRequest, pk: UUID, preset: str) -> HttpResponse:
    scope = scope_of(request)
    campaign = access.get_own_campaign(scope, pk)
    if preset not in presets.presets():
        raise Http404
    plan = actions.plan_preset(scope, campaign, preset, at=clock.now())
    return redirect_with_message(request, _plan_text(plan), "campaigns:campaign", pk)


def _plan_text(plan: actions.PresetPlan) -> str:
    """Return which days were added to a calendar, and which it had already."""
    if not (plan.added or plan.known):
        return _("Nothing was added: these days do not lie in the period of the campaign.")
    parts = []
    if plan.added:
        # Translators: {days} were added to the calendar of a campaign, such as 8 March 2027.
        parts.append(_("Added to the calendar: {days}.").format(days=_days_text(plan.added)))
    if plan.known:
        # Translators: {days} that a calendar had before, such as 8 March 2027.
        text = _("Already in the calendar, so not added again: {days}.")
        parts.append(text.format(days=_days_text(plan.known)))
    return " ".join(parts)


def _days_text(periods: list[presets.Period]) -> str:
    return " · ".join(
        exact_text(first) if first == last else f"{exact_text(first)} – {exact_text(last)}"
        for first, last in periods
    )


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    action = access.get_own_action(scope, pk)
    names = ("title", "starts_on", "ends_on", "place")
    initial = {name: getattr(action, name) for name in names}
    form = forms.ActionForm(posted_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_action(scope, action, form.to_action(), at=clock.now())
            return redirect_with_message(
                request, _("Saved."), "campaigns:campaign", action.campaign_id
            )
    # Translators: title of a page: an action of a campaign's calendar.
    page = FormPage(_("Edit the action"), _("Save"), _crumb(action.campaign))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def action_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation; on POST, take an action out of the calendar."""
    scope = scope_of(request)
    action = access.get_own_action(scope, pk)
    if request.method == "POST":
        actions.remove_action(scope, action, at=clock.now())
        return redirect_with_message(
            request, _("The action was removed."), "campaigns:campaign", action.campaign_id
        )
    context = {
        "question": _("Remove this action from the calendar?"),
        "effects": [
            f"{action.title} · {_days_text([presets.Period(action.starts_on, action.ends_on)])}",
            _("It is no longer in the calendar, on the start page and in reports."),
            _("Figures of people reached there stay, and then belong to no action."),
            _("If others know of it, go back and cancel it instead: then it stays and says so."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("Remove"),
        "back": reverse("campaigns:campaign", args=[action.campaign_id]),
    }
    return render_form_page(request, "ui/desk_confirm.html", None, context)


@require_POST
def action_mark(request: HttpRequest, pk: UUID, mark: str) -> HttpResponse:
    scope = scope_of(request)
    action = access.get_own_action(scope, pk)
    if mark not in list(ActionMark):
        raise Http404
    actions.mark_action(scope, action, ActionMark(mark), at=clock.now())
    return redirect_with_message(
        request, _mark_text(ActionMark(mark)), "campaigns:campaign", action.campaign_id
    )


def _mark_text(mark: ActionMark) -> str:
    if mark is ActionMark.DONE:
        return _("Marked as done. “Open again” beside the action undoes this.")
    if mark is ActionMark.CANCELLED:
        return _("Cancelled. “Open again” beside the action undoes this.")
    return _("The action is open again.")


@require_http_methods(["GET", "POST"])
def campaign_reach(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    campaign = access.get_campaign(scope, pk)
    form = log_forms.ReachForm(
        posted_data(request), countries=campaign_countries(scope), actions=campaign.calendar.all()
    )
    if form.is_valid():
        with form.showing_refusals():
            log.record_reach(scope, campaign, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:campaign", pk)
    return show_form(request, form, FormPage(_("People reached"), _("Save"), _crumb(campaign)))


@require_http_methods(["GET", "POST"])
def reach_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = log_access.get_reach(scope, pk)
    names = ("method", "people", "day", "evidence", "action")
    initial = {name: getattr(entry, name) for name in names} | {"country": entry.country_id}
    form = log_forms.ReachForm(
        posted_data(request),
        countries=[entry.country_id],
        actions=entry.campaign.calendar.all(),
        is_new=False,
        initial=initial,
    )
    if form.is_valid():
        with form.showing_refusals():
            log.correct_reach(scope, entry, form.cleaned_data, at=clock.now())
            return redirect_with_message(
                request, _("Saved."), "campaigns:campaign", entry.campaign_id
            )
    page = FormPage(_("Correct the entry"), _("Save"), _crumb(entry.campaign))
    return show_form(request, form, page)


def _reach_row(entry: Reach, own: frozenset[UUID]) -> tuple[Reach, int | None, bool]:
    """Return an entry, its number (None: hidden) and whether the user may correct it: only users
    of the organisation that entered it see a small number."""
    is_own = entry.organisation_id in own
    return entry, entry.people if is_own else shown_number(entry.people), is_own


def _crumb(campaign: Campaign) -> tuple[str, str]:
    return campaign.name, reverse("campaigns:campaign", args=[campaign.pk])

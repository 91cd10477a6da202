"""Menu entry and start page panels of users who coordinate or belong to a working group."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.coordination.adaptations.access import own_services, visible_checks, visible_steps
from protect.coordination.adaptations.enums import StepState
from protect.coordination.adaptations.models import AdaptationStep
from protect.coordination.adaptations.rules import step_urgency
from protect.coordination.base.access import coordinated_countries
from protect.coordination.groups.access import visible_groups
from protect.coordination.groups.models import Member
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes import rules
from protect.coordination.minutes.access import own_actions
from protect.coordination.pathways import home_panels
from protect.coordination.polls.models import DatePoll
from protect.coordination.procedures.waiting_signatures import signatories_to_sign
from protect.orgs.scope import Scope
from protect.reference.formats import country_name
from protect.ui.moments import exact_text
from protect.ui.pages import panel_row

# Translators: in the navigation: working groups, their meetings and decisions.
MENU_ENTRY = (gettext_lazy("Working groups"), "coordination:group_list")
# A person in need may stand beside the user, so this is no panel below others.
HOME_LINKS = [(gettext_lazy("Whom do I call?"), "coordination:pathway_call")]
MAX_PANEL_ROWS = 5  # on the start page
MEETINGS_WITHIN = timedelta(days=30)
STEPS_WITHIN = timedelta(days=14)
type Panel = dict[str, object]


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who coordinate a country or belong to a group."""
    is_shown = bool(coordinated_countries(scope)) or visible_groups(scope).exists()
    return [MENU_ENTRY] if is_shown else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield the panels that have rows: the user's own actions, texts to sign, invitations to
    answer, steps and plans of services, pathways, and the groups, because the navigation leaves
    out its last items."""
    for panel in (
        _actions(scope, at),
        _signatures(scope),
        _invitations(scope, at),
        _steps(scope, at),
        _reviews(scope),
        _services(scope),
        home_panels.pathways_to_agree(scope),
        home_panels.pathways_to_look_at(scope, at),
        home_panels.whom_to_call(scope),
        _groups(scope),
        _countries(scope),
    ):
        if panel["rows"]:
            yield panel


def _actions(scope: Scope, at: datetime) -> Panel:
    today, actions = at.date(), own_actions(scope)
    shown = actions.select_related("meeting__group")[:MAX_PANEL_ROWS]
    rows = [
        panel_row(
            action.text,
            action.meeting.group.name,
            reverse("coordination:action_list"),
            _("Look"),
            due=action.due_on,
            group=rules.urgency(action.due_on, today),
        )
        for action in shown
    ]
    # Translators: heading: what a working group has agreed on with the user.
    return _panel(_("My actions"), rows, actions.count(), "coordination:action_list")


def _signatures(scope: Scope) -> Panel:
    signatories = signatories_to_sign(scope)
    rows = [
        panel_row(
            signatory.version.title,
            f"{signatory.organisation_name} · {signatory.position}",
            reverse("coordination:version", args=[signatory.version_id]),
            _("Open"),
        )
        for signatory in signatories[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: procedures that an organisation of the user should sign.
    return _panel(_("Procedures to sign"), rows, len(signatories), "coordination:procedure_list")


def _invitations(scope: Scope, at: datetime) -> Panel:
    own = Member.objects.current().filter(user=scope.user_id, group__in=visible_groups(scope))
    meetings = Meeting.objects.filter(
        group__in=own.values("group"),
        starts_at__gt=at,
        starts_at__lte=at + MEETINGS_WITHIN,
        cancelled_at=None,
        invited_at__isnull=False,
    ).exclude(answers__member__in=own)
    rows = [
        panel_row(
            meeting.group.name,
            exact_text(meeting.starts_at),
            reverse("coordination:meeting", args=[meeting.pk]),
            _("Answer"),
            group="soon",
        )
        for meeting in meetings.select_related("group").order_by("starts_at")[:MAX_PANEL_ROWS]
    ]
    polls = DatePoll.objects.open().filter(group__in=own.values("group"), dates__starts_at__gt=at)
    polls = polls.exclude(dates__answers__member__in=own).select_related("group").distinct()
    rows += [
        panel_row(
            poll.group.name,
            _("Which dates suit you?"),
            reverse("coordination:poll", args=[poll.pk]),
            _("Answer"),
            group="soon",
        )
        for poll in polls[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: meetings of working groups that wait for an answer.
    title = _("Invitations to meetings")
    return _panel(title, rows, meetings.count() + polls.count(), "coordination:group_list")


def _steps(scope: Scope, at: datetime) -> Panel:
    """Return steps of plans: open ones that are due within two weeks, and those in dispute for the
    coordinators, who decide."""
    today = at.date()
    due = Q(state=StepState.OPEN, due_on__lte=today + STEPS_WITHIN)
    countries = coordinated_countries(scope)
    disputed = Q(state=StepState.DISPUTED, adaptation__service__country__in=countries)
    steps = visible_steps(scope).filter(due | disputed)
    rows = [
        panel_row(
            step.text,
            _service_of_step(step),
            reverse("coordination:adaptation", args=[step.adaptation_id]),
            _("Look"),
            due=step.due_on,
            group=step_urgency(step.due_on, today),
        )
        for step in steps.select_related("adaptation__service")[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: steps by which services change.
    return _panel(_("Steps of services"), rows, steps.count(), "coordination:adaptation_list")


def _service_of_step(step: AdaptationStep) -> str:
    """Return the service of a step, and why a step that is said to be done still waits."""
    name: str = step.adaptation.service.name
    is_disputed = step.state == StepState.DISPUTED
    return f"{name} · {step.get_state_display()}" if is_disputed else name


def _reviews(scope: Scope) -> Panel:
    """Return finished plans that wait for a review by an organisation of the user."""
    checks = (
        visible_checks(scope)
        .open()
        .filter(peer__in=scope.organisations, planned_at__isnull=False, reviews=None)
    )
    checks = checks.exclude(organisation__in=scope.organisations)
    rows = [
        panel_row(
            check.service.name,
            check.organisation.name,
            reverse("coordination:adaptation", args=[check.pk]),
            _("Review"),
            group="soon",
        )
        for check in checks.select_related("service", "organisation")[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: plans of services that wait for a review.
    return _panel(_("Plans to review"), rows, checks.count(), "coordination:adaptation_list")


def _services(scope: Scope) -> Panel:
    services = own_services(scope).select_related("organisation").order_by("name", "pk")
    rows = [
        panel_row(
            service.name,
            service.organisation.name,
            reverse("coordination:service_page", args=[service.pk]),
            _("Open"),
        )
        for service in services[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: services of the directory that the user's organisation offers.
    return _panel(_("Your services"), rows, services.count(), "coordination:adaptation_list")


def _groups(scope: Scope) -> Panel:
    groups = visible_groups(scope).filter(closed_at=None).select_related("organisation")
    rows = [
        panel_row(
            group.name,
            group.organisation.name,
            reverse("coordination:group", args=[group.pk]),
            _("Open"),
        )
        for group in groups[:MAX_PANEL_ROWS]
    ]
    return _panel(_("Working groups"), rows, groups.count(), "coordination:group_list")


def _countries(scope: Scope) -> Panel:
    tag = get_language() or "en"
    names = {code: country_name(code, tag) for code in coordinated_countries(scope)}
    rows = [
        panel_row(name, "", reverse("coordination:country", args=[code]), _("Open"))
        for code, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
    return _panel(_("Country"), rows[:MAX_PANEL_ROWS], len(rows), "coordination:group_list")


def _panel(title: str, rows: list[dict[str, object]], count: int, page: str) -> Panel:
    return {"title": title, "rows": rows, "count": count, "more": reverse(page)}

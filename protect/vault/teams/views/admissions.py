from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs import access, enums, errors
from protect.orgs.models import Team
from protect.ui.pages import bind_form, done
from protect.vault.access import must_have_open_account
from protect.vault.sessions.unlocked import get_unlocked, must_trust_key
from protect.vault.sign_in.frame import get_held_team, requires_step_up, show
from protect.vault.team_keys import members, rotation
from protect.vault.teams.forms import SixWordsForm


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_admit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Admit the member with the waiting membership `pk`, if the six words match."""
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    if membership.team is None:
        raise Http404
    access.must(scope, enums.Permission.ADMIT, team=membership.team)
    if membership.state != enums.MembershipState.PENDING:
        raise errors.OrganisationRefusal(
            "membership_move_not_allowed", state=membership.state, move="admit"
        )
    must_have_open_account(membership)
    form = bind_form(request, SixWordsForm)
    if form.is_valid():
        with form.showing_refusals():
            unlocked, at = get_unlocked(request), clock.now()
            members.admit_to_team(scope, unlocked, membership, **form.cleaned_data, at=at)
            text = _("The member was let in and can now read everything that the team has sealed.")
            return done(request, text, "vault:team", membership.team.pk)
    return show(request, "team_admit.html", form, {"place": membership, "team": membership.team})


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_rotate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renew the team's key: a POST with `?renew` begins it, any other re-wraps one batch."""
    team, opened = get_held_team(request, pk)
    scope = access.scope_of(request)
    if request.method == "POST" and "renew" in request.GET:
        rotation.renew_key(scope, opened, team, at=clock.now())
        message = _("The team has a new key. Its sealed records now move to it.")
        return done(request, message, "vault:team_rotate", pk)
    if request.method == "POST":
        if rotation.is_renewal_due(team):
            rotation.continue_renewal_by_member(opened, team, at=clock.now())
            team.refresh_from_db()
        if not request.accepts("text/html"):
            return JsonResponse(_progress_data(team))
        return redirect("vault:team_rotate", pk=pk)
    must_trust_key(opened, team.pk)
    context = {
        "team": team,
        "is_due": rotation.is_renewal_due(team),
        "has_begun": rotation.is_renewal_under_way(team),
        "may_begin": scope.may(enums.Permission.SUPERVISE, team=team.pk),
        "progress": rotation.renewal_progress(team),
    }
    return show(request, "team_rotate.html", None, context)


def _progress_data(team: Team) -> dict[str, object]:
    """Return the progress of a key renewal as JSON data for js/again.js."""
    progress = rotation.renewal_progress(team)
    # Translators: {done} and {of} are numbers: 200 of 1,000.
    text = _("{done} of {of}").format(done=progress.done, of=progress.of)
    is_finished = not rotation.is_renewal_due(team)
    return {"done": progress.done, "of": progress.of, "said": text, "is_over": is_finished}

"""Pages on which a member is let in, and a key is renewed after a member has left."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs import access, enums, errors
from protect.orgs.models import Team
from protect.ui.pages import done, posted
from protect.vault.access import must_be_open
from protect.vault.sessions.unlocked import must_recognise, unlocked
from protect.vault.sign_in.frame import held_team, show, stepped_up
from protect.vault.team_keys import members, rotation
from protect.vault.teams.forms import WordsForm


@require_http_methods(["GET", "POST"])
@stepped_up
def team_admit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    place = access.get_membership(scope, pk)
    if place.team is None:
        raise Http404
    access.must(scope, enums.Permission.ADMIT, team=place.team)
    if place.state != enums.MembershipState.PENDING:
        raise errors.OrganisationRefusal(
            "membership_move_not_allowed", state=place.state, move="admit"
        )
    must_be_open(place)
    form = posted(request, WordsForm)
    if form.is_valid():
        with form.mending():
            members.admit(scope, unlocked(request), place, **form.cleaned_data, at=clock.now())
            message = _("Let in. They can now read everything that the team has sealed.")
            return done(request, message, "vault:team", place.team.pk)
    return show(request, "team_admit.html", form, {"place": place, "team": place.team})


@require_http_methods(["GET", "POST"])
@stepped_up
def team_rotate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each POST moves one batch and comes back; js/again.js posts again until nothing is left."""
    team, opened = held_team(request, pk)
    scope = access.scope_of(request)
    if request.method == "POST" and "renew" in request.GET:
        rotation.renew(scope, opened, team, at=clock.now())
        message = _("The team has a new key. Now what it has sealed moves.")
        return done(request, message, "vault:team_rotate", pk)
    if request.method == "POST":
        if rotation.is_due(team):
            rotation.step_by_hand(opened, team, at=clock.now())
            team.refresh_from_db()
        if not request.accepts("text/html"):
            return JsonResponse(_progress_answer(team))
        return redirect("vault:team_rotate", pk=pk)
    must_recognise(opened, team.pk)
    context = {
        "team": team,
        "is_due": rotation.is_due(team),
        "has_begun": rotation.is_under_way(team),
        "may_begin": scope.may(enums.Permission.SUPERVISE, team=team.pk),
        "progress": rotation.progress(team),
    }
    return show(request, "team_rotate.html", None, context)


def _progress_answer(team: Team) -> dict[str, object]:
    progress = rotation.progress(team)
    # Translators: {done} and {of} are numbers: 200 of 1,000.
    text = _("{done} of {of}").format(done=progress.done, of=progress.of)
    is_over = not rotation.is_due(team)
    return {"done": progress.done, "of": progress.of, "said": text, "is_over": is_over}

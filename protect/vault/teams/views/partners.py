"""Pages of partner teams: their keys are compared by phone before anything is sent to them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, refusals
from protect.orgs.models import Team
from protect.ui.pages import bind_form, done
from protect.vault import access, errors
from protect.vault.models import TeamKey
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in.frame import get_held_team, requires_step_up, show
from protect.vault.team_keys import pins
from protect.vault.teams.forms import SixWordsForm


@require_safe
def partner_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List a team's partner teams, with the states of their keys."""
    team, opened = get_held_team(request, pk)
    partner_keys = pins.assess_keys(opened, team, access.find_partner_keys(team))
    for partner in partner_keys:
        if partner.state is pins.PinState.MISMATCH:
            refusals.report_refusal(errors.PartnerKeyMismatch(team=partner.key.team.name))
    context = {"team": team, "partners": partner_keys, "words": [pins.own_key_words(team)]}
    return show(request, "partner_list.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def partner_compare(request: HttpRequest, pk: UUID, partner: UUID) -> HttpResponse:
    """Compare a partner team's key by the six words that the partner reads out on the phone."""
    team, opened = get_held_team(request, pk)
    key = access.get_partner_key(team, partner)
    form = bind_form(request, SixWordsForm)
    if form.is_valid():
        with form.showing_refusals():
            if _pin_if_words_match(opened, team, key, form):
                message = _("The words match: this is their key.")
                return done(request, message, "vault:partner_list", pk)
    partner_key = pins.assess_keys(opened, team, [key])[0]
    if partner_key.state is pins.PinState.MISMATCH:
        raise errors.PartnerKeyMismatch(team=key.team.name)
    words = [pins.own_key_words(team)]
    context = {"team": team, "partner": key.team, "partner_key": partner_key, "words": words}
    return show(request, "partner_compare.html", form, context)


def _pin_if_words_match(opened: Unlocked, team: Team, key: TeamKey, form: SixWordsForm) -> bool:
    """Pin a partner's key if the words match; otherwise add an explaining error to the form."""
    try:
        pins.compare_partner_key(opened, team, key, form.cleaned_data["words"], at=clock.now())
    except errors.FingerprintDiffers:
        text = _(
            "These are not the words of their key. Nothing was saved. Call a number that you "
            "know is theirs and compare again. Do not send them anything until then."
        )
        form.add_error("words", text)
        return False
    return True

"""Other organisations' teams: comparing six words by phone before anything is sent to them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, refusals
from protect.orgs.models import Team
from protect.ui.pages import done, posted
from protect.vault import access, errors
from protect.vault.models import TeamKey
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in.frame import held_team, show, stepped_up
from protect.vault.team_keys import pins
from protect.vault.teams.forms import WordsForm


@require_safe
def partner_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    team, opened = held_team(request, pk)
    partner_keys = pins.partners(opened, team, access.partners_of(team))
    for partner in partner_keys:
        if partner.state is pins.PinState.MISMATCH:
            refusals.tell(errors.PartnerKeyMismatch(team=partner.key.team.name))
    context = {"team": team, "partners": partner_keys, "words": [pins.own_words(team)]}
    return show(request, "partner_list.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def partner_compare(request: HttpRequest, pk: UUID, partner: UUID) -> HttpResponse:
    team, opened = held_team(request, pk)
    key = access.get_partner(team, partner)
    form = posted(request, WordsForm)
    if form.is_valid():
        with form.mending():
            if _is_theirs(opened, team, key, form):
                message = _("The words are the same: it is their key.")
                return done(request, message, "vault:partner_list", pk)
    partner_key = pins.partners(opened, team, [key])[0]
    if partner_key.state is pins.PinState.MISMATCH:
        raise errors.PartnerKeyMismatch(team=key.team.name)
    context = {
        "team": team,
        "partner": key.team,
        "partner_key": partner_key,
        "words": [pins.own_words(team)],
    }
    return show(request, "partner_compare.html", form, context)


def _is_theirs(opened: Unlocked, team: Team, key: TeamKey, form: WordsForm) -> bool:
    """Pin a key if its words are right; else say in the form what that means here."""
    try:
        pins.compare(opened, team, key, form.cleaned_data["words"], at=clock.now())
    except errors.FingerprintDiffers:
        form.add_error(
            "words",
            _(
                "These are not the words of their key. Nothing was noted. Call a number that you "
                "know is theirs and compare again. Until then send them nothing."
            ),
        )
        return False
    return True

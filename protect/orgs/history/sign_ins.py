"""Sign-ins and refused sign-ins, from an audit chain that belongs to no organisation."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Replace
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.audit import models, queries, rules
from protect.orgs.history import sentences
from protect.orgs.models import Membership, Organisation
from protect.orgs.scope import Scope

USER_PREFIX = "user:"  # of an audit target
# Sign-ins, failed sign-ins and recoveries, but not every unlock after a break.
SHOWN_ACTIONS = (  # in a user's own list, and in that of an organisation's members
    *("vault.sign_in", "vault.second_factor", "vault.unlock", "vault.show_password"),
    *("vault.session_misses", "vault.forgot", "vault.reset", "vault.begin_again"),
    "vault.change_password",
)
FIRST_STEP_ACTION = "vault.sign_in"  # the passphrase was right, or wrong if the entry is refused
SIGNED_IN_ACTION = "vault.unlock"  # the second step was right
FIRST_STEP_ACTIONS = (FIRST_STEP_ACTION, "vault.begin_again")  # a second step completes them
# The user's own list needs no subject: every line is about the user.
# Translators, of each below: in the list of one's own sign-ins.
DONE_SENTENCES: dict[str, Promise] = {
    SIGNED_IN_ACTION: _("Signed in."),
    # Translators: in the list of one's own sign-ins: perhaps a stranger has the passphrase.
    FIRST_STEP_ACTION: _("The passphrase was entered, but no correct second step followed."),
    "vault.begin_again": _("The account was restarted with new keys."),  # everything was forgotten
    "vault.change_password": _("The passphrase was changed."),
}
# Translators, of each below: in the list of one's own sign-ins; the reason stands beside it.
REFUSED_SENTENCES: dict[str, Promise] = {
    FIRST_STEP_ACTION: _("A sign-in was attempted."),
    "vault.show_password": _("The passphrase was entered again."),  # or to unlock
    "vault.reset": _("An attempt was made to set a new passphrase."),
    "vault.change_password": _("An attempt was made to change the passphrase."),
}


class SignIn(NamedTuple):
    """A sign-in or a refused one. Data class R3: only the owner of the account sees it."""

    at: datetime
    action: str  # a code
    refused: str  # code of the refusal; "" for a successful action

    @property
    def is_unfinished(self) -> bool:
        """Return whether a passphrase was right; in `own_sign_ins`, no second factor followed."""
        return self.action == FIRST_STEP_ACTION and not self.refused

    @property
    def text(self) -> Promise | str:
        """Return the sentence about this sign-in for the user's own list."""
        if self.refused:
            own = REFUSED_SENTENCES.get(self.action)
            return own or sentences.refused_action_sentence(self.action)
        return DONE_SENTENCES.get(self.action) or sentences.action_sentence(self.action)

    @property
    def why(self) -> Promise | str:
        """Return why a sign-in was refused; "" for one that was not."""
        return sentences.refusal_sentence(self.refused) if self.refused else ""


def own_sign_ins(scope: Scope, *, maximum: int = 20) -> list[SignIn]:
    """Return the user's newest sign-ins, refusals and new passphrases; none without a user.
    A passphrase and the completed sign-in after it are one line. The audit keeps sign-ins
    for 90 days and the rest of the month."""
    if scope.user_id is None:
        return []
    entries = models.Entry.objects.of_chain(rules.SIGN_IN).of_target(user_target(scope.user_id))
    rows = entries.filter(action__in=SHOWN_ACTIONS).order_by("-n")
    newest = rows.values_list("at", "action", "outcome")[: 2 * maximum]
    refused = {rules.DONE: ""}
    shown = (SignIn(at, action, refused.get(code, code)) for at, action, code in newest)
    return _drop_completed_first_steps(shown)[:maximum]


def _drop_completed_first_steps(newest_first: Iterable[SignIn]) -> list[SignIn]:
    """Drop the passphrase entry of each completed sign-in, because its completion is listed."""
    remaining: list[SignIn] = []
    completed_count = 0  # completed sign-ins whose passphrase entry is still to come
    for sign_in in newest_first:
        completed_count += sign_in.action == SIGNED_IN_ACTION
        if completed_count and sign_in.action in FIRST_STEP_ACTIONS and not sign_in.refused:
            completed_count -= 1
            if sign_in.is_unfinished:
                continue
        remaining.append(sign_in)
    return remaining


def sign_ins_of_members(organisation: Organisation) -> queries.EntryQuerySet:
    """Return the sign-ins of members during their membership, not earlier or later ones."""
    memberships = Membership.objects.filter(organisation=organisation, admitted_at__isnull=False)
    user_ids = set(memberships.order_by("pk").values_list("user", flat=True))
    memberships_then = memberships.annotate(person=_bare_id("user")).filter(
        Q(ended_at=None) | Q(ended_at__gt=OuterRef("at")),
        person=OuterRef("person"),
        admitted_at__lte=OuterRef("at"),
    )
    targets = [user_target(user_id) for user_id in user_ids]
    rows = models.Entry.objects.of_chain(rules.SIGN_IN)
    rows = rows.filter(target__in=targets, action__in=SHOWN_ACTIONS)
    return rows.annotate(person=_bare_id("target")).filter(Exists(memberships_then))


def _bare_id(column: str) -> Func:
    """Return SQL for the hexadecimal digits of a user id or of a target `user:<id>`."""
    bare = Replace(Cast(column, CharField()), Value(USER_PREFIX), Value(""))
    return Replace(bare, Value("-"), Value(""))


def user_target(user_id: UUID | str) -> str:
    return f"{USER_PREFIX}{user_id}"

"""Sign-ins and refused ones, from the audit chain of sign-ins, which belongs to no organisation."""

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

USER = "user:"
# Sign-ins, failed ones and recoveries; not every unlock after a break.
SHOWN = (
    *("vault.sign_in", "vault.second_factor", "vault.unlock", "vault.show_password"),
    *("vault.session_misses", "vault.forgot", "vault.reset", "vault.begin_again"),
    "vault.change_password",
)
GIVEN, IN = "vault.sign_in", "vault.unlock"  # the passphrase was right; so was the second step
BEGIN = (GIVEN, "vault.begin_again")  # a session, which a second step makes whole
# In the user's own list each line is about the user: it names no subject.
# Translators, of each below: in the list of one's own sign-ins.
DONE_HERE: dict[str, Promise] = {
    IN: _("Signed in."),
    # Translators: in the list of one's own sign-ins: perhaps a stranger has the passphrase.
    GIVEN: _("The passphrase was typed, and no right second step followed."),
    "vault.begin_again": _("The account began anew with new keys."),  # everything was forgotten
    "vault.change_password": _("The passphrase was changed."),
}
# Translators, of each below: in the list of one's own sign-ins; the reason stands beside it.
TRIED_HERE: dict[str, Promise] = {
    GIVEN: _("Signing in was tried."),
    "vault.show_password": _("The passphrase was asked for once more."),  # or to unlock
    "vault.reset": _("Setting a new passphrase was tried."),
    "vault.change_password": _("Changing the passphrase was tried."),
}


class SignIn(NamedTuple):
    """A sign-in, or a refused one. Class R3, exact: for the owner of the account."""

    at: datetime
    action: str  # a code
    refused: str  # a code: `sentences.why` says it; "" for what was done

    @property
    def is_unfinished(self) -> bool:
        """Return whether no second factor followed a right passphrase: a sign of theft."""
        return self.action == GIVEN and not self.refused

    @property
    def text(self) -> Promise | str:
        here = (TRIED_HERE if self.refused else DONE_HERE).get(self.action)
        return here or (sentences.tried if self.refused else sentences.sentence)(self.action)

    @property
    def why(self) -> Promise | str:
        return sentences.why(self.refused) if self.refused else ""


def own(scope: Scope, *, most: int = 20) -> list[SignIn]:
    """Return the newest sign-ins to the user's own account. One query; none without a user.
    A passphrase and the completed sign-in after it are one of them. The audit keeps them for 90
    days and the rest of the month."""
    if scope.user_id is None:
        return []
    rows = of_person(scope.user_id).order_by("-n")
    newest = rows.values_list("at", "action", "outcome")[: 2 * most]
    shown = (
        SignIn(at, done, "" if outcome == rules.DONE else outcome) for at, done, outcome in newest
    )
    return _finished(shown)[:most]


def _finished(newest_first: Iterable[SignIn]) -> list[SignIn]:
    """Drop each passphrase entry whose sign-in was completed: the completion is listed already."""
    finished: list[SignIn] = []
    came_in = 0  # completed sign-ins whose passphrase entry is further down
    for sign_in in newest_first:
        came_in += sign_in.action == IN
        if came_in and sign_in.action in BEGIN and not sign_in.refused:
            came_in -= 1
            if sign_in.is_unfinished:
                continue
        finished.append(sign_in)
    return finished


def of_person(user_id: UUID) -> queries.EntryQuerySet:
    entries = models.Entry.objects.of_chain(rules.SIGN_IN).about(target_of(user_id))
    return entries.filter(action__in=SHOWN)


def of_organisation(organisation: Organisation) -> queries.EntryQuerySet:
    """Return the sign-ins of members while they are members: others are not its business."""
    places = Membership.objects.filter(organisation=organisation, admitted_at__isnull=False)
    people = set(places.order_by("pk").values_list("user", flat=True))
    served = places.annotate(person=_digits("user")).filter(
        Q(ended_at=None) | Q(ended_at__gt=OuterRef("at")),
        person=OuterRef("person"),
        admitted_at__lte=OuterRef("at"),
    )
    targets = [target_of(each) for each in people]
    rows = models.Entry.objects.of_chain(rules.SIGN_IN).filter(target__in=targets, action__in=SHOWN)
    return rows.annotate(person=_digits("target")).filter(Exists(served))


def _digits(name: str) -> Func:
    """Return the digits of an id, as a target or as either database keeps it."""
    bare = Replace(Cast(name, CharField()), Value(USER), Value(""))
    return Replace(bare, Value("-"), Value(""))


def target_of(user_id: UUID | str) -> str:
    return f"{USER}{user_id}"

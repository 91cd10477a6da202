"""Sentences that say why something was refused, in the history."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Why it was refused, by the code of the refusal.
# Translators, of each below: why something was refused, in the history.
REFUSALS: dict[str, Promise] = {
    "account_suspended": _("The account is closed."),
    # Translators: why something was refused, in the history: a printed code, of paper or a link.
    "code_wrong": _("A printed code was another one."),
    # Translators: why something was refused, in the history: two people compare six words.
    "fingerprint_differs": _("The six words were not those of the key."),
    "from_elsewhere": _("Another site sent the form."),
    "key_not_ready": _("They hold no key of the team."),
    # Translators: why something was refused, in the history: the database holds another key.
    "key_mismatch": _("The stored key was not the key of the team."),
    # Translators: why something was refused, in the history: of a team in another organisation.
    "partner_key_mismatch": _("The stored key of a partner was not the key of that team."),
    "not_allowed": _("Their role does not allow it."),
    "not_found": _("There is nothing there, or it is not for them."),
    # Translators: why something was refused, in the history: a packet goes to another team.
    "outside_consent": _("The consent does not include all of it."),
    "packet_closed": _("The link no longer opens."),
    "passphrase_refused": _("It was not their passphrase."),
    # Translators: why something was refused, in the history: a partner's key.
    "pin_changed": _("The key is not the one that was compared."),
    # Translators: why something was refused, in the history: damaged, or written by others.
    "record_damaged": _("It does not open as it was written."),
    # Translators: why something was refused, in the history: of somebody who forgot.
    "reset_refused": _("Recovery code and second step did not fit."),
    "second_factor_missing": _("The second step had disappeared."),
    "second_factor_refused": _("The second step did not work."),
    "sign_in_refused": _("E-mail address and passphrase did not fit."),
    "step_up_required": _("They had not shown once more who they are."),
    "throttled": _("Too many tries in a short time."),
}

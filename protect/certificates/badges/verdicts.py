"""Results of a verification, and their reasons."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """The result of a verification. Only `valid` is a yes."""

    # Translators: the result of checking a certificate.
    VALID = "valid", _("Valid")
    # Translators: the result of checking a certificate: the issuer took it back.
    REVOKED = "revoked", _("Revoked")
    # Translators: the result of checking a certificate: the issuer made another one instead.
    REPLACED = "replaced", _("Replaced by another certificate")
    # Translators: the result of checking a certificate: it is not what was signed.
    ALTERED = "altered", _("Altered, or never signed")
    # Translators: the result of checking a certificate: another organisation issued it elsewhere.
    FOREIGN = "foreign", _("Not issued by this platform")
    # Translators: the result of checking a certificate.
    UNKNOWN_ISSUER = "unknown_issuer", _("The issuer is not known here")
    # Translators: the result of checking a certificate: genuine, but something is missing.
    UNDECIDED = "undecided", _("Genuine, but not known whether it still counts")


class Reason(TextChoices):
    """The reason of a result that is not `valid`."""

    # Translators: why a certificate was not accepted.
    SHAPE = "shape", _("It is not built as this issuer builds certificates.")
    # Translators: why a certificate was not accepted.
    PROOF = "proof", _("The signature does not belong to this text: something was changed.")
    # Translators: of a certificate that was issued elsewhere.
    SIGNED = "signed", _("Its signature is valid: nothing was changed since its issuer signed it.")
    # Translators: of a certificate that was issued elsewhere.
    UNCHECKED = "unchecked", _("We cannot check its signature. Ask its issuer.")
    # Translators: of a certificate that was issued elsewhere.
    OUTSIDE_DATES = "outside_dates", _("By its own dates it does not count now.")
    # Translators: of a certificate that was issued elsewhere.
    REVOCATION_UNKNOWN = (
        "revocation_unknown",
        _("We do not know whether its issuer has revoked it."),
    )
    # Translators: why a certificate was not accepted.
    ISSUER = "issuer", _("No keys of this issuer are known here.")
    # Translators: why a certificate was not accepted.
    KEY = "key", _("It names a key that the issuer does not publish.")
    # Translators: why a certificate was not accepted: somebody else may have held the key.
    KEY_DISTRUSTED = "key_distrusted", _("Its key is no longer trusted. Ask for a new certificate.")
    # Translators: why a certificate was not accepted.
    KEY_DATES = "key_dates", _("It says it was signed when its key was not in use.")
    # Translators: why nobody can say yet whether a certificate counts.
    TOO_EARLY = "too_early", _("Its date lies in the future.")
    # Translators: why nobody can say yet whether a certificate counts.
    LIST_MISSING = "list_missing", _("Its list of revoked certificates was not given.")
    # Translators: why nobody can say yet whether a certificate counts.
    LIST_WRONG = "list_wrong", _("The list of revoked certificates is not the issuer's.")
    # Translators: why nobody can say yet whether a certificate counts.
    LIST_OLD = "list_old", _("The list of revoked certificates is too old. Fetch it again.")
    # Translators: why a certificate was not accepted.
    SET = "set", _("The issuer's list says so.")

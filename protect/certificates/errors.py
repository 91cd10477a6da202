"""Refusals to issue, revoke or check certificates."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class CertificateNotDue(ProtectError):
    code = "certificates_not_due"
    # Translators: somebody wants to issue certificates of a training.
    message = _(
        "Certificates are issued once the training has taken place. Nothing was issued. Say so on "
        "its page first."
    )


class CertificateNotEarned(ProtectError):
    code = "certificates_not_earned"
    # Translators: somebody wants to issue a certificate of a training.
    message = _(
        "The rule of this training is not fulfilled, as far as is known. Nothing was changed. Look "
        "at the attendance and the result first."
    )


class CertificateStands(ProtectError):
    code = "certificates_stands"
    # Translators: somebody wants to issue a certificate of a training.
    message = _("This person has a certificate already. Nothing was issued.")


class CertificateWithdrawn(ProtectError):
    code = "certificates_withdrawn"
    # Translators: a colleague revoked or replaced the same certificate.
    message = _("This certificate does not count any more. Nothing was changed. Reload the page.")


class NameAskedTooOften(ProtectError):
    """Limits guesses at names, so that no visitor finds the holder by trying many."""

    code = "certificates_name_asked_too_often"
    status = HTTPStatus.TOO_MANY_REQUESTS
    # Translators: a stranger asks whether a name belongs to a certificate.
    message = _("Too many names were tried for this certificate. Try again in an hour.")

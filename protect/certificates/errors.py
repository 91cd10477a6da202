"""Refusals to issue, revoke or check certificates."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class CertificateRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: somebody wants to issue certificates of a training.
            "certificates_not_due": _(
                "Certificates are issued once the training has taken place. Nothing was issued. "
                "Say so on its page first."
            ),
            # Translators: somebody wants to issue a certificate of a training.
            "certificates_not_earned": _(
                "The rule of this training is not fulfilled, as far as is known. Nothing was "
                "changed. Look at the attendance and the result first."
            ),
            # Translators: somebody wants to issue a certificate of a training.
            "certificates_stands": _("This person has a certificate already. Nothing was issued."),
            # Translators: a colleague revoked or replaced the same certificate.
            "certificates_withdrawn": _(
                "This certificate does not count any more. Nothing was changed. Reload the page."
            ),
        },
        HTTPStatus.TOO_MANY_REQUESTS: {
            # Limits guesses at names, so that no visitor finds the holder by trying many.
            # Translators: a stranger asks whether a name belongs to a certificate.
            "certificates_name_asked_too_often": _(
                "Too many names were tried for this certificate. Try again in an hour."
            ),
        },
    }

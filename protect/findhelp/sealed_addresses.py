"""Sealed addresses: encrypted answers of a visitor, readable by this site for half an hour."""

from __future__ import annotations

from http import HTTPStatus

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from protect.findhelp.rules import Refined
from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.reference.vocabulary import Language
from protect.vault import actions as vault
from protect.vault.errors import TokenGone

PURPOSE = "findhelp.refined"


class Expired(ProtectError):
    """The address of refined answers was opened too late, or is none of ours."""

    code = "findhelp.expired"
    status = HTTPStatus.GONE
    # Translators: an address that held somebody's answers for half an hour is opened later.
    message = _("This page has closed. That keeps your answers private.")


def sealed_address(language: Language, refined: Refined) -> str:
    """Return the address under which answers to `refined` can be seen."""
    token = vault.seal_token(PURPOSE, refined.as_document(), at=clock.now())
    return reverse("findhelp:refined", args=[language.tag, token])


def unsealed(token: str) -> Refined:
    """Return what was sealed. Errors: Expired."""
    try:
        return Refined.from_document(vault.open_token(PURPOSE, token, at=clock.now()))
    except TokenGone:
        raise Expired from None

"""Sentences of the directory that the public reads as well."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: Mapping[str, Promise] = {
    # Translators: pills taken for some weeks after a risk, so that HIV does not stay in the body.
    "hiv_prophylaxis": _("Medicine against HIV"),
    # Translators: pills after sex, so that no pregnancy begins.
    "emergency_contraception": _("Emergency contraception"),
}

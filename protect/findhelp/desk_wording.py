"""Sentences of papers for the desk and the command line: the public never reads them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Translators: {found} and {limit} are numbers of services; a file to print would be too large.
BOOK_TOO_LARGE = _(
    "That would be {found} services in one file, and {limit} are the most. Nothing was made. "
    "Choose a region or a district, one after the other."
)
# Translators: {name} is what somebody typed: a country, region or town is looked for.
PLACE_UNKNOWN = _(
    "“{name}” is no country, region or town that we can tell for certain. Nothing was made. Type "
    "the code of a country (MT) or of a region (BE-WLG), or its whole name."
)
# Translators: {name} is the code of a language that somebody asked for.
LANGUAGE_NOT_PRINTED = _(
    "Nothing can be printed in “{name}”: there are no texts or no letters for paper yet. Nothing "
    "was made. These can be printed: {known}"
)
# Translators: on paper that is for members: other people must not read it. Keep it short.
FOR_PROFESSIONALS = _("For professionals only")

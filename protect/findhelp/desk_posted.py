"""The forms of printed papers, for drafts kept while the desk was locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.findhelp.desk_forms import DirectoryForm, LanguagesForm, PlaceForm
from protect.vault.forms.posted import Page

# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
    "findhelp:desk_posters": Page(_("Posters"), PlaceForm),
    "findhelp:desk_poster": Page(_("Poster"), LanguagesForm),
    "findhelp:desk_printable": Page(_("Print a directory"), DirectoryForm),
}

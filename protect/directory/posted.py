"""The forms of the directory's pages, for what was kept while somebody was locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.directory.forms.calls import FirstCallForm, SecondCallForm
from protect.directory.forms.checking import CheckForm, HandOnForm
from protect.directory.forms.facts import kept_form
from protect.directory.forms.protecting import ProtectForm
from protect.directory.forms.texts import NewServiceForm, TextsForm
from protect.directory.forms.translating import TranslationForm
from protect.ui.forms import DeskForm
from protect.vault.forms.posted import Page


def _checking() -> DeskForm:
    """Return the form of the one screen, with the note for whoever goes on."""
    form = CheckForm(needs_call=True)
    form.fields["note"] = HandOnForm().fields["note"]
    return form


# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: one service, and what somebody found out about it.
    "directory:queue_check": Page(gettext_lazy("Check a service"), _checking),
    # Translators: a page: the first of two people calls a number.
    "directory:service_call": Page(gettext_lazy("Call as the first person"), FirstCallForm),
    # Translators: a page: the second of two people calls a number.
    "directory:call_answer": Page(gettext_lazy("Call as the second person"), SecondCallForm),
    # Translators: a page: one fact of a service is written anew.
    "directory:service_fact": Page(gettext_lazy("Edit a fact"), kept_form),
    # Translators: a page: name and texts of a service are written anew.
    "directory:service_texts": Page(gettext_lazy("Edit name, kinds and words"), TextsForm),
    # Translators: a page: a service is begun.
    "directory:service_new": Page(gettext_lazy("New service"), NewServiceForm),
    # Translators: a page: the address of a service is deleted for good.
    "directory:service_protect": Page(gettext_lazy("Never store an address"), ProtectForm),
    # Translators: a page: a text of a service is written in another language.
    "directory:service_translation": Page(gettext_lazy("Write a translation"), TranslationForm),
}

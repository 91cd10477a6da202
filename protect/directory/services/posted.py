"""The forms of the directory, for what is kept while a session is locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.directory.fact_records.forms import kept_form
from protect.directory.services.forms.protection import ProtectForm
from protect.directory.services.forms.texts import NewServiceForm, TextsForm
from protect.directory.services.forms.translations import TranslationForm
from protect.vault.forms.posted import Page

# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
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

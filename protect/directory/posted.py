"""The forms of the directory's pages, for what was kept while somebody was locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.directory.forms.calls import FirstCallForm, SecondCallForm
from protect.directory.forms.checking import CheckForm, HandOnForm
from protect.directory.forms.exports import ExportForm
from protect.directory.forms.facts import kept_form
from protect.directory.forms.importing import (
    ColumnsForm,
    EncodingForm,
    RowForm,
    UploadForm,
    WordsForm,
)
from protect.directory.forms.pairs import MergeForm
from protect.directory.forms.protecting import ProtectForm
from protect.directory.forms.reports import MemberReportForm, kept_judging
from protect.directory.forms.texts import NewServiceForm, TextsForm
from protect.directory.forms.translating import TranslationForm
from protect.ui.forms import DeskForm
from protect.vault.forms.posted import Page


def _checking() -> DeskForm:
    return CheckForm(needs_call=True)


# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: one service, and what somebody found out about it.
    "directory:queue_check": Page(gettext_lazy("Check a service"), _checking),
    # Translators: a page: somebody else should go on checking a service.
    "directory:queue_hand_on": Page(gettext_lazy("Hand it on"), HandOnForm),
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
    # Translators: a page: a member says what is wrong about a service.
    "directory:correction_new": Page(gettext_lazy("Say that something is wrong"), MemberReportForm),
    # Translators: a page: a report about a service is judged.
    "directory:correction": Page(gettext_lazy("Judge a report"), kept_judging),
    # Translators: a page: two entries of the directory become one.
    "directory:pair": Page(gettext_lazy("Merge two entries"), MergeForm),
    # Translators: a page: the address of a service is deleted for good.
    "directory:service_protect": Page(gettext_lazy("Never store an address"), ProtectForm),
    # Translators: a page: a text of a service is written in another language.
    "directory:service_translation": Page(gettext_lazy("Write a translation"), TranslationForm),
    # Translators: a page: a file of services is chosen.
    "directory:import_upload": Page(gettext_lazy("Bring in a file"), UploadForm),
    # Translators: a page: in which encoding a file of services is written.
    "directory:import_encoding": Page(gettext_lazy("How is it written?"), EncodingForm),
    # Translators: a page: which column of a file of services means what.
    "directory:import_map": Page(gettext_lazy("Map the columns"), ColumnsForm),
    # Translators: a page: which word of a file is which code of ours.
    "directory:import_words": Page(gettext_lazy("Map the words"), WordsForm),
    # Translators: a page: one row of a file of services.
    "directory:import_row": Page(gettext_lazy("Row of an import"), RowForm),
    # Translators: a page of the directory: services as a file.
    "directory:export": Page(gettext_lazy("Export"), ExportForm),
}

"""Desk pages of interchange with their forms, by which a kept draft is shown with labels."""

from django.utils.translation import gettext_lazy

from protect.interchange.exports.forms import ExportForm
from protect.interchange.imports import forms
from protect.vault.sign_in.posted import DraftPage

PAGES: dict[str, DraftPage] = {  # by URL name: title and form, to show a draft
    # Translators: a page: a file of services is chosen.
    "interchange:import_upload": DraftPage(gettext_lazy("Upload a file"), forms.UploadForm),
    # Translators: a page: in which encoding a file of services is written.
    "interchange:import_encoding": DraftPage(gettext_lazy("Text encoding"), forms.EncodingForm),
    # Translators: a page: which column of a file of services means what.
    "interchange:import_map": DraftPage(gettext_lazy("Map the columns"), forms.ColumnsForm),
    # Translators: a page: which word of a file is which code of ours.
    "interchange:import_words": DraftPage(gettext_lazy("Map the words"), forms.WordsForm),
    # Translators: a page: one row of a file of services.
    "interchange:import_row": DraftPage(gettext_lazy("Row of an import"), forms.RowForm),
    # Translators: a page of the directory: services as a file.
    "interchange:export": DraftPage(gettext_lazy("Export"), ExportForm),
}

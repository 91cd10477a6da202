from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.orgs.languages import desk_languages
from protect.reference.vocabulary import Language
from protect.trainings.base import errors, fields
from protect.trainings.documents import actions, models
from protect.ui.forms import DeskForm
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import Reason
from protect.vault.records.notes import clean_upload
from protect.vault.sign_in.posted import DraftPage

EMBLEM_REFUSALS = (  # shown as `trainings_emblem_unfit`
    *(Reason.TOO_LARGE, Reason.WRONG_TYPE, Reason.UNREADABLE, Reason.TOO_MANY_PAGES),
    Reason.ENCRYPTED,
)

SENTENCE_LENGTH = 400  # characters
FUNDING_LABEL = _("Funding statement ({language})")  # For translators: label: who pays a training
# Translators: label: about whose views a paper expresses.
DISCLAIMER_LABEL = _("Disclaimer ({language})")
SENTENCE_FIELDS = (("funding", FUNDING_LABEL), ("disclaimer", DISCLAIMER_LABEL))


class LetterheadForm(DeskForm):
    field_by_error_code: ClassVar = {
        **dict.fromkeys(("upload_refused", "parsers_busy", "trainings_emblem_unfit"), "file"),
        "trainings_emblem_unspoken": "alt",
    }
    file = forms.FileField(
        label=_("Emblem"),  # For translators: the picture that a donor wants to see on papers
        help_text=_("PNG or JPEG, up to 500 kB. The picture is re-encoded."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    has_none = fields.checkbox(_("Remove the current emblem"))  # For translators: a box to tick
    # Translators: label of a field: a picture in words.
    alt = fields.text_field(_("What the emblem shows, in words"), 200, is_required=False)

    def __init__(self, *args: Any, row: models.PaperHead | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is None or row.picture is None:
            del self.fields["has_none"]
        else:
            self.initial.setdefault("alt", row.alt)
        for name, label in SENTENCE_FIELDS:
            sentences = getattr(row, name) if row else {}
            for tag, language in desk_languages().items():
                self.fields[f"{name}_{tag}"] = _sentence_field(str(label), language)
                self.initial.setdefault(f"{name}_{tag}", sentences.get(tag, ""))

    def build_letterhead(self) -> actions.LetterheadInput:
        """Return the letterhead, its picture re-encoded (takes seconds). Errors: UploadRefused."""
        values = self.cleaned_data
        upload = values.get("file")
        return actions.LetterheadInput(
            alt=values["alt"],
            funding=self._sentences_by_language("funding"),
            disclaimer=self._sentences_by_language("disclaimer"),
            picture=clean_upload(upload) if upload is not None else None,
            removes_picture=values.get("has_none", False),
        )

    def text_of(self, error: ProtectError) -> str:
        if isinstance(error, UploadRefused) and error.reason in EMBLEM_REFUSALS:
            error = errors.TrainingRefusal("trainings_emblem_unfit", most=actions.MAX_EMBLEM_KB)
            return error.text()
        return super().text_of(error)

    def _sentences_by_language(self, name: str) -> dict[str, str]:
        texts = {tag: self.cleaned_data[f"{name}_{tag}"] for tag in desk_languages()}
        return {tag: " ".join(text.split()) for tag, text in texts.items() if text.split()}


def _sentence_field(label: str, language: Language) -> forms.CharField:
    attrs = {"lang": language.tag, "dir": language.direction, "rows": 3}
    label, widget = label.format(language=language.endonym), forms.Textarea(attrs=attrs)
    return forms.CharField(label=label, max_length=SENTENCE_LENGTH, required=False, widget=widget)


# By URL name: the form that is kept as a draft during a locked session.
PAGES: dict[str, DraftPage] = {"trainings:paper_head": DraftPage(_("Letterhead"), LetterheadForm)}

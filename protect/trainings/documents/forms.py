"""The form of a letterhead."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.orgs.languages import of_desk
from protect.reference.vocabulary import Language
from protect.trainings.base import errors, fields
from protect.trainings.documents import actions, models
from protect.ui.forms import DeskForm
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import Reason
from protect.vault.records.notes import cleaned
from protect.vault.sign_in.posted import Page

UNFIT = (
    *(Reason.TOO_LARGE, Reason.WRONG_TYPE, Reason.UNREADABLE, Reason.TOO_MANY_PAGES),
    Reason.ENCRYPTED,
)

LONGEST = 400  # characters
# Translators: label of a field: how a training is paid for. {language} is a language.
FUNDING = _("Funding statement ({language})")
# Translators: label of a field: whose views a paper says, and whose not. {language} is a language.
DISCLAIMER = _("Disclaimer ({language})")
SENTENCES = (("funding", FUNDING), ("disclaimer", DISCLAIMER))


class HeadForm(DeskForm):
    mended_at: ClassVar = {
        **dict.fromkeys(("upload_refused", "parsers_busy", "trainings_emblem_unfit"), "file"),
        "trainings_emblem_unspoken": "alt",
    }
    file = forms.FileField(
        # Translators: the picture that a donor wants to see on papers.
        label=_("Emblem"),
        help_text=_("PNG or JPEG, up to 500 kB. It is written anew."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    # Translators: a box to tick.
    has_none = fields.tick(_("Remove the emblem that is there"))
    # Translators: label of a field: a picture in words.
    alt = fields.text(_("What the emblem shows, in words"), 200, is_asked=False)

    def __init__(self, *args: Any, row: models.PaperHead | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is None or row.picture is None:
            del self.fields["has_none"]
        else:
            self.initial.setdefault("alt", row.alt)
        for name, label in SENTENCES:
            sentences = getattr(row, name) if row else {}
            for tag, language in of_desk().items():
                self.fields[f"{name}_{tag}"] = _field(str(label), language)
                self.initial.setdefault(f"{name}_{tag}", sentences.get(tag, ""))

    def build_head(self) -> actions.Head:
        """Return the letterhead, its picture re-encoded: seconds. Errors: UploadRefused."""
        values = self.cleaned_data
        sent = values.get("file")
        return actions.Head(
            alt=values["alt"],
            funding=self._by_language("funding"),
            disclaimer=self._by_language("disclaimer"),
            picture=cleaned(sent) if sent is not None else None,
            has_none=values.get("has_none", False),
        )

    def text_of(self, error: ProtectError) -> str:
        if isinstance(error, UploadRefused) and error.reason in UNFIT:
            return errors.TrainingRefusal(
                "trainings_emblem_unfit", most=actions.MOST_KILOBYTES
            ).text()
        return super().text_of(error)

    def _by_language(self, name: str) -> dict[str, str]:
        typed = {tag: " ".join(self.cleaned_data[f"{name}_{tag}"].split()) for tag in of_desk()}
        return {tag: text for tag, text in typed.items() if text}


def _field(label: str, language: Language) -> forms.CharField:
    attrs = {"lang": language.tag, "dir": language.direction, "rows": 3}
    label, widget = label.format(language=language.endonym), forms.Textarea(attrs=attrs)
    return forms.CharField(label=label, max_length=LONGEST, required=False, widget=widget)


PAGES: dict[str, Page] = {"trainings:paper_head": Page(_("Head of papers"), HeadForm)}

"""Forms of films, their texts, and photographs of posters."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.campaigns.distribution.models import Photograph
from protect.campaigns.films.actions import FilmTextInput
from protect.campaigns.films.errors import SubtitlesRefused, problem_text
from protect.kernel.errors import ProtectError
from protect.reference import formats, vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.uploads.upload_handler import content_of
from protect.vault.sign_in.posted import DraftPage

MAX_TRANSCRIPT = 60_000  # characters; a film of an hour
MAX_SUBTITLES = 200_000


class FilmForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        ("campaigns_film_wrong_type", "campaigns_film_too_large", "campaigns_no_ffmpeg"), "file"
    )
    # Translators: a field: the language that people speak in a film.
    language = forms.ChoiceField(label=_("Language that is spoken in it"))
    file = forms.FileField(
        label=_("Video"),
        help_text=_("MP4, MOV, WebM or Matroska, up to 200 MB."),
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": "video/mp4,video/quicktime,video/webm,.mkv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Translators: first choice of a list: the user must choose a language.
        choices = [("", _("Choose")), *film_languages()]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class FilmTextForm(DeskForm):
    field_by_error_code = {
        "campaigns_subtitles_refused": "subtitles",
        "campaigns_film_without_transcript": "transcript",
        "parsers_busy": "subtitles",
    }
    keeps_long_text = True
    title = fields.text_field(_("Title"), 120)
    transcript = fields.text_area(
        # Translators: a field: what is said and shown in a film, as a text to read.
        _("Text of the film"),
        MAX_TRANSCRIPT,
        12,
        _("All that is said, and what is shown where it matters. It stands before the film."),
    )
    subtitles = fields.text_area(
        _("Subtitles (WebVTT)"),
        MAX_SUBTITLES,
        12,
        _("Empty: no subtitles in this language."),
    )
    file = forms.FileField(
        label=_("Or a file with subtitles"),
        help_text=_("WebVTT in UTF-8. It replaces what stands above."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        """The text of an uploaded file is put into the field above, so that it can be corrected
        there."""
        self.problems: list[str] = []
        sent = files.get("file") if files else None
        self._content = content_of(sent) if sent else b""
        if self._content and data is not None:
            data = data.copy()
            data["subtitles"] = self._content.decode("utf-8-sig", "replace")
        super().__init__(data, files, **kwargs)

    def to_film_text(self) -> FilmTextInput:
        values = self.cleaned_data
        typed = self._content or values["subtitles"].encode()
        return FilmTextInput(values["title"], values["transcript"], typed)

    def text_of(self, error: ProtectError) -> str:
        if isinstance(error, SubtitlesRefused):
            self.problems = [problem_text(each) for each in error.problems]
        return super().text_of(error)


class PhotographForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        (
            *("upload_refused", "parsers_busy"),
            *("campaigns_photograph_not_a_picture", "campaigns_photograph_gone"),
        ),
        "file",
    )
    file = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG or PNG, up to 20 MB. Hidden details such as the place are removed."),
        allow_empty_file=True,  # the cleaning code refuses an empty file with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
    )
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)  # a picture sent before
    place = fields.text_field(_("Place"), 160, _("A centre or a street, not a person."))
    caption = fields.text_field(
        # Translators: a field: a line below a photograph of a poster.
        _("Caption"),
        200,
        _("Such as “Notice board at the entrance”. Name no person."),
        is_required=False,
    )
    has_no_people = forms.BooleanField(
        # Translators: a box to tick, beside a photograph of a poster on a wall.
        label=_("No person is shown, also not small, from behind or in a mirror"),
        error_messages={
            "required": _(
                "Look at the photograph again. It is only shown to others if it shows no person."
            )
        },
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """`kept`, the picture that the user sent before, if there is one: a browser does not fill
        in a file field again."""
        self.kept_picture: Photograph | None = kwargs.pop("kept_picture", None)
        super().__init__(data, *args, **kwargs)
        if self.kept_picture is not None:
            self.show_kept(self.kept_picture)

    def show_kept(self, picture: Photograph) -> None:
        """Show a picture that is kept although another field of the form has a mistake."""
        self.kept_picture = picture
        self.fields["file"].required = False
        self["file"].label = str(_("Another photograph instead"))
        if self.is_bound:
            self.data = {name: self.data[name] for name in self.data} | {"kept": str(picture.pk)}


def film_languages() -> list[tuple[str, str]]:
    """Return all languages by their names in the language of the desk."""
    named = ((tag, formats.language_name(tag, get_language() or "en")) for tag in _all_tags())
    return sorted(named, key=lambda pair: pair[1])


def _all_tags() -> list[str]:
    return list(vocabulary.languages())


PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "campaigns:film_upload": DraftPage(_("Upload a video"), FilmForm),
    "campaigns:distribution_photograph": DraftPage(_("Photograph of the place"), PhotographForm),
    # Translators: title of a page: what a film says in one language.
    "campaigns:film_text": DraftPage(_("Text and subtitles"), FilmTextForm),
}

import hashlib
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.questionnaires.access import build_form, list_published_forms
from protect.questionnaires.enums import FormKind
from protect.trainings.base import fields
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import enums, models, vocabulary
from protect.ui.forms import DeskForm
from protect.uploads.upload_handler import content_of
from protect.vault.sign_in.posted import DraftPage

type Choices = Sequence[tuple[str, str]]

QUESTIONNAIRE_KINDS = {
    Phase.PRE: FormKind.TEST,
    Phase.POST: FormKind.TEST,
    Phase.EVALUATION: FormKind.EVALUATION,
    Phase.NAMED: FormKind.ASSESSMENT,
    Phase.FOLLOW_UP: FormKind.FOLLOW_UP,
}


def questionnaire_field(phase: Phase, choices: Choices) -> forms.ChoiceField:
    none = ("", _("No questionnaire"))  # For translators: in a list of questionnaires: none of them
    return forms.ChoiceField(label=phase.label, required=False, choices=[none, *choices])


def questionnaire_choices(phase: Phase, code: str = "") -> Choices:
    """Return the published forms for a phase as choices, and always the form `code`."""
    language, rows = get_language() or "en", list_published_forms(QUESTIONNAIRE_KINDS[phase])
    titles = {row.code: build_form(row, language).title.text for row in rows}
    return [*({code: code} | titles if code else titles).items()]


def must_choose_test(form: DeskForm, name: str) -> None:
    """Add an error to the field `name` if the certificate requires a test and none is chosen."""
    values = form.cleaned_data
    if values.get("assessment") == Assessment.NAMED and not values.get(name):
        # Translators: a certificate wants a test, and no test was chosen.
        form.add_error(name, _("The certificate requires a test: choose one."))


MODULE_LIMIT = 12  # modules of one course, at most
CODE_VALIDATOR = RegexValidator(
    r"^[a-z][a-z0-9-]{2,39}$", _("Use lower-case letters, digits and hyphens.")
)
QUESTIONNAIRE_FIELDS = {phase: f"form_{phase.value}" for phase in QUESTIONNAIRE_KINDS}  # by phase
TIER_NAMES = {
    # Translators, of each below: for whom a course is.
    1: _("1: all people who meet migrants"),  # people who meet migrants at work
    2: _("2: people who support survivors"),
    3: _("3: specialists"),
}


class VersionForm(DeskForm):
    field_by_error_code = {"upload_refused": "file", "parsers_busy": "file"}
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = fields.text_field(_("Title"), 160)  # For translators: of a course or a part of one
    short_title = fields.text_field(
        _("Short title that does not reveal the topic"),  # For translators: for calendars
        80,
        _("It is shown in calendars and on certificates."),
        is_required=False,
    )
    # Translators: what people can do after a course.
    objectives = fields.text_area(
        _("What people can do after the course or module"), 4000, 5, _("One sentence per line.")
    )

    def submitted_values(self) -> dict[str, Any]:
        """Return the cleaned values by field, with the objectives as a list of sentences."""
        lines = map(str.strip, self.cleaned_data["objectives"].splitlines())
        return self.cleaned_data | {"objectives": [*filter(None, lines)]}


def content_note_choices() -> list[tuple[str, Any]]:
    words = vocabulary.CONTENT_NOTE_LABELS
    return [(code, words.get(code, code)) for code in vocabulary.content_notes()]


class ModuleForm(VersionForm):
    """A version of a module. Of its files, only names, sizes and fingerprints are stored."""

    # Translators: how long a part of a course takes.
    minutes = fields.number_field(_("Minutes"), 1, 2400, initial=90)
    content_notes = forms.MultipleChoiceField(
        label=_("Topics that it mentions"),  # For translators: of a course, told before it begins
        choices=content_note_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    licence = forms.CharField(
        label=_("Licence"),  # For translators: under which terms others may use a part of a course
        max_length=40,
        initial="CC-BY-4.0",
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    # Translators: who wrote a part of a course.
    credits = fields.text_field(_("Credits"), 400, is_required=False)
    file = forms.FileField(
        label=_("Add a file"),  # For translators: a file of a part of a course, such as slides
        help_text=_("The file itself is not stored: only its name, size and fingerprint are."),
        required=False,
    )
    drop = forms.MultipleChoiceField(
        label=_("Files to remove"),  # For translators: files of a part of a course
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_files: list[dict[str, Any]] = self.initial.get("files", [])
        names = [(file["sha256"], file["name"]) for file in self.stored_files]
        self.fields["drop"].choices = names  # type: ignore[attr-defined]
        if not names:
            del self.fields["drop"]

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        removed = set(values.pop("drop", ()))
        files = [file for file in self.stored_files if file["sha256"] not in removed]
        if upload := values.pop("file", None):
            uploaded = fingerprint(upload)
            files = [*(file for file in files if file["sha256"] != uploaded["sha256"]), uploaded]
        return values | {"files": files}


def fingerprint(upload: UploadedFile[Any]) -> dict[str, Any]:
    """Return a file's `name`, `sha256` and `bytes` (its size) to store. Errors: UploadRefused."""
    digest = hashlib.sha256(content_of(upload)).hexdigest()
    return {"name": str(upload.name), "sha256": digest, "bytes": upload.size}


class CourseForm(VersionForm):
    field_by_error_code = {
        **VersionForm.field_by_error_code,
        "trainings_sets_differ": QUESTIONNAIRE_FIELDS[Phase.POST],
    }
    tier = forms.TypedChoiceField(
        label=_("For whom"),  # For translators: for whom a course is
        choices=[(value, TIER_NAMES[value]) for value in models.TIERS],
        coerce=int,
        widget=forms.RadioSelect,
        initial=models.TIERS[0],
    )
    # Translators: who takes part in a course, in words.
    audience = fields.text_field(_("Audience"), 200, is_required=False)
    # Translators: how much of a course a participant attended, for a certificate.
    attendance_percent = fields.number_field(_("Certificate: percent attended"), 0, 100, initial=80)
    assessment = fields.radio_buttons(
        _("Certificate: evidence of learning"),  # For translators: what shows that one has learned
        Assessment.choices,
        initial=Assessment.NONE,
    )
    # Translators: which part of the points of a test is enough.
    pass_percent = fields.number_field(_("Certificate: percent of the points"), 0, 100, initial=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pinned = [str(module) for module in self.initial.get("modules", [])]
        choices = [("", "–"), *module_choices(pinned)]
        for number in range(1, MODULE_LIMIT + 1):
            self.fields[f"module_{number}"] = forms.ChoiceField(
                label=_("Module {number}").format(number=number),  # For translators: of a course
                choices=choices,
                required=False,
                initial=pinned[number - 1] if number <= len(pinned) else "",
            )
        for phase, name in QUESTIONNAIRE_FIELDS.items():
            offered = questionnaire_choices(phase, self.initial.get(name, ""))
            self.fields[name] = questionnaire_field(phase, offered)
            # Translators: {when} is when a course asks a questionnaire: before the training, …
            self.fields[name].label = _("Questions: {when}").format(when=phase.label)
        before = takewhile(lambda name: name != "attendance_percent", [*self.fields])
        self.order_fields([*before, *QUESTIONNAIRE_FIELDS.values()])  # then the certificate rule

    def clean(self) -> None:
        must_choose_test(self, QUESTIONNAIRE_FIELDS[Phase.NAMED])

    def chosen_modules(self) -> list[Any]:
        """Return the ids of the chosen module versions, in the order of the fields."""
        names = (f"module_{number}" for number in range(1, MODULE_LIMIT + 1))
        return [*filter(None, map(self.cleaned_data.get, names))]

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        forms = {phase.value: values.pop(name) for phase, name in QUESTIONNAIRE_FIELDS.items()}
        others = {name: values[name] for name in values if not name.startswith("module_")}
        return others | {"forms": {phase: code for phase, code in forms.items() if code}}


def module_choices(pinned: list[str]) -> list[tuple[str, str]]:
    """Return module versions as choices: the published ones, and those with an id in `pinned`."""
    rows = models.ModuleVersion.objects.order_by("title", "language", "-number")
    versions = rows.filter(state=enums.VersionState.PUBLISHED) | rows.filter(pk__in=pinned)
    return [(str(row.pk), version_label(row)) for row in versions]


def version_label(version: models.Version) -> str:
    # Translators: a version of a course in a list. {language} is a name, {number} its version.
    template = _("{title} · {language} · version {number}")
    language = language_name(version.language_id)
    return template.format(title=version.title, language=language, number=version.number)


def code_field(hint: Any, *, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),  # For translators: a course's fixed short name, such as: first-support
        help_text=hint,
        required=is_required,
        max_length=40,
        validators=[CODE_VALIDATOR],
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


def language_field(hint: Any = "", *, is_required: bool = True) -> forms.ChoiceField:
    label, choices = _("Language"), fields.all_languages  # For translators: of a course's version
    return forms.ChoiceField(label=label, help_text=hint, required=is_required, choices=choices)


class CodeAndLanguageForm(DeskForm):
    code = code_field(_("It never changes. Use lower-case letters, digits and hyphens."))
    language = language_field()
    field_order = ["code", "language"]


class NewModuleForm(CodeAndLanguageForm, ModuleForm):
    field_by_error_code = {**ModuleForm.field_by_error_code, "trainings_code_taken": "code"}


class NewCourseForm(CodeAndLanguageForm, CourseForm):
    field_by_error_code = {**CourseForm.field_by_error_code, "trainings_code_taken": "code"}


NEXT, TRANSLATE, ADAPT = "next", "translate", "adapt"  # what to draft from a version


class DraftForm(DeskForm):
    """A form that asks what to draft from a version: the next one, a translation, an adaptation."""

    field_by_error_code = {"trainings_code_taken": "code"}
    way = forms.ChoiceField(
        label=_("What do you want to create?"),  # For translators: from a version of a course
        choices=[
            (NEXT, _("The next version, in the same language")),  # For translators: of a course
            (TRANSLATE, _("A translation")),  # For translators: a course is translated
            # Translators: an organisation makes a part of a course its own.
            (ADAPT, _("A module of our own, which credits this one")),
        ],
        widget=forms.RadioSelect,
        initial=NEXT,
    )
    language = language_field(_("Only for a translation."), is_required=False)
    code = code_field(_("Only for a module of your own. It never changes."), is_required=False)

    def __init__(self, *args: Any, kind: str = "module", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "module":
            del self.fields["code"]
            self.fields["way"].choices = self.fields["way"].choices[:2]  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("way") == ADAPT and not self.cleaned_data.get("code"):
            self.add_error("code", _("Enter a code for your own module."))


class ReturnDraftForm(DeskForm):
    field_by_error_code = {"trainings_reason_missing": "reason"}
    # Translators: why a draft goes back to its author.
    reason = fields.text_field(_("What to change"), fields.REASON_LENGTH)


def _url_names(action: str) -> tuple[str, str]:
    return f"trainings:module_{action}", f"trainings:course_{action}"


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators, of each below: a page.
    "trainings:module_new": DraftPage(_("Create a module"), NewModuleForm),  # a part of courses
    "trainings:course_new": DraftPage(_("Create a course"), NewCourseForm),  # a course is begun
    "trainings:module_edit": DraftPage(_("Edit the draft"), ModuleForm),  # of a part of courses
    "trainings:course_edit": DraftPage(_("Edit the draft"), CourseForm),  # a draft of a course
    # Translators: a page: a draft goes back to its author.
    **dict.fromkeys(_url_names("move"), DraftPage(_("Send back"), ReturnDraftForm)),
    # Translators: a page: a next version, a translation or an adaptation is begun.
    **dict.fromkeys(_url_names("draft"), DraftPage(_("New version or translation"), DraftForm)),
}

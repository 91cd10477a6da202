"""The languages of a service: spoken by staff or interpreters, and at which hours."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import hours, labels
from protect.directory.enums import Answer, Fact, LanguageMode
from protect.directory.facts import sentences
from protect.directory.facts.base import fact_type, fields
from protect.directory.facts.base.tables import FactTable
from protect.directory.service_models import TEXT_LENGTH, FactRow, Service
from protect.reference import vocabulary
from protect.reference.models import Language

MAX_HOURS_LENGTH = 200  # characters of the hours at which a language is spoken
MAXIMUM_LEAD_MINUTES = 7 * 24 * 60  # longest notice that an interpreter can need
FROM_OUTSIDE_VALUES = {"": None, "yes": True, "no": False}  # choice → from outside the community
MODE_LABELS: Mapping[str, Promise] = {
    # Translators, of each below: who speaks a language.
    LanguageMode.STAFF: gettext_lazy("Staff"),  # people who work there
    LanguageMode.ON_SITE: gettext_lazy("Interpreter there"),  # an interpreter in the same room
    LanguageMode.BY_PHONE: gettext_lazy("Phone interpreter"),  # an interpreter on the phone
}
INTERPRETERS: Mapping[str, Promise] = {  # by interpreter_gender
    # Translators, of each below: who interprets.
    "f": gettext_lazy("a woman interprets"),
    "m": gettext_lazy("a man interprets"),
    "x": gettext_lazy("a non-binary person interprets"),  # neither only a man nor only a woman
}
ENGLISH_LABELS = {  # in exported files, after the names of languages
    LanguageMode.ON_SITE: "with an interpreter who is there",
    LanguageMode.BY_PHONE: "with an interpreter by phone",
}


class LanguageOffered(FactRow):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="languages")
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=LanguageMode, default=LanguageMode.STAFF)
    window = models.CharField(max_length=200, default="", blank=True)  # OSM; "" = whenever open
    lead_minutes = models.PositiveIntegerField(null=True, blank=True)  # notice for an interpreter
    interpreter_gender = models.CharField(max_length=1, default="", blank=True)  # f, m, x
    from_outside = models.BooleanField(null=True, blank=True)  # from outside the community
    note = models.CharField(max_length=TEXT_LENGTH, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_language_once", fields=["service", "language", "how", "window"]
            )
        ]


LanguageRow = namedtuple(
    "LanguageRow",
    "service_id id language_id how window lead_minutes interpreter_gender from_outside note",
)


class LanguageFields(fields.FactRowFields):
    key, main_column = "languages", "language"
    title = gettext_lazy("Language")  # For translators: over the fields of a spoken language
    empty_title = gettext_lazy(
        "Another language"
    )  # For translators: over empty fields for one more

    def form_fields(self, row: fields.Values) -> fields.Fields:
        names = dict(sentences.languages_by_name())
        outside = {True: "yes", False: "no"}.get(row.get("from_outside", ""), "")
        how = row.get("how", LanguageMode.STAFF)
        return {
            "language": fields.choice_field(_("Language"), names, row.get("language", ""), "–"),
            "how": fields.choice_field(_("Who speaks the language"), MODE_LABELS, how),
            "window": fields.text_field(
                _("Only at these hours"),  # For translators: at which hours a language is spoken
                MAX_HOURS_LENGTH,
                row.get("window", ""),
                {"dir": "ltr"},
                _("Leave empty for whenever it is open. For example: Mo,Th 09:00-11:00"),
            ),
            "lead_minutes": fields.number_field(
                _("Notice for the interpreter, in minutes"),  # For translators: how early to ask
                MAXIMUM_LEAD_MINUTES,
                row.get("lead_minutes"),
            ),
            "interpreter_gender": fields.choice_field(
                _("Interpreter"), INTERPRETERS, row.get("interpreter_gender", ""), fields.NOT_KNOWN
            ),
            "from_outside": fields.choice_field(
                # Translators: an interpreter who does not belong to the person's own community.
                _("Interpreter from outside the community possible"),
                {"yes": labels.ANSWERS[Answer.YES], "no": labels.ANSWERS[Answer.NO]},
                outside,
                fields.NOT_KNOWN,
            ),
            "note": fields.note_field(_("Note"), row.get("note", "")),
        }

    def clean(self) -> None:
        seen: set[tuple[str, ...]] = set()
        columns = ("language", "how", "window")
        for index in self.indexes():
            self._check_window(index, self.cleaned_value(index, "window"))
            key = tuple(str(self.cleaned_value(index, column)) for column in columns)
            if key in seen:
                message = _("This language is here twice. Choose “–” in one of them.")
                self.refuse(message, index, "language")
            seen.add(key)

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        return row | {"from_outside": FROM_OUTSIDE_VALUES.get(row["from_outside"])}

    def _check_window(self, index: int, window: str | None) -> None:
        """Add an error if the hours at which a language is spoken cannot be read."""
        try:
            if window:
                hours.parse(window, self.context.zone, self.context.country)
        except hours.BadHours as error:
            # Translators: opening hours in a fixed way of writing; {position} is a number.
            message = _(
                "This cannot be read from character {position} on. Write it like Mo,Th 09:00-11:00."
            )
            self.refuse(message.format_map(error.facts), index, "window")


class LanguageFact(fact_type.FactType):
    code = Fact.LANGUAGES
    # Translators: a part of an entry: languages that are spoken there.
    label = gettext_lazy("Languages")
    fields_class = LanguageFields
    tables = (FactTable(LanguageOffered, LanguageRow, ("language_id", "how", "window", "pk")),)
    is_changed_by_link = True
    field = "languages"
    # Translators: something is wrong about a service: a language that stands on its page.
    complaint = ("language", public_text("They do not speak the language"))

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for language in values["languages"]:
            parts = [sentences.language_name(language["language"]), MODE_LABELS[language["how"]]]
            parts.append(sentences.isolate_text(language["window"]))
            if language["lead_minutes"]:
                # Translators: how long before an interpreter must be asked for.
                parts.append(
                    _("to be requested {minutes} minutes ahead").format(
                        minutes=language["lead_minutes"]
                    )
                )
            if language["interpreter_gender"]:
                parts.append(INTERPRETERS[language["interpreter_gender"]])
            if language["from_outside"]:
                # Translators: an interpreter who does not belong to the person's own community.
                parts.append(_("from outside the community"))
            yield sentences.join_parts([*parts, sentences.isolate_text(language["note"])])

    def document(self, related: fact_type.Related, at: datetime) -> Mapping[str, Any]:
        """Return the languages of staff, and separately those of interpreters."""
        rows = related["languages"]
        staff = [_hsds_language(row) for row in rows if row.how == LanguageMode.STAFF]
        interpreted = [_hsds_language(row) for row in rows if row.how != LanguageMode.STAFF]
        return {"languages": staff, "interpreted_languages": interpreted}


def describe_interpretation(rows: Iterable[LanguageRow]) -> str:
    """Describe the languages of interpreters in one English text."""
    names_by_how: dict[str, list[str]] = {}
    for row in rows:
        if row.how != LanguageMode.STAFF:
            names = names_by_how.setdefault(ENGLISH_LABELS[LanguageMode(row.how)], [])
            name = vocabulary.languages()[row.language_id].english
            names += [name] if name not in names else []
    return ". ".join(f"{', '.join(names)} {how}" for how, names in names_by_how.items())


def _hsds_language(row: LanguageRow) -> dict[str, Any]:
    language = vocabulary.languages()[row.language_id]
    return {
        "id": row.id,
        "name": language.english,
        "code": language.iso639_3,
        "note": row.note,
        "tag": row.language_id,
        "how": row.how,
        "hours": row.window,
        **fact_type.attributes(row, "lead_minutes", "interpreter_gender"),
        "from_outside_the_community": row.from_outside,
    }

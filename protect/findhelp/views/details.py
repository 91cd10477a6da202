"""The optional form for details that visitors state about themselves, and the question built from
it. Nothing is stored. The form can express every question of `/match`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.enums import AccessibilityKind, Mode
from protect.findhelp import access, addresses
from protect.findhelp.enums import SpotKind
from protect.findhelp.forms import AGE, PAPERS, UNRECORDED_INPUT
from protect.kernel import clock
from protect.matching import questions
from protect.matching.avoidance import build_avoidance
from protect.matching.questions import Child, Person, Wishes
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup.alphabets import sort_key
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_names import LATIN
from protect.reference.vocabulary import Language
from protect.ui.forms import QuickRenderer, QuickSelect

MAX_CHILDREN = 8  # most children of one gender
OLDEST_CHILD = 25  # years; no service asks for older ones
MAX_LENGTH, MAX_ENTRIES = 200, 20  # characters of a typed value, and values of one field
HOURS_AGO = {"today": 24, "days3": 72, "days5": 120, "longer": 24 * 366}  # the longest of each
NO_DOCUMENT = "none"  # an answer: the person has none of the documents
NUMERIC_INPUT = {**UNRECORDED_INPUT, "inputmode": "numeric"}
SIGNED = "Zxxx"  # the script of languages that are not written
GROUPS_BEFORE_FORM = {code: wording.GROUP_NAMES[code] for code in ("lgbtqi", "trafficking")}
SELF_EXPLAINING = {"gender", "applies", "modes"}  # fields; their answers need no question
PLACE_SEPARATORS = re.compile(r"[,;\n،؛、，]+")

AGES_INVALID = _("Write ages as numbers, for example: 9, 13")  # For translators: of children
AGE_INVALID = _("Write the age as a number, for example: 27")  # For translators: error at "Age"
DAYS_AGO = _("Up to {n} days ago")  # For translators: answer to "When did it happen?"; 3 or 5
LONGER_AGO = _("More than {n} days ago")  # For translators: answer to "When did it happen?"; 5
NO_ANSWER = _("I do not say")  # For translators: first choice in a list: no answer to a question

ACCESS_NEEDS: dict[str, Promise] = {
    # Translators, of each below: choice under "What applies to you".
    AccessibilityKind.STEP_FREE: _("I cannot climb steps"),  # also: uses a wheelchair
    AccessibilityKind.HEARING: _("I hear little or nothing"),  # deaf or hard of hearing
    AccessibilityKind.SIGHT: _("I see little or nothing"),  # blind or badly sighted
}

GENDERS: dict[str, Promise] = {
    "f": _("Woman or girl"),  # For translators: gender of an adult or child
    "m": _("Man or boy"),  # For translators: gender of an adult or child
    "x": _("Non-binary or another"),  # For translators: gender: neither, or both
}

type Choices = Iterable[tuple[str, Promise | str]]


class AgesField(forms.CharField):
    """Ages of children: "9, 13" or "9 and 13", with words and digits of any script."""

    widget = forms.TextInput(attrs=NUMERIC_INPUT)

    def clean(self, value: Any) -> tuple[int, ...]:
        text = super().clean(value)
        ages = tuple(int(number) for number in re.findall(r"\d+", text))
        if text.strip() and not ages:
            raise forms.ValidationError(self.error_messages["invalid"])
        if len(ages) > MAX_CHILDREN or any(age > OLDEST_CHILD for age in ages):
            raise forms.ValidationError(self.error_messages["invalid"])
        return ages


def _answer_in_words(bound: forms.BoundField, value: Any) -> str:
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return str(field.label)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices  # the stubs allow groups; this form has none
        labels = dict(choices)
        codes = value if isinstance(value, list) else [value]
        text = ", ".join(str(labels[code]) for code in codes)
        return text if bound.name in SELF_EXPLAINING else _labelled(field.label, text)
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return _labelled(field.label, text)


def _labelled(label: Any, text: str) -> str:
    return f"{label}{formats.colon_after(str(label), get_language() or 'en')} {text}"


def _is_filled(field: forms.BoundField) -> bool:
    return bool(field.errors or field.value())


def _radio_field(label: Any, choices: Choices) -> forms.ChoiceField:
    """Return a field for one answer or none."""
    answers = [("", NO_ANSWER), *choices]
    return forms.ChoiceField(label=label, required=False, choices=answers, widget=forms.RadioSelect)


def _checkbox_field(label: Any, choices: Any) -> forms.MultipleChoiceField:
    """Return a field for any number of answers."""
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )


def _ages_field(label: Any) -> AgesField:
    invalid = dict.fromkeys(("invalid", "max_length"), AGES_INVALID)
    return AgesField(label=label, required=False, max_length=40, error_messages=invalid)


class Choice(NamedTuple):
    """An answer that one button states."""

    field: forms.BoundField
    code: str
    label: Promise


class FieldGroup(NamedTuple):
    """Fields of the form that stand together."""

    heading: Any  # of a folded group; "" = not folded
    fields: list[forms.BoundField]
    is_open: bool


def _language_choices() -> Choices:
    return [("", NO_ANSWER), *_named_languages(get_language() or "en")]


@cache
def _named_languages(page_tag: str) -> Choices:
    """Return the languages under their names in the language of the page, with their own names, in
    the order of its alphabet: a helper who cannot read ትግርኛ or دری has to choose them, too."""
    named = [(tag, _language_label(row, page_tag)) for tag, row in vocabulary.languages().items()]
    return sorted(named, key=lambda choice: sort_key(choice[1], page_tag))


def _language_label(language: Language, page_tag: str) -> str:
    """Return “tigrinya · ትግርኛ”, or one name: if it is the same, if the other is not known, or if
    the site has no pages in the language, because its speakers then read that of the page."""
    names = formats.cldr_locale(page_tag).languages
    name = names.get(language.tag) or names.get(language.cldr.replace("-", "_"))
    if not name:
        is_readable = language.script in {LATIN, SIGNED}
        return language.endonym if is_readable else f"{language.english} · {language.endonym}"
    is_same = fold(name) == fold(language.endonym)
    return f"{name} · {language.endonym}" if language.has_text and not is_same else name


def _status_choices() -> Choices:
    return [("", NO_ANSWER), *_named_choices(vocabulary.statuses(), wording.STATUS_NAMES)]


def _group_and_access_choices() -> Choices:
    return [*_named_choices(vocabulary.groups(), wording.GROUP_NAMES), *ACCESS_NEEDS.items()]


def _document_choices() -> Choices:
    # Translators: last choice under "Documents that you have".
    nothing = (NO_DOCUMENT, _("None of these"))
    return [*_named_choices(vocabulary.documents(), wording.DOCUMENT_NAMES), nothing]


def _named_choices(codes: Iterable[str], names: dict[str, Promise]) -> Choices:
    return ((code, names.get(code, code)) for code in codes)


class DetailsForm(forms.Form):
    """Details of the person. A blank answer means "not answered" and removes no service."""

    default_renderer = QuickRenderer()  # one engine for all forms
    folded = (("documents",), ("modes", "avoid", "quiet"))  # under the first one's label

    language = forms.ChoiceField(
        label=_("Language you want to speak"),  # For translators: label; in which help is wanted
        required=False,
        choices=_language_choices,
        widget=QuickSelect,
    )
    other_language = forms.ChoiceField(
        # Translators: label of a second list of languages, under "Language you want to speak".
        label=_("Another language you speak"),
        required=False,
        choices=_language_choices,
        widget=QuickSelect,
    )
    happened = _radio_field(
        _("When did it happen?"),  # For translators: label; "it": that she was hurt
        [
            ("today", _("Today")),  # For translators: answer to "When did it happen?"
            ("days3", format_lazy(DAYS_AGO, n=3)),
            ("days5", format_lazy(DAYS_AGO, n=5)),
            ("longer", format_lazy(LONGER_AGO, n=5)),
        ],
    )
    # Translators: label; the person says what she or he is.
    gender = _radio_field(_("You are"), GENDERS.items())
    age = forms.IntegerField(
        label=AGE,
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.TextInput(attrs={**NUMERIC_INPUT, "class": "short"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), AGE_INVALID),
    )
    # Translators: label over choices such as "Pregnant" and "I cannot climb steps".
    applies = _checkbox_field(_("What applies to you"), _group_and_access_choices)
    worker = _radio_field(
        # Translators: label over the choices "A woman" and "A man".
        _("I would rather speak with"),
        [
            ("f", _("A woman")),  # For translators: choice after "I would rather speak with"
            ("m", _("A man")),  # For translators: choice after "I would rather speak with"
        ],
    )
    status = forms.ChoiceField(
        label=PAPERS, required=False, choices=_status_choices, widget=QuickSelect
    )
    silence = forms.BooleanField(
        # Translators: switch, about services: they must not report the person to authorities.
        label=_("They must not tell the police or the migration office"),
        required=False,
    )
    # Translators: label over a list of documents: passport, residence card, and so on.
    documents = _checkbox_field(_("Documents that you have"), _document_choices)
    sons = _ages_field(_("Ages of your sons who come with you"))  # For translators: label; children
    # Translators: label of a field; children.
    daughters = _ages_field(_("Ages of your daughters who come with you"))
    modes = _checkbox_field(
        _("How you want to get help"),  # For translators: label over two choices
        [
            (Mode.IN_PERSON, _("Face to face")),  # For translators: choice: to go to the service
            (Mode.PHONE, _("By phone")),  # For translators: choice: to call the service
        ],
    )
    avoid = forms.CharField(
        label=_("Places where you do not want to go"),  # For translators: label; towns, villages
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs=UNRECORDED_INPUT),
    )
    quiet = forms.BooleanField(
        label=_("I cannot speak now"),  # For translators: switch: only chat and text messages
        required=False,
    )

    def __init__(self, *args: Any, country: str | None = None, **kwargs: Any) -> None:
        """`country`: in which the places to stay away from are; None: in any."""
        super().__init__(*args, **kwargs)
        self._country = country
        self._avoided: tuple[str, ...] = ()

    @property
    def choices_before_form(self) -> list[Choice]:
        """Return the answers that one button states and the visitor has not stated: the genders,
        unless one is stated, and groups with services of their own."""
        stated = {self["gender"].value(), *(self["applies"].value() or ())}
        genders = {} if stated & GENDERS.keys() else GENDERS
        labels_by_field = {"gender": genders, "applies": GROUPS_BEFORE_FORM}
        return [
            Choice(self[name], code, label)
            for name, labels in labels_by_field.items()
            for code, label in labels.items()
            if code not in stated
        ]

    @property
    def field_groups(self) -> list[FieldGroup]:
        """Return the fields as they are shown; what has an answer or an error is not folded."""
        names = [name for group in self.folded for name in group]
        first = FieldGroup("", [field for field in self if field.name not in names], True)
        folded = ([self[name] for name in part] for part in self.folded)
        return [
            first,
            *(FieldGroup(part[0].label, part, any(map(_is_filled, part))) for part in folded),
        ]

    def answers_in_words(self) -> list[str]:
        """Return the stated details, as the page repeats them: without places to avoid, which the
        page shows separately, and without the language of the page, which buttons send, too."""
        data = self.readable_data()
        if data.get("language") == get_language():
            data = {**data, "language": ""}
        stated = ((bound, data.get(bound.name)) for bound in self if bound.name != "avoid")
        return [
            _answer_in_words(bound, value)
            for bound, value in stated
            if value is not False and value not in (None, "", [], ())
        ]

    def clean_avoid(self) -> tuple[str, ...]:
        """Return the codes of the places: of all that share a name, because each may be meant. The
        known places are avoided also if another one is not known."""
        names = PLACE_SEPARATORS.split(self.cleaned_data["avoid"])
        codes = [addresses.find_place_codes(name, self._country) for name in names if name.strip()]
        self._avoided = tuple(code for of_place in codes for code in of_place)
        if not all(codes):
            raise forms.ValidationError(_("We do not know this place"))
        return self._avoided

    def avoided_names(self, tag: str) -> list[str]:
        """Return the names of the avoided places, each once, for the reader of a valid form."""
        kinds = (SpotKind.AREA, SpotKind.PLACE)
        spots = (addresses.Spot(kinds[code.isdecimal()], code) for code in self._avoided)
        return list(dict.fromkeys(addresses.spot_name(spot, tag) for spot in spots))

    def readable_data(self) -> dict[str, Any]:
        """Return the valid fields; an invalid field does not discard the others."""
        self.full_clean()
        return self.cleaned_data

    def spoken_languages(self, language: Language) -> tuple[str, ...]:
        """Return the languages that the visitor speaks; without an answer, that of the page."""
        data = self.readable_data()
        spoken = data.get("language") or language.tag, data.get("other_language")
        return tuple(dict.fromkeys(filter(None, spoken)))

    def build_question(
        self, search: access.Search, language: Language, limit: int
    ) -> questions.Question:
        """Return the question for matching. Without an answer: in the language of the page."""
        data = self.readable_data()
        return build_search_question(
            search,
            limit,
            languages=self.spoken_languages(language),
            person=_person_from(data),
            modes=frozenset(map(Mode, data.get("modes") or ())),
            wishes=Wishes(
                wants_silence=data.get("silence") or None,
                worker_gender=data.get("worker") or None,
                avoid=build_avoidance(self._avoided),
                cannot_speak=bool(data.get("quiet")),
            ),
            hours_since_event=HOURS_AGO.get(data.get("happened", "")),
        )


@lru_cache(maxsize=256)
def blank_form(tag: str, *, is_quiet: bool) -> DetailsForm:
    """Return the blank form, one for all visitors of a language."""
    return DetailsForm(initial={"language": tag, "quiet": is_quiet})


def build_search_question(search: access.Search, limit: int, **answers: Any) -> questions.Question:
    """Return the question of a search at this minute; `answers`: other fields of Question."""
    return questions.Question(
        needs=(search.need.code,),
        at=clock.now().replace(second=0, microsecond=0),
        where=addresses.location_of(search.spot),
        limit=limit,
        **answers,
    )


def read_posted(posted: QueryDict) -> dict[str, Any]:
    """Return what was typed and chosen, as data that the form can read again."""
    fields = DetailsForm.base_fields.items()
    read = {name: field.widget.value_from_datadict(posted, {}, name) for name, field in fields}
    return {name: _shorten(value) for name, value in read.items() if value}


def add_posted(stated: Mapping[str, Any], posted: QueryDict) -> dict[str, Any]:
    """Return the stated details, as `read_posted` returns them, with what a button adds. New groups
    join the earlier ones."""
    added = read_posted(posted)
    for name, value in added.items():
        if isinstance(value, list):
            added[name] = _shorten(list(dict.fromkeys([*stated.get(name, ()), *value])))
    return {**stated, **added}


def _shorten(value: Any) -> Any:
    if isinstance(value, list):
        return [entry[:MAX_LENGTH] for entry in value[:MAX_ENTRIES]]
    return value[:MAX_LENGTH] if isinstance(value, str) else value


def _person_from(data: dict[str, Any]) -> Person:
    children = [Child(age, "m") for age in data.get("sons") or ()]
    children += [Child(age, "f") for age in data.get("daughters") or ()]
    documents, applies = data.get("documents"), frozenset(data.get("applies") or ())
    return Person(
        gender=data.get("gender") or None,
        age=data.get("age"),
        children=tuple(children) or None,
        legal_status=data.get("status") or None,
        documents=frozenset(documents) - {NO_DOCUMENT} if documents else None,
        access=frozenset(map(AccessibilityKind, applies & ACCESS_NEEDS.keys())),
        groups=frozenset(applies - ACCESS_NEEDS.keys()) or None,
    )

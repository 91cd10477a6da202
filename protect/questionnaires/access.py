"""What other packages use of forms: definitions, answers and scores. No person, no time."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from protect.questionnaires import enums, errors, schemas
from protect.questionnaires.models import FormVersion
from protect.questionnaires.rules import answers, scores
from protect.questionnaires.words import Form, spoken
from protect.reference import vocabulary

KEPT = 256  # parsed contents: versions and languages of a busy day


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same content: sorted keys, no blanks, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a canonical document, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answers:
    form: str  # its code
    number: int
    content_hash: str  # of the version
    values: schemas.Values

    def to_json(self) -> str:
        head = {"form": self.form, "number": self.number, "hash": self.content_hash}
        return canonical({**head, "values": dict(self.values)})

    @classmethod
    def from_json(cls, text: str, definition: schemas.Definition, content_hash: str) -> "Answers":
        """Return kept answers, checked.
        Errors: questionnaire_answers_bad, which never names an answer."""
        form, number = definition.code, definition.number
        head = {"form": form, "number": number, "hash": content_hash, "values": 0}
        problem = "questionnaire_version_other"
        try:
            kept = json.loads(text)
            if isinstance(kept, dict) and {**kept, "values": 0} == head:
                values = answers.checked(definition, kept.get("values"))
                return cls(form, number, content_hash, values)
        except json.JSONDecodeError:
            problem = "questionnaire_not_json"
        except answers.Bad as error:
            problem = error.mistake.value
        raise errors.QuestionnaireRefusal("questionnaire_answers_bad", form=form, problem=problem)


def get_form(code: str, number: int | None = None, language: str = "en") -> Form:
    """Return a published form, the newest version unless a number is given. Each text is in the
    language, else in the first of its fallbacks that has it, else in the form's own. Errors:
    questionnaire_unknown; questionnaire_version_damaged when a row does not match its hash."""
    rows = FormVersion.objects.filter(code=code)
    if number is not None:
        rows = rows.filter(number=number)
    version = rows.order_by("-number").prefetch_related("words").first()
    if version is None:
        raise errors.QuestionnaireRefusal("questionnaire_unknown", form=code)
    return form_of(version, language)


def form_of(version: FormVersion, language: str = "en") -> Form:
    """Return a version that other rows point at, as `get_form` does."""
    content = _undamaged(version, version.content, version.content_hash, "structure")
    definition = _definition(version.content)
    words = {definition.source: content["words"]}
    drafts = set() if version.reviewed_on else {definition.source}
    for row in version.words.all():
        tag = row.language_id
        words[tag] = _undamaged(version, row.content, row.content_hash, tag)
        drafts |= set() if row.reviewed_on else {tag}
    chain = vocabulary.fallback_chain(language) if language in vocabulary.languages() else ()
    texts = spoken(words, chain, definition.source)
    return Form(definition, version.content_hash, language, texts, frozenset(drafts))


def published(kind: enums.FormKind | None = None) -> list[FormVersion]:
    """Return the newest version of each form, of one kind or of all, by code."""
    rows = FormVersion.objects.order_by("code", "-number")
    newest: dict[str, FormVersion] = {}
    for row in rows.filter(kind=kind.value) if kind else rows:
        newest.setdefault(row.code, row)
    return list(newest.values())


def read_answers(form: Form, sent: answers.Sent) -> answers.Reading:
    """Return what was sent as answers, mistakes and what was dropped.
    Shapes: lists of texts by name, as `dict(request.POST.lists())` gives them, without prefix."""
    return answers.read(form.definition, sent)


def answers_of(form: Form, reading: answers.Reading) -> Answers:
    """Return a reading as it is kept. Errors: ValueError for one with mistakes."""
    if not reading.is_valid:
        raise ValueError("a reading with mistakes is not kept")
    return Answers(form.code, form.number, form.content_hash, reading.values)


def score(form: Form, values: schemas.Values) -> scores.Score:
    """Return points, maximum and whether the mark was reached."""
    return scores.score(form.definition, values)


def _undamaged(version: FormVersion, content: str, expected_hash: str, part: str) -> dict[str, Any]:
    if fingerprint(content) != expected_hash:
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_damaged", form=version.code, number=version.number, part=part
        )
    return _parsed(content)


@lru_cache(KEPT)
def _parsed(content: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(content)
    return parsed


@lru_cache(KEPT)
def _definition(content: str) -> schemas.Definition:
    return schemas.Definition.model_validate(_parsed(content)["definition"])

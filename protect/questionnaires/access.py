"""Interface for other packages: forms, answers and scores, without the person and the time."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from protect.questionnaires import enums, errors, schemas
from protect.questionnaires.models import FormVersion
from protect.questionnaires.rules import answers, scores
from protect.questionnaires.words import Form, pick_texts
from protect.reference import vocabulary

MAX_CACHED_CONTENTS = 256  # parsed versions and translations, as many as a busy day uses


def canonical_json(value: Any) -> str:
    """Return JSON that is identical for equal content: sorted keys, no blanks, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of a canonical document, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one form version, to be stored as JSON."""

    form: str  # its code
    number: int  # of the version
    content_hash: str  # of the version
    values: schemas.Values

    def to_json(self) -> str:
        head = {"form": self.form, "number": self.number, "hash": self.content_hash}
        return canonical_json({**head, "values": dict(self.values)})

    @classmethod
    def from_json(cls, text: str, definition: schemas.Definition, content_hash: str) -> "Answers":
        """Return stored answers, validated against their form version.
        Errors: questionnaire_answers_bad, whose message never contains an answer."""
        form, number = definition.code, definition.number
        expected_head = {"form": form, "number": number, "hash": content_hash, "values": 0}
        problem = "questionnaire_version_other"
        try:
            stored = json.loads(text)
            if isinstance(stored, dict) and {**stored, "values": 0} == expected_head:
                values = answers.validate_stored_answers(definition, stored.get("values"))
                return cls(form, number, content_hash, values)
        except json.JSONDecodeError:
            problem = "questionnaire_not_json"
        except answers.AnswerError as error:
            problem = error.mistake.value
        raise errors.QuestionnaireRefusal("questionnaire_answers_bad", form=form, problem=problem)


def get_form(code: str, number: int | None = None, language: str = "en") -> Form:
    """Return a published form, the newest version unless a number is given. Each text is in
    `language`, else in its first fallback language that has it, else in the form's source language.
    Errors: questionnaire_unknown; questionnaire_version_damaged, for a wrong hash."""
    rows = FormVersion.objects.filter(code=code)
    if number is not None:
        rows = rows.filter(number=number)
    version = rows.order_by("-number").prefetch_related("words").first()
    if version is None:
        raise errors.QuestionnaireRefusal("questionnaire_unknown", form=code)
    return build_form(version, language)


def build_form(version: FormVersion, language: str = "en") -> Form:
    """Return the form of a version that is already loaded, with texts as in `get_form`."""
    content = _load_verified(version, version.content, version.content_hash, "structure")
    definition = _parse_definition(version.content)
    words = {definition.source: content["words"]}
    drafts = set() if version.reviewed_on else {definition.source}
    for row in version.words.all():
        tag = row.language_id
        words[tag] = _load_verified(version, row.content, row.content_hash, tag)
        drafts |= set() if row.reviewed_on else {tag}
    chain = vocabulary.fallback_chain(language) if language in vocabulary.languages() else ()
    texts = pick_texts(words, chain, definition.source)
    return Form(definition, version.content_hash, language, texts, frozenset(drafts))


def list_published_forms(kind: enums.FormKind | None = None) -> list[FormVersion]:
    """Return the newest version of each form, sorted by code, of one kind or of all."""
    rows = FormVersion.objects.order_by("code", "-number")
    newest: dict[str, FormVersion] = {}
    for row in rows.filter(kind=kind.value) if kind else rows:
        newest.setdefault(row.code, row)
    return list(newest.values())


def read_answers(form: Form, post_data: answers.PostData) -> answers.Reading:
    """Parse posted texts into answers, mistakes and dropped answers.
    Shapes: lists of texts by field key without form prefix, as in `dict(request.POST.lists())`."""
    return answers.parse_answers(form.definition, post_data)


def to_answers(form: Form, reading: answers.Reading) -> Answers:
    """Return parsed answers as they are stored. Errors: ValueError, if there are mistakes."""
    if not reading.is_valid:
        raise ValueError("answers with mistakes cannot be stored")
    return Answers(form.code, form.number, form.content_hash, reading.values)


def score(form: Form, values: schemas.Values) -> scores.Score:
    """Return the points and the maximum of answers to a form, in all and by question."""
    return scores.score(form.definition, values)


def _load_verified(version: FormVersion, content: str, digest: str, part: str) -> dict[str, Any]:
    """Return parsed content. Errors: questionnaire_version_damaged of `part` for a wrong hash."""
    if sha256_hex(content) != digest:
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_damaged", form=version.code, number=version.number, part=part
        )
    return _parse_content(content)


@lru_cache(MAX_CACHED_CONTENTS)
def _parse_content(content: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(content)
    return parsed


@lru_cache(MAX_CACHED_CONTENTS)
def _parse_definition(content: str) -> schemas.Definition:
    return schemas.Definition.model_validate(_parse_content(content)["definition"])

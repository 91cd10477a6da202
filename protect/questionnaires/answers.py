"""How answers are kept: one canonical document for one version of a form. No person, no time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from protect.questionnaires.errors import AnswersNotOfForm
from protect.questionnaires.rules.answers import checked
from protect.questionnaires.rules.fields import Bad
from protect.questionnaires.schemas import Definition, Values


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
    """Answers to one version of a form."""

    form: str  # its code
    number: int
    content_hash: str  # of the version
    values: Values

    def to_json(self) -> str:
        """Return the canonical document."""
        return canonical(
            {
                "form": self.form,
                "number": self.number,
                "hash": self.content_hash,
                "values": dict(self.values),
            }
        )

    @classmethod
    def from_json(cls, text: str, definition: Definition, content_hash: str) -> Answers:
        """Return kept answers, checked against their version.

        Errors: AnswersNotOfForm, naming the form and the mistake; never an answer.
        """
        form, number = definition.code, definition.number
        try:
            kept = json.loads(text)
            head = {"form": form, "number": number, "hash": content_hash}
            if not isinstance(kept, dict) or {**kept, "values": 0} != {**head, "values": 0}:
                raise AnswersNotOfForm(form=form, problem="questionnaire_version_other")
            values = checked(definition, kept.get("values"))
        except json.JSONDecodeError:
            raise AnswersNotOfForm(form=form, problem="questionnaire_not_json") from None
        except Bad as error:
            raise AnswersNotOfForm(form=form, problem=error.mistake.value) from None
        return cls(form, number, content_hash, values)

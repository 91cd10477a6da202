"""A form of the data on a page: to answer it, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.template.context import Context

from protect.questionnaires import wording
from protect.questionnaires.enums import TEXTS, FieldType
from protect.questionnaires.forms import QuestionnaireForm, marked
from protect.questionnaires.schemas import Asked
from protect.questionnaires.words import Form
from protect.reference import vocabulary

register = template.Library()


@register.inclusion_tag("questionnaires/_questionnaire.html")
def questionnaire(form: QuestionnaireForm) -> dict[str, Any]:
    """Draw every question of a form. The page draws `<form … data-questionnaire>` and buttons."""
    told = form.asked_form
    return {
        "told": told,
        "intro": marked(told, told.said("intro")),
        "blocks": list(form.blocks()),
        "dropped": form.dropped,
        "others": _others(told),
    }


@register.inclusion_tag("questionnaires/_script.html", takes_context=True)
def questionnaire_script(context: Context) -> dict[str, Any]:
    """Load what shows and hides questions at once. The form works without it."""
    return {"csp_nonce": context.get("csp_nonce")}


@register.inclusion_tag("questionnaires/_paper.html")
def questionnaire_paper(form: Form) -> dict[str, Any]:
    """Draw a form to be filled in by hand: boxes, lines, and in words when a question is asked."""
    return {
        "told": form,
        "title": marked(form, form.title),
        "intro": marked(form, form.said("intro")),
        "thanks": marked(form, form.said("thanks")),
        "parts": list(_paper_parts(form)),
        "others": _others(form),
    }


def _others(form: Form) -> list[str]:
    """Return the names of the languages that stand in for texts that there are not."""
    tags = sorted(form.languages - {form.language})
    return [vocabulary.languages()[tag].endonym for tag in tags]


def _paper_parts(form: Form) -> Iterator[dict[str, Any]]:
    number = 0
    for asked in form.definition.fields:
        number += asked.asks
        told, how = marked(form, form.said(f"{asked.key}.help")), wording.how(asked)
        yield {
            "asked": asked,
            "number": number if asked.asks else None,
            "label": marked(form, form.words[f"{asked.key}.label"]),
            "help": told,
            "how": "" if asked.type == FieldType.DATE else how,
            "when": wording.when(form, asked.shown_if) if asked.shown_if else "",
            "boxes": _boxes(form, asked),
            "lines": _lines(form, asked),
            "is_text": asked.type in TEXTS,
        }


def _boxes(form: Form, asked: Asked) -> list[Any]:
    """Return what stands beside the boxes of a question."""
    if asked.type == FieldType.YES_NO:
        return [wording.yes_no(is_yes=True), wording.yes_no(is_yes=False)]
    if asked.type in {FieldType.SCALE, FieldType.RATING}:
        count = asked.count_of_steps
        return [str(at) for at in range(1, count + 1)]
    return [marked(form, form.words[f"{asked.key}.options.{code}"]) for code in asked.options]


def _lines(form: Form, asked: Asked) -> list[Any]:
    """Return the lines of a matrix, or the words of both ends of a scale."""
    if asked.type in {FieldType.SCALE, FieldType.RATING}:
        return [marked(form, form.said(f"{asked.key}.{end}")) for end in ("low", "high")]
    return [marked(form, form.words[f"{asked.key}.rows.{code}"]) for code in asked.rows]

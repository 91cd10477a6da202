"""A form of the data on a page: to answer it, and on paper."""

from collections.abc import Iterator

from django import template
from django.template.context import Context

from protect.questionnaires import enums, schemas, wording, words
from protect.questionnaires.forms import QuestionnaireForm, marked
from protect.reference import vocabulary

register = template.Library()


@register.inclusion_tag("questionnaires/_questionnaire.html")
def questionnaire(form: QuestionnaireForm) -> dict[str, object]:
    worded = form.asked_form
    return {
        "questionnaire": worded,
        "intro": marked(worded, worded.optional_text("intro")),
        "blocks": list(form.blocks()),
        "dropped": form.dropped,
        "others": _others(worded),
    }


@register.inclusion_tag("questionnaires/_script.html", takes_context=True)
def questionnaire_script(context: Context) -> dict[str, object]:
    return {"csp_nonce": context.get("csp_nonce")}


@register.inclusion_tag("questionnaires/_paper.html")
def questionnaire_paper(form: words.Form) -> dict[str, object]:
    return {
        "questionnaire": form,
        "title": marked(form, form.title),
        "intro": marked(form, form.optional_text("intro")),
        "thanks": marked(form, form.optional_text("thanks")),
        "parts": list(_paper_parts(form)),
        "others": _others(form),
    }


def _others(form: words.Form) -> list[str]:
    return [vocabulary.languages()[tag].endonym for tag in sorted(form.languages - {form.language})]


def _paper_parts(form: words.Form) -> Iterator[dict[str, object]]:
    number = 0
    for field in form.definition.fields:
        number += field.asks
        text, how = marked(form, form.optional_text(f"{field.key}.help")), wording.how(field)
        yield {
            "question": field,
            "number": number if field.asks else None,
            "label": marked(form, form.words[f"{field.key}.label"]),
            "help": text,
            "how": "" if field.type == enums.FieldType.DATE else how,
            "when": wording.when(form, field.shown_if) if field.shown_if else "",
            "boxes": _boxes(form, field),
            "lines": _lines(form, field),
            "is_text": field.type in enums.TEXTS,
        }


def _boxes(form: words.Form, field: schemas.FormField) -> list[object]:
    if field.type == enums.FieldType.YES_NO:
        return [wording.yes_no(is_yes=True), wording.yes_no(is_yes=False)]
    if field.type in enums.STEPS:
        return [str(at) for at in range(1, field.count_of_steps + 1)]
    return [marked(form, form.words[f"{field.key}.options.{code}"]) for code in field.options]


def _lines(form: words.Form, field: schemas.FormField) -> list[object]:
    if field.type in enums.STEPS:
        return [marked(form, form.optional_text(f"{field.key}.{end}")) for end in ("low", "high")]
    return [marked(form, form.words[f"{field.key}.rows.{code}"]) for code in field.rows]

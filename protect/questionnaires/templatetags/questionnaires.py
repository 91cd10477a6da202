"""Template tags that show a questionnaire: to answer on a page, or to print."""

from collections.abc import Iterator

from django import template
from django.template.context import Context

from protect.questionnaires import enums, schemas, wording, words
from protect.questionnaires.forms import QuestionnaireForm, to_html
from protect.reference import vocabulary

register = template.Library()


@register.inclusion_tag("questionnaires/_questionnaire.html")
def questionnaire(form: QuestionnaireForm) -> dict[str, object]:
    """Show a questionnaire to answer on the page."""
    shown_form = form.questionnaire
    return {
        "questionnaire": shown_form,
        "intro": to_html(shown_form, shown_form.optional_text("intro")),
        "blocks": list(form.section_blocks()),
        "dropped": form.dropped_labels,
        "others": _other_languages(shown_form),
    }


@register.inclusion_tag("questionnaires/_script.html", takes_context=True)
def questionnaire_script(context: Context) -> dict[str, object]:
    """Load the script that hides fields while their condition is not met."""
    return {"csp_nonce": context.get("csp_nonce")}


@register.inclusion_tag("questionnaires/_paper.html")
def questionnaire_paper(form: words.Form) -> dict[str, object]:
    """Show a questionnaire to fill in on paper."""
    return {
        "questionnaire": form,
        "title": to_html(form, form.title),
        "intro": to_html(form, form.optional_text("intro")),
        "thanks": to_html(form, form.optional_text("thanks")),
        "parts": list(_paper_fields(form)),
        "others": _other_languages(form),
    }


def _other_languages(form: words.Form) -> list[str]:
    """Return the names of the languages of those texts that are not translated."""
    tags = sorted(form.used_languages - {form.language})
    return [vocabulary.languages()[tag].endonym for tag in tags]


def _paper_fields(form: words.Form) -> Iterator[dict[str, object]]:
    number = 0
    for field in form.definition.fields:
        number += field.is_question
        yield {
            "question": field,
            "number": number if field.is_question else None,
            "label": to_html(form, form.words[f"{field.key}.label"]),
            "help": to_html(form, form.optional_text(f"{field.key}.help")),
            "how": "" if field.type == enums.FieldType.DATE else wording.answer_hint(field),
            "when": wording.condition_phrase(form, field.shown_if) if field.shown_if else "",
            "boxes": _box_labels(form, field),
            "lines": _line_labels(form, field),
            "is_text": field.type in enums.FREE_TEXT_TYPES,
        }


def _box_labels(form: words.Form, field: schemas.FormField) -> list[object]:
    if field.type == enums.FieldType.YES_NO:
        return [wording.yes_no(is_yes=True), wording.yes_no(is_yes=False)]
    if field.type in enums.SCALE_TYPES:
        return [str(at) for at in range(1, field.level_count + 1)]
    return [to_html(form, form.words[f"{field.key}.options.{code}"]) for code in field.options]


def _line_labels(form: words.Form, field: schemas.FormField) -> list[object]:
    """Return the labels of lines on paper: rows of a matrix, or the two ends of a scale."""
    if field.type in enums.SCALE_TYPES:
        return [to_html(form, form.optional_text(f"{field.key}.{end}")) for end in ("low", "high")]
    return [to_html(form, form.words[f"{field.key}.rows.{code}"]) for code in field.rows]

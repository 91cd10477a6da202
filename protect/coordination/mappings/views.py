from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.base.access import (
    coordinated_countries,
    coordinating_organisations,
    must_coordinate,
)
from protect.coordination.groups.access import run_groups
from protect.coordination.groups.models import Group
from protect.coordination.mappings import access, actions, figures, forms, rules
from protect.coordination.mappings.enums import FORM_BY_METHOD, Method, PeopleGroup
from protect.coordination.mappings.errors import CodingChanged
from protect.coordination.mappings.models import Interview, MappingRound, Passage
from protect.directory.facts.base.places import area_input, place_input
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.questionnaires.access import Answers, build_form, get_form
from protect.questionnaires.models import FormVersion
from protect.questionnaires.words import Form
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

MAPPINGS, MAPPING = "coordination:mapping_list", "coordination:mapping"
INTERVIEW, PASSAGE = "coordination:interview", "coordination:passage"


@require_safe
def mapping_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.visible_rounds(scope).select_related("organisation")
    counted = rows.annotate(asked=Count("interviews", distinct=True))
    context = {
        "rows": counted.order_by("-starts_on", "pk"),
        "reports": access.issued_reports(scope).order_by("-issued_at", "pk").defer("content"),
        "may_create": bool(coordinated_countries(scope)),
    }
    return render_form_page(request, "coordination/mappings/mapping_list.html", None, context)


@require_safe
def mapping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a round: what was asked, the answers by need, findings and versions of the report."""
    scope = scope_of(request)
    row = access.get_round(scope, pk)
    passages = Passage.objects.filter(interview__round=row)
    first = passages.filter(coded_at=None).first()
    findings = list(row.findings.annotate(answers=Count("passages", distinct=True)))
    counts = figures.count_needs(row)
    recommendations = access.visible_recommendations(scope).filter(finding__round=row)
    context = {
        "mapping": row,
        "figures": figures.round_figures(row),
        "methods": list(Method),
        "interviews": _interviews(row),
        "first_uncoded": first.pk if first else None,
        "needs": [
            (need, counts[need], [finding for finding in findings if finding.need == need])
            for need in counts
        ],
        "findings": findings,
        "recommendations": recommendations.order_by("due_on", "pk"),
        "reports": row.reports.defer("content"),
        "previous": access.previous_round(scope, row),
        "may_run": access.may_run(scope, row),
        "today": clock.now().date(),
    }
    return render_form_page(request, "coordination/mappings/mapping.html", None, context)


@require_http_methods(["GET", "POST"])
def mapping_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_coordinate(scope)
    own = coordinating_organisations(scope)
    form = forms.RoundForm(
        posted_data(request),
        organisations=Organisation.objects.active().filter(pk__in=own).order_by("name"),
        groups=run_groups(scope).filter(closed_at=None),
    )
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            row = actions.create_round(scope, data["organisation"].pk, data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MAPPING, row.pk)
    page = FormPage(_("New mapping"), _("Save"), (_("Needs mappings"), reverse(MAPPINGS)))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def mapping_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_round(scope, pk)
    initial = {name: getattr(row, name) for name in actions.ROUND_FIELDS}
    groups = Group.objects.filter(Q(pk=row.group_id) | Q(pk__in=run_groups(scope)))
    form = forms.RoundForm(posted_data(request), groups=groups, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_round(scope, row, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MAPPING, pk)
    return show_form(request, form, FormPage(_("Mapping"), _("Save"), crumb(row)))


@require_POST
def mapping_close(request: HttpRequest, pk: UUID, *, is_closed: bool) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_round(scope, pk)
    actions.close_round(scope, row, is_closed=is_closed, at=clock.now())
    closed = _("The round is closed. Answers can still be coded; late ones need a reason.")
    return redirect_with_message(request, closed if is_closed else _("Saved."), MAPPING, pk)


@require_http_methods(["GET", "POST"])
def mapping_interview_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_round(scope, pk)
    code = request.GET.get("method", Method.SERVICE)
    if code not in Method.values:
        raise Http404
    method = Method(code)
    questions = get_form(FORM_BY_METHOD[method], language=get_language() or "en")
    form = forms.InterviewForm(
        posted_data(request),
        country=row.country_id,
        questions=questions,
        is_closed=row.closed_at is not None,
        initial={"held_on": clock.now().date(), "language": _main_language(row)},
    )
    if form.is_valid() and form.questions:
        version = _version(questions)
        answers = form.questions.answers()
        conversation = actions.Conversation(method, version, questions.definition, answers)
        with form.showing_refusals():
            found = actions.add_interview(scope, row, conversation, form.values(), at=clock.now())
            return redirect_with_message(request, _("Saved."), INTERVIEW, found.pk)
    return _interview_page(request, form, row, str(method.label))


@require_http_methods(["GET", "POST"])
def interview_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_run_interview(scope, pk)
    questions, stored = _questions(found)
    form = forms.InterviewForm(
        posted_data(request),
        country=found.round.country_id,
        questions=questions,
        stored=stored,
        is_closed=found.round.closed_at is not None,
        people=found.people,
        initial={
            "held_on": found.held_on,
            "place": place_input(found.place_id) or area_input(found.area_id),
            "setting": found.setting,
            "language": found.language_id,
            "has_interpreter": found.has_interpreter,
            "late_reason": found.late_reason,
        },
    )
    if form.is_valid() and form.questions:
        with form.showing_refusals():
            answers = form.questions.answers()
            values = form.values() | (
                {} if found.round.closed_at else {"late_reason": found.late_reason}
            )
            actions.change_interview(
                scope, found, answers, questions.definition, values, at=clock.now()
            )
            return redirect_with_message(request, _("Saved."), INTERVIEW, pk)
    return _interview_page(request, form, found.round, interview_name(found))


@require_safe
def interview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a conversation and its answers with their codes."""
    scope = scope_of(request)
    found = access.get_interview(scope, pk)
    questions, stored = _questions(found)
    passages = {row.key: row for row in found.passages.all()}
    others = [
        (questions.label(field.key), shown)
        for field in questions.definition.questions()
        if field.key not in passages
        and (shown := _shown_answer(questions, field.key, stored.values.get(field.key)))
    ]
    context = {
        "interview": found,
        "name": interview_name(found),
        "place": figures.region_label(found),
        "people": [
            (group.label, found.people[group]) for group in PeopleGroup if group in found.people
        ],
        "passages": [(questions.label(row.key), row) for row in passages.values()],
        "others": others,
        "may_run": access.may_run(scope, found.round),
    }
    return render_form_page(request, "coordination/mappings/interview.html", None, context)


@require_http_methods(["GET", "POST"])
def passage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Code one answer; saving leads to the next one without codes."""
    scope = scope_of(request)
    row = access.get_run_passage(scope, pk)
    mapping_round = row.interview.round
    initial = {axis: getattr(row, axis) for axis in rules.CODE_AXES}
    form = forms.CodingForm(posted_data(request), country=mapping_round.country_id, initial=initial)
    is_conflict = False
    if form.is_valid():
        typed = request.POST.get("version", "")
        version = int(typed) if typed.isdecimal() else -1
        with form.showing_refusals():
            try:
                actions.code_passage(scope, row, form.cleaned_data, version, at=clock.now())
                return _next_passage(request, row)
            except CodingChanged:
                is_conflict = True
                row = access.get_run_passage(scope, pk)
                raise
    order = list(Passage.objects.filter(interview__round=mapping_round))
    questions = build_form(row.interview.form_version, get_language() or "en")
    context = {
        "passage": row,
        "mapping": mapping_round,
        "name": interview_name(row.interview),
        "question": questions.label(row.key),
        "is_conflict": is_conflict,
        "coded": sum(each.is_coded for each in order),
        "total": len(order),
        "position": next(at for at, each in enumerate(order, 1) if each.pk == row.pk),
    }
    return render_form_page(request, "coordination/mappings/passage.html", form, context)


@require_safe
def mapping_comparison(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compare a round with the one before it in the country."""
    scope = scope_of(request)
    row = access.get_round(scope, pk)
    then = access.previous_round(scope, row)
    context = {
        "mapping": row,
        "then": then,
        "comparison": figures.compare(then, row) if then else None,
        "today": clock.now().date(),
    }
    return render_form_page(request, "coordination/mappings/comparison.html", None, context)


def crumb(row: MappingRound) -> tuple[str, str]:
    return row.title, reverse(MAPPING, args=[row.pk])


def interview_name(row: Interview) -> str:
    """Return the name of an interview in its round, such as “Focus group 6”."""
    return f"{row.get_method_display()} {row.number}"


def _interviews(row: MappingRound) -> list[dict[str, Any]]:
    rows = row.interviews.select_related("place").prefetch_related(
        Prefetch("passages", Passage.objects.only("interview", "coded_at"))
    )
    return [
        {
            "row": each,
            "name": interview_name(each),
            "place": figures.region_label(each),
            "answers": len(each.passages.all()),
            "coded": sum(passage.is_coded for passage in each.passages.all()),
        }
        for each in rows
    ]


def _interview_page(
    request: HttpRequest, form: forms.InterviewForm, row: MappingRound, title: str
) -> HttpResponse:
    context = {"title": title, "mapping": row, "is_closed": row.closed_at is not None}
    return render_form_page(request, "coordination/mappings/interview_form.html", form, context)


def _questions(found: Interview) -> tuple[Form, Answers]:
    """Return the question set of an interview in the active language, and its answers."""
    questions = build_form(found.form_version, get_language() or "en")
    answers = Answers.from_json(found.answers, questions.definition, questions.content_hash)
    return questions, answers


def _version(questions: Form) -> FormVersion:
    definition = questions.definition
    return FormVersion.objects.get(code=definition.code, number=definition.number)


def _shown_answer(questions: Form, key: str, value: Any) -> str:
    """Return an answer that is no text in words; "" for none."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    codes = value if isinstance(value, list) else [value]
    texts = (questions.optional_text(f"{key}.options.{code}") for code in codes if code is not None)
    return ", ".join(text.text for text in texts if text)


def _main_language(row: MappingRound) -> str | None:
    last = row.interviews.order_by("-number").first()
    return last.language_id if last else None


def _next_passage(request: HttpRequest, row: Passage) -> HttpResponse:
    """Go to the next answer without codes; after the last one to the round."""
    rows = list(Passage.objects.filter(interview__round=row.interview.round_id))
    coded = {str(each.pk): each.is_coded for each in rows}
    following = rules.next_uncoded(list(coded), coded, str(row.pk))
    if following:
        return redirect(PASSAGE, following)
    text = _("All answers are coded.")
    return redirect_with_message(request, text, MAPPING, row.interview.round_id)

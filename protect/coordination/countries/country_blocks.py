"""The content of a country as the blocks of its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext as _, pgettext

from protect.coordination.countries.country_content import CountryContent, PathwayState
from protect.coordination.pathways.place_names import need_name, pathway_name
from protect.coordination.procedures.enums import VersionState
from protect.directory import access as directory
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import visible_hosts
from protect.ui.moments import exact_text
from protect.verification.labels import reason_chips

ROWS = 5  # of a block
STATE_SHAPES = {
    VersionState.PAST_REVIEW: "caution",
    VersionState.IN_FORCE: "good",
    VersionState.COMING: "open",
    VersionState.DRAFT: "plain",
    VersionState.REPLACED: "ended",
}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    detail: str = ""
    url: str = ""  # "" if the user may not open it
    shape: str = ""  # of the state; "" for none
    word: str = ""
    due: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page. `why` and `verb` are shown if it has no lines: what is not there, and
    what to do next."""

    key: str
    title: str
    lines: list[Line]
    count: int
    more: str
    why: str
    verb: str = ""
    url: str = ""


def country_blocks(content: CountryContent, scope: Scope) -> Iterator[Block]:
    """Yield the blocks of a page, those with what is late first."""
    yield _actions(content)
    yield _services(content, scope)
    yield _pathways(content)
    yield _procedures(content)
    yield _gaps(content)
    yield _meetings(content)
    yield _mapping(content)
    yield _trainings(content, scope)


def _block(key: str, title: str, lines: Iterable[Line], more: str, why: str, **given: str) -> Block:
    rows = list(lines)
    return Block(key, title, rows[:ROWS], len(rows), more, why, **given)


def _page(name: str, *args: object) -> str:
    return reverse(f"coordination:{name}", args=args)


def _actions(content: CountryContent) -> Block:
    late = _("Overdue")
    lines = (
        Line(
            row.text,
            f"{row.meeting.group.name} · {row.owner.organisation_name}",
            _page("meeting", row.meeting_id),
            "alarm",
            late,
            row.due_on,
        )
        for row in content.overdue
    )
    page = _page("action_list")
    # Translators: heading: actions of working groups that should be done by now.
    title = _("Overdue actions")
    # Translators: {count}: actions of working groups; none of them is overdue.
    why = _("Nothing is overdue. Open actions: {count}.").format(count=content.open_actions)
    return _block("actions", title, lines, page, why, verb=_("Actions"), url=page)


def _services(content: CountryContent, scope: Scope) -> Block:
    may_check = directory.has_permission_in(scope, Permission.VERIFY_DIRECTORY, content.country)
    lines = []
    for item in content.to_check:
        shape, word = next(iter(reason_chips(item.reasons)), ("plain", ""))
        own = _page("service_page", item.service_id)
        url = reverse("verification:queue_check", args=[item.pk]) if may_check else own
        lines.append(Line(item.service.name, "", url, shape, word))
    more = reverse("verification:queue") if may_check else reverse("verification:health")
    why = _("Nothing to do here.")
    title, count = _("Services to check"), content.to_check_count
    return Block(
        "services", title, lines, count, more, why, _("Services"), _page("adaptation_list")
    )


def _pathways(content: CountryContent) -> Block:
    lines = map(_pathway_line, content.pathways)
    why = _(
        "A pathway says whom to call for a need at a place, by day and by night. A working group "
        "arranges it from the directory and agrees on it."
    )
    more, new = _page("pathway_list"), _page("pathway_new")
    return _block("pathways", _("Pathways"), lines, more, why, verb=_("New pathway"), url=new)


def _pathway_line(state: PathwayState) -> Line:
    if state.edition is None:
        shape, word, published = "plain", _("Draft"), ""
    else:
        shape, word = "good", pgettext("a pathway", "Published")
        published = exact_text(state.edition.published_at.date())
    if state.is_changed:
        shape, word = "caution", _("Changed since agreed")
    elif state.is_test_old:
        shape, word = "caution", _("Last test is older than a year")
    tested = _("Not tested yet")
    if state.tested_on:
        # Translators: {day} of the last test of a pathway.
        tested = _("Tested on {day}").format(day=exact_text(state.tested_on))
    detail = f"{published} · {tested}" if published else ""
    url = _page("pathway", state.pathway.pk)
    return Line(pathway_name(state.pathway), detail, url, shape, word)


def _procedures(content: CountryContent) -> Block:
    lines = []
    for link in content.procedures:
        detail = str(link.procedure.get_kind_display())
        if link.version.review_by:
            day = exact_text(link.version.review_by)
            detail += " · " + _("review by %(day)s") % {"day": day}
        url, shape = _page("version", link.version.pk), STATE_SHAPES[link.state]
        lines.append(Line(link.version.title, detail, url, shape, str(link.state.label)))
    more = _page("procedure_list")
    why = _(
        "A working group writes a procedure or guideline, its members comment and sign it. Begin "
        "on the page of your group."
    )
    given = {"verb": _("Working groups"), "url": _page("group_list")}
    return _block("procedures", _("Procedures"), lines, more, why, **given)


def _gaps(content: CountryContent) -> Block:
    tag, page = get_language() or "en", reverse("matching:coverage")
    lines = []
    for gap in content.gaps:
        detail = _(
            "%(without)s of %(all)s settlements have no service within reach for this need now; "
            "%(ask)s have only services to ask first."
        )
        numbers = {"without": gap.without, "all": gap.settlements, "ask": gap.ask_first}
        query = urlencode({"country": content.country, "need": gap.need})
        lines.append(Line(need_name(gap.need, tag), detail % numbers, f"{page}?{query}"))
    more = f"{reverse('matching:coverage_gaps')}?{urlencode({'country': content.country})}"
    why = _(
        "For your selection, every settlement in this country has a service within reach that "
        "fits, as far as the checks show."
    )
    return _block("gaps", _("Gaps"), lines, more, why, verb=_("View the map"), url=page)


def _meetings(content: CountryContent) -> Block:
    lines = (
        Line(
            row.title or row.group.name,
            " · ".join(filter(None, [row.title and row.group.name, row.place])),
            _page("meeting", row.pk),
            due=row.starts_at,
        )
        for row in content.meetings
    )
    # Translators: heading: meetings of working groups that are still to come, the next one first.
    title, page = _("Next meetings"), _page("group_list")
    why = _("No meeting is planned. Open a working group and plan one.")
    return _block("meetings", title, lines, page, why, verb=_("Working groups"), url=page)


def _mapping(content: CountryContent) -> Block:
    lines = []
    if row := content.mapping:
        days = f"{exact_text(row.starts_on)} – {exact_text(row.ends_on)}"
        asked = f"{_('Interviews')}: {content.interviews}"
        shape, word = ("ended", _("Closed")) if row.closed_at else ("open", _("Still open"))
        lines.append(Line(row.title, f"{days} · {asked}", _page("mapping", row.pk), shape, word))
    if (report := content.report) and report.issued_at:
        day = exact_text(report.issued_at.date())
        url = _page("issued", report.pk)
        lines.append(Line(_("Report"), day, url, "good", pgettext("a report", "Issued")))
    why = _(
        "A mapping asks services and communities what is missing, and leads to findings, "
        "recommendations and a report. You see those of your country and your groups."
    )
    given = {"verb": _("New mapping"), "url": _page("mapping_new")}
    more = _page("mapping_list")
    return _block("mapping", _("Needs mappings"), lines, more, why, **given)


def _trainings(content: CountryContent, scope: Scope) -> Block:
    hosts, lines = visible_hosts(scope), []
    for row, begins in content.trainings:
        url = reverse("trainings:edition", args=[row.pk]) if row.host_id in hosts else ""
        title, shape = row.course_version.title, "open" if row.state == "open" else "plain"
        state = str(row.get_state_display())
        lines.append(Line(title, row.host.name, url, shape, state, begins))
    why = _("No training is planned in this country.")
    page = reverse("trainings:edition_list") if hosts else ""
    given = {"verb": _("Trainings"), "url": page} if hosts else {}
    return _block("trainings", _("Trainings"), lines, page, why, **given)

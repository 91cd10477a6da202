"""The plan of a country: its actions by date, waiting work on materials, and people reached. The
start page shows the same work."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from protect.campaigns.base import rules
from protect.campaigns.base.enums import ReachMethod
from protect.campaigns.distribution.access import copies_by_file, visible_orders
from protect.campaigns.distribution.models import Distribution, OrderQuerySet, Reach
from protect.campaigns.materials.models import Material, MaterialQuerySet
from protect.campaigns.plans import presets
from protect.campaigns.plans.access import visible_campaigns
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.campaigns.press import outdated
from protect.campaigns.press.access import visible_files
from protect.campaigns.press.models import PressFile, PressFileQuerySet
from protect.campaigns.press.outdated import FileState
from protect.content.enums import TranslationState
from protect.content.models import PageState
from protect.kernel.small_numbers import sum_without_small
from protect.orgs.scope import Scope
from protect.reference import vocabulary

SOURCE_CHANGED = (TranslationState.BEHIND, TranslationState.WITHDRAWN)
PRESETS_AHEAD = timedelta(days=365)  # how far the plan looks for days that campaigns take over


class UnreadMaterial(NamedTuple):
    """A material with texts that wait for a review or, because their source was changed, for a
    translator. `tags`: the languages in which they do; `changed`: how many of the texts are those
    whose source was changed."""

    material: Material
    tags: tuple[str, ...]
    texts: int
    changed: int = 0


class MaterialsWork(NamedTuple):
    """What waits to be done on materials, in four lists."""

    outdated: list[FileState]
    unread: list[UnreadMaterial]
    out_of_print: list[PressFile]
    orders: OrderQuerySet


class PlannedDay(NamedTuple):
    """An action of a calendar, or days that campaigns often use and none has taken over. `state`:
    of an action, as `action_state`; "preset" for such days."""

    first: date
    last: date
    title: str
    state: str
    action: CalendarAction | None = None


class ReachSum(NamedTuple):
    """How many people were reached, by one method; `people` is None if the number is hidden."""

    method: ReachMethod
    people: int | None


def materials_work(scope: Scope, at: datetime, country: str = "") -> MaterialsWork:
    """Return what waits to be done on materials for the user's countries, or for one of them.
    Errors: as `outdated.outdated_files`."""
    files, orders = visible_files(scope), visible_orders(scope).waiting()
    if country:
        files, orders = files.filter(country=country), orders.filter(country=country)
    materials = Material.objects.filter(campaign__in=country_campaigns(scope, country))
    return MaterialsWork(
        outdated.outdated_files(files, at),
        _unread_materials(materials.live(), files),
        out_of_print(files),
        orders.select_related("material"),
    )


def country_campaigns(scope: Scope, country: str = "") -> QuerySet[Campaign]:
    """Return the campaigns that run for a country, those of the whole region among them; without a
    country all that the user may see."""
    rows = visible_campaigns(scope).filter(retired_at=None)
    return rows.filter(Q(country=country) | Q(country=None)) if country else rows


def out_of_print(files: PressFileQuerySet) -> list[PressFile]:
    """Return the newest live files of which copies were printed and none is left, by the log."""
    rows = list(files.live().select_related("material").order_by("material__title", "-version"))
    newest: dict[tuple[object, ...], PressFile] = {}
    for file in rows:
        place = (file.material_id, file.country_id, file.language_id, file.size)
        newest.setdefault(place, file)
    copies = copies_by_file(files.live())
    return [
        file
        for file in newest.values()
        if 0 < copies[file.pk].available <= copies[file.pk].distributed
    ]


def planned_days(campaigns: Iterable[Campaign], today: date) -> list[PlannedDay]:
    """Return the actions of campaigns and the days that none has taken over, by date."""
    rows = CalendarAction.objects.filter(campaign__in=campaigns).select_related("campaign")
    actions = list(rows)
    days = [
        PlannedDay(each.starts_on, each.ends_on, each.title, action_state(each, today), each)
        for each in actions
    ]
    taken = [(each.preset, each.starts_on, each.ends_on) for each in actions if each.preset]
    return sorted([*days, *_open_presets(taken, today)], key=lambda day: (day.first, day.title))


def action_state(row: CalendarAction, today: date) -> str:
    """Return the state of an action: done, cancelled, or how urgent it is."""
    if row.done_at:
        return "done"
    return "cancelled" if row.cancelled_at else rules.urgency(row.starts_on, row.ends_on, today)


def reach_sums(campaigns: Iterable[Campaign], country: str) -> list[ReachSum]:
    """Return how many people campaigns reached in a country, by method: sums of different methods
    are never added."""
    rows = Reach.objects.current().filter(campaign__in=campaigns, country=country)
    numbers: dict[str, list[int]] = {}
    for method, people in rows.order_by("method").values_list("method", "people"):
        numbers.setdefault(method, []).append(people)
    return [
        ReachSum(ReachMethod(method), sum_without_small(listed))
        for method, listed in numbers.items()
        if any(listed)
    ]


def copies_given_out(campaigns: Iterable[Campaign], country: str) -> int:
    rows = Distribution.objects.current().filter(
        file__country=country, file__material__campaign__in=campaigns
    )
    return rows.aggregate(total=Sum("copies"))["total"] or 0


def _open_presets(taken: list[tuple[str, date, date]], today: date) -> Iterator[PlannedDay]:
    for code, preset in presets.presets().items():
        for period in presets.periods_within(preset, today, today + PRESETS_AHEAD):
            periods = ((starts, ends) for of, starts, ends in taken if of == code)
            if not any(starts <= period.last and period.first <= ends for starts, ends in periods):
                yield PlannedDay(period.first, period.last, preset.name, "preset")


def _unread_materials(
    materials: MaterialQuerySet, files: PressFileQuerySet
) -> list[UnreadMaterial]:
    """Return the materials with texts that wait for others, in the languages in which a live file
    of them is printed, and in those of the files' countries."""
    printed: dict[object, set[str]] = {}
    rows = files.live().values_list("material", "language", "country")
    for key, tag, country in rows:
        tags = printed.setdefault(key, set())
        tags.update([tag, *vocabulary.countries()[country].languages])
    unread = _unread_texts({row.template for row in materials if row.template})
    found = []
    for material in materials.order_by("title", "code"):
        counts = {
            tag: unread[material.template, tag]
            for tag in sorted(printed.get(material.pk, ()))
            if (material.template, tag) in unread
        }
        if counts:
            texts, changed = (sum(column) for column in zip(*counts.values(), strict=True))
            found.append(UnreadMaterial(material, tuple(counts), texts, changed))
    return found


def _unread_texts(templates: Collection[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many texts of the pages of templates wait for others, and of how many of them the
    source was changed, by template and tag."""
    rows = PageState.objects.filter(page__code__in=templates)
    waiting = {}
    for code, tag, counts in rows.values_list("page__code", "language", "counts"):
        changed = sum(counts.get(state.value, 0) for state in SOURCE_CHANGED)
        if texts := changed + counts.get(TranslationState.UNREVIEWED.value, 0):
            waiting[code, tag] = (texts, changed)
    return waiting

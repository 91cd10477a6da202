"""Access to modules and courses. Foreign drafts and missing things give one 404.
All planners and trainers read published versions; only the author and the owner read drafts."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.orgs.scope import Scope
from protect.trainings.base.access import planned_hosts, seen_hosts, the_one
from protect.trainings.curricula import enums, rules
from protect.trainings.curricula.models import CourseVersion, ModuleVersion

type AnyVersion = ModuleVersion | CourseVersion
KINDS: dict[str, type[AnyVersion]] = {"module": ModuleVersion, "course": CourseVersion}
SHOWN = [enums.VersionState.PUBLISHED, enums.VersionState.RETIRED]


def must_take_part(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which a user plans or trains. Errors: PermissionDenied."""
    organisations = seen_hosts(scope)
    if not organisations:
        raise PermissionDenied
    return organisations


def versions_of(scope: Scope, kind: str) -> QuerySet[AnyVersion]:
    """Return the versions that a user may read, with their module or course loaded."""
    if not seen_hosts(scope):
        return KINDS[kind]._default_manager.none()
    owned = {f"{kind}__owner__in": planned_hosts(scope)}
    seen = Q(state__in=SHOWN) | Q(author=scope.user_id) | Q(**owned)
    rows = KINDS[kind]._default_manager.filter(seen)
    made_from = ("based_on__module", "translates__module") if kind == "module" else ()
    return rows.select_related(f"{kind}__owner", "author", *made_from)


def get_version(scope: Scope, kind: str, pk: UUID) -> AnyVersion:
    """Return a version that this person may read. Errors: Http404."""
    return the_one(versions_of(scope, kind).filter(pk=pk))


def owns(scope: Scope, version: AnyVersion) -> bool:
    """Return whether a user plans for the owner of a version."""
    return version.thing.owner_id in planned_hosts(scope)


def may_do(scope: Scope, version: AnyVersion, move: enums.VersionMove) -> bool:
    """Return whether a user may make this move with a version."""
    is_author = version.author_id is not None and version.author_id == scope.user_id
    return rules.may_move(move, is_owner=owns(scope, version), is_author=is_author)


def must_do(scope: Scope, version: AnyVersion, move: enums.VersionMove) -> None:
    """Refuse a user who may not make this move with a version. Errors: PermissionDenied."""
    if not may_do(scope, version, move):
        raise PermissionDenied

"""Access to modules and courses. All planners and trainers read published versions; only the
author and the owner read drafts. A draft of others gives the same 404 as a missing one."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404, planned_hosts, visible_hosts
from protect.trainings.curricula import enums, rules
from protect.trainings.curricula.models import CourseVersion, ModuleVersion

type AnyVersion = ModuleVersion | CourseVersion
VERSION_MODELS: dict[str, type[AnyVersion]] = {"module": ModuleVersion, "course": CourseVersion}
# Versions that all planners and trainers can read.
READABLE_STATES = [enums.VersionState.PUBLISHED, enums.VersionState.RETIRED]


def must_plan_or_train(scope: Scope) -> frozenset[UUID]:
    """Return the ids of hosts for which a user plans or trains; for none, PermissionDenied."""
    organisations = visible_hosts(scope)
    if not organisations:
        raise PermissionDenied
    return organisations


def versions_of(scope: Scope, kind: str) -> QuerySet[AnyVersion]:
    """Return the versions that a user may read, with their module or course loaded."""
    if not visible_hosts(scope):
        return VERSION_MODELS[kind]._default_manager.none()
    is_own = {f"{kind}__owner__in": planned_hosts(scope)}
    is_readable = Q(state__in=READABLE_STATES) | Q(author=scope.user_id) | Q(**is_own)
    rows = VERSION_MODELS[kind]._default_manager.filter(is_readable)
    source_versions = ("based_on__module", "translates__module") if kind == "module" else ()
    return rows.select_related(f"{kind}__owner", "author", *source_versions)


def get_version(scope: Scope, kind: str, pk: UUID) -> AnyVersion:
    """Return a version that a user may read. Errors: Http404."""
    return first_or_404(versions_of(scope, kind).filter(pk=pk))


def plans_for_owner(scope: Scope, version: AnyVersion) -> bool:
    """Return whether a user plans for the organisation that owns a version."""
    return version.item.owner_id in planned_hosts(scope)


def has_move_permission(scope: Scope, version: AnyVersion, move: enums.VersionMove) -> bool:
    is_author = version.author_id is not None and version.author_id == scope.user_id
    return rules.may_move(move, is_owner=plans_for_owner(scope, version), is_author=is_author)


def must_be_allowed_to_move(scope: Scope, version: AnyVersion, move: enums.VersionMove) -> None:
    """Refuse a state change of a version that a user may not make. Errors: PermissionDenied."""
    if not has_move_permission(scope, version, move):
        raise PermissionDenied

"""Why modules and courses are refused."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class VersionMoveNotAllowed(ProtectError):
    code = "trainings_version_move_not_allowed"
    # Translators: {move} and {state} are codes such as publish and draft.
    message = _(
        "“{move}” is not possible for a version that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class VersionPublished(ProtectError):
    """A published version cannot change, because past editions were taught from it."""

    code = "trainings_version_published"
    # Translators: a published version of a course never changes.
    message = _("A published version does not change. Make a new version and change that one.")


class CourseEmpty(ProtectError):
    code = "trainings_course_empty"
    # Translators: somebody wants to publish a course that has no modules.
    message = _(
        "A course without modules is not published. Nothing was changed. Send it back, choose its "
        "modules, and send it once more."
    )


class CodeTaken(ProtectError):
    code = "trainings_code_taken"
    # Translators: modules and courses have codes; somebody chose one that there is.
    message = _("There is something with this code already. Choose another code.")


class VersionNotPublished(ProtectError):
    code = "trainings_version_not_published"
    # Translators: a training can be planned only from a published version of a course.
    message = _(
        "Only a published version of a course can be planned. Nothing was saved. Publish it first, "
        "or choose another version."
    )


class SetsDiffer(ProtectError):
    code = "trainings_sets_differ"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: two tests were chosen that do not have the same questions and points.
    message = _("These two tests do not ask the same with the same points. Choose equivalent ones.")

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class VersionMoveNotAllowed(ProtectError):
    code = "trainings_version_move_not_allowed"
    message = _(  # For translators: {move} and {state} are labels such as: Publish, Draft
        "“{move}” is not possible for a version that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class AssessmentsNotComparable(ProtectError):
    code = "trainings_sets_differ"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: two tests were chosen that do not have the same questions and points.
    message = _("These two tests differ in their questions or points. Choose two equivalent tests.")

"""Errors of loading, publishing and reading forms."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class FormUnknown(ProtectError):
    code = "questionnaire_unknown"
    status = HTTPStatus.NOT_FOUND
    # Translators: {form} is the code of a questionnaire.
    message = _("There is no published questionnaire “{form}” with this number.")


class FormChanged(ProtectError):
    """What was published is no longer what it was. Only an operator can mend it."""

    code = "questionnaire_version_changed"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = (
        "{form} version {number} ({part}) is published and reads differently now. Nothing was "
        "loaded. Remedy: raise number in the form's file, or put its published words back."
    )


class FormDamaged(ProtectError):
    """The row of a version no longer matches its own hash."""

    code = "questionnaire_version_damaged"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = (
        "{form} version {number} ({part}) does not match its hash: the row was edited. "
        "Remedy: restore the row from a backup, or delete it while no answer belongs to it and "
        "run `protect load-data`."
    )


class AnswersNotOfForm(ProtectError):
    """Kept answers that are no canonical document of this version."""

    code = "questionnaire_answers_bad"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {form} is the code of a questionnaire, {problem} a code such as not_a_choice.
    message = _("These answers do not belong to the questionnaire “{form}”: {problem}.")

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class QuestionnaireRefusal(TableRefusal):
    rows = {
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # The file of a published form was changed. Only an operator can correct this.
            "questionnaire_version_changed": (
                "{form} version {number} ({part}) is published and reads differently now. "
                "Nothing was loaded. Remedy: raise number in the form's file, or put its "
                "published words back."
            ),
            # The row of a version no longer matches its own hash.
            "questionnaire_version_damaged": (
                "{form} version {number} ({part}) does not match its hash: the row was edited. "
                "Remedy: restore the row from a backup, or delete it while no answer belongs to "
                "it and run `protect load-data`."
            ),
        },
        HTTPStatus.NOT_FOUND: {
            "questionnaire_unknown": _(  # For translators: {form} is the code of a questionnaire
                "There is no published questionnaire “{form}” with this number."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Stored answers that are not a canonical document of this version.
            # Translators: {form} is the code of a questionnaire, {problem} a code such as
            # not_a_choice.
            "questionnaire_answers_bad": _(
                "These answers do not belong to the questionnaire “{form}”: {problem}."
            )
        },
    }

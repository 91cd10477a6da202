from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class ProgrammeRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: {move} and {state} are labels such as: Mark as answered, Closed.
            "programme_enquiry_move_not_allowed": _(
                "“{move}” is not possible for an enquiry that is “{state}”. Nothing was changed. "
                "Reload the page."
            ),
        },
    }

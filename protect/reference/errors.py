from http import HTTPStatus

from protect.kernel.errors import TableRefusal


class ReferenceRefusal(TableRefusal):
    rows = {
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # Two rows have one web address. Printed codes cannot change, so nothing is loaded.
            "short_code_taken": (
                "{first} and {second} share the short code {short}. Nothing was loaded. Remedy: "
                "report it; one of the two must be left out of the data until the code's length "
                "is raised."
            )
        }
    }

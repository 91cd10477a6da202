"""Refusals of the directory: English text for commands, translated text for the desk."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class DirectoryRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: {move} and {status} are labels such as: Publish, Draft.
            "service_move_not_allowed": _(
                "“{move}” is not possible for a service that is “{status}”. Nothing was "
                "changed. Reload the page."
            ),
            # Translators: two people edited one entry of the directory at once.
            "directory_edit_conflict": _(
                "Another user has changed this since you opened the page. Nothing of yours was "
                "saved. Compare both versions, then save yours again or keep the other one."
            ),
            # Translators: a translated text is confirmed by a second person.
            "directory_reader_needed": _(
                "You wrote this translation yourself. Nothing was changed. Another person who "
                "reads the language has to confirm it."
            ),
            # Translators: a text about a shelter that an editor typed is refused.
            "directory_tells_where": _(
                "Something you wrote looks like an address or a map link. The address of this "
                "service is never stored. Nothing was saved. Remove it, then save again."
            ),
            # Translators: it keeps a service from being shown.
            "directory_service_not_reachable": _(
                "This service has no phone number, e-mail address, website or public "
                "address, so a visitor could not reach it. Nothing was changed. Add a "
                "way to reach it before you publish it."
            ),
            "service_number_not_tested": _(  # For translators: it keeps a service from being shown
                "This service has a phone number that has not passed a call test. "
                "Nothing was changed. Before you publish it, two people have to call "
                "the number, one after the other, and someone other than the first "
                "caller has to confirm that both reached the same service."
            ),
        }
    }

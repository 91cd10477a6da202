from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class CampaignRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {remaining} copies of a poster are left, by the log.
            "campaigns_copies_exceed": _(
                "By the log, {remaining} copies are left. Nothing was saved. Enter first the "
                "copies that were printed or received, or say why there were more."
            ),
            # Translators: {available} and {distributed} copies of a poster.
            "campaigns_fewer_than_distributed": _(
                "The log would have {available} copies, and {distributed} were given out already. "
                "Nothing was saved. Correct first the copies given out, or say why there were more."
            ),
            "campaigns_consent_missing": _(
                "A consent that you chose was withdrawn, or another organisation than the owner "
                "holds it. Nothing was saved. Choose the consents again."
            ),
            "campaigns_film_wrong_type": _(
                "This is not an MP4, MOV, WebM or Matroska video, whatever its name says. Nothing "
                "was kept."
            ),
            "campaigns_not_a_film": _(
                "This material is not a film. Nothing was kept. Change its kind first."
            ),
            "campaigns_photograph_not_a_picture": _(
                "This is not a JPEG or PNG picture. Nothing was kept."
            ),
            "campaigns_file_of_other_order": _(
                "This file is of another material or another country than the order. Nothing was "
                "saved. Choose another file."
            ),
            "campaigns_file_number_wrong": _(
                "A number on these copies is no longer right. Nothing was saved. Do not send them: "
                "print the material again, and choose the new file."
            ),
            "campaigns_reach_repeated": _(
                "This campaign has the same figure, or one from the same source, of about the "
                "same time. Nothing was saved. Added together they would count the same people "
                "twice. If it is another figure, tick that below."
            ),
            "campaigns_period_reversed": _(
                "The campaign ends before it begins. Nothing was saved. Correct one of the dates."
            ),
            "campaigns_action_reversed": _(
                "The action ends before it begins. Nothing was saved. Correct one of the dates."
            ),
            # Translators: {where}: languages, sizes and the text that does not fit.
            "campaigns_text_does_not_fit": _(
                "Nothing was printed. The text does not fit: {where}. Choose the next size, or "
                "shorten the text under Pages."
            ),
            "campaigns_print_unseen": _(
                "Nothing was printed. Read what is said below on texts and numbers, then press "
                "“Print the ticked languages” again."
            ),
            # Translators: {language} is the name of a language.
            "campaigns_no_text": _(
                "Nothing was printed. No text was released in {language} yet. Release it under "
                "Pages, or choose another language."
            ),
            # Translators: {name} is the code of a consent or of a campaign.
            "campaigns_code_taken": _(
                "The code “{name}” is in use already. Nothing was saved. Choose another one."
            ),
        },
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {
            # Translators: {size} and {limit} of a video, in megabytes.
            "campaigns_film_too_large": _(
                "This video has {size} MB, and at most {limit} MB are taken. Nothing was read or "
                "kept. Save it smaller, such as with 480 lines: the film is shown with 240 lines."
            ),
        },
        HTTPStatus.CONFLICT: {
            "campaigns_film_not_ready": _(
                "The film is not made yet, or its video cannot be read. Nothing was published."
            ),
            "campaigns_film_without_transcript": _(
                "A film is shown with a text that says what it says and shows, in the language "
                "that is spoken in it. This text is missing. Nothing was changed. Write it first."
            ),
            "campaigns_no_ffmpeg": _(
                "This server cannot make films, because the program ffmpeg is not installed. "
                "Nothing was kept. Tell the operator."
            ),
            "campaigns_material_taken_down": _(
                "This material was taken down. It cannot be printed, ordered or sent any more. "
                "Nothing was saved."
            ),
            # Translators: {day} on which an action of a campaign begins.
            "campaigns_action_not_begun": _(
                "This action begins on {day}. Nothing was changed. Mark it as done when it has "
                "taken place, or change its days first."
            ),
            # Translators: {state} of an order, such as Sent; {move} such as Cancel.
            "campaigns_order_move_not_allowed": _(
                "“{move}” is not possible: the order is “{state}”. Reload the page."
            ),
            # Translators: {copies} of a poster, which an order has in the log.
            "campaigns_order_has_copies": _(
                "The log has {copies} copies of this order that were given out. Nothing was "
                "changed. Correct that entry to 0 copies first."
            ),
            "campaigns_preset_planned": _(
                "The same days are in the calendar already. Nothing was saved. Choose another "
                "first day."
            ),
            "campaigns_photograph_gone": _(
                "The picture that you chose before is no longer kept. Nothing was saved. Choose "
                "it again."
            ),
            "campaigns_corrected_meanwhile": _(
                "This entry was corrected after you opened the page. Nothing was saved. Open the "
                "log again."
            ),
            "campaigns_consent_changed": _(
                "Other materials show this person than when you opened the page. Nothing was "
                "changed. Look at the list again, then confirm."
            ),
        },
    }

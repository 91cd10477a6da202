"""History sentences for actions on the directory, by audit code; included by `sentences`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Translators, of each below: in the history.
DIRECTORY_SENTENCES: dict[str, Promise] = {
    "directory.create_service": _("A draft of a service was created."),  # a draft of the directory
    "directory.submit": _("A service was submitted for review."),  # by its editor
    "directory.publish": _("A service was published."),  # the public can see it now
    "directory.suspend": _("A service was hidden from the public."),  # hidden from the public
    "directory.resume": _("A service was shown to the public again."),  # after hiding it
    "directory.withdraw": _("A service was withdrawn for good."),  # for good
    "directory.take_back": _("Hiding a service or showing it again was undone."),
    "directory.protect_address": _("A service's address was deleted and is never stored again."),
    "directory.keep_true": _("The directory's nightly update was done."),  # by the clock, at night
    # Translators: in the history: how far services reach was written down, to be compared later.
    "matching.keep_coverage": _("The coverage figures of a country were saved."),
    "directory.publish_poster": _("A poster was downloaded."),  # to hang up; made as a file
    "directory.print_directory": _("A directory was printed."),  # a list of services
    # Translators: in the history: pages about rights and services, to print on A5 paper.
    "directory.print_booklet": _("A booklet for people without internet was downloaded."),
    # Translators: in the history: the same as one HTML file, to send by messenger.
    "directory.write_offline_file": _("A file for people without internet was downloaded."),
    "interchange.export": _("Services were exported to a file."),  # services of the directory
    "directory.edit_texts": _("Texts of a service were edited."),  # name, description and the like
    "directory.edit_phone": _("Phone numbers of a service were edited."),
    "directory.edit_visit_hours": _("Hours for visitors were edited."),
    "directory.edit_phone_hours": _("Hours for callers were edited."),
    "directory.edit_languages": _("Languages of a service were edited."),
    "directory.edit_eligibility": _("The eligibility for a service was edited."),  # whom it takes
    # Translators: in the history: whether it tells the police or others.
    "directory.edit_reporting": _("The reporting duties of a service were edited."),
    "directory.edit_address": _("The address of a service was edited."),
    "directory.edit_cost": _("The cost of a service was edited."),  # what it costs
    "directory.edit_documents": _("The documents that a service requires were edited."),
    "directory.edit_capacity": _("The free capacity of a service was edited."),  # free places
    # Translators: in the history: medicine that helps only within some hours.
    "directory.edit_clinical_window": _("The time limit for medical help was edited."),
    "directory.translate": _("A text of a service was translated."),  # into another language
    "directory.review_translation": _("A translation was confirmed."),  # by a second person
    # Translators: in the history: a member says that something about a service is wrong.
    "verification.report": _("An error in a service was reported."),
    "verification.correction_accepted": _("A report about a service was accepted."),
    "verification.correction_partly": _("A report about a service was accepted in part."),
    "verification.correction_rejected": _("A report about a service was rejected."),
    "verification.correction_duplicate": _("A report about a service was closed as a duplicate."),
    "verification.merge": _("Two entries of the directory were merged."),
    "verification.merge_undo": _("The merge of two entries was undone."),
    # Translators: in the history: two entries looked alike and are not the same service.
    "verification.pair_different": _("Two entries were marked as different services."),
    # Translators: in the history: an editor says that they are one service; it is undecided.
    "verification.pair_propose": _("Two entries were proposed as one service."),
    "verification.queue_claim": _("A check of a service was begun."),
    "verification.queue_let_go": _("A check of a service was returned to the queue."),
    "verification.queue_finish": _("A check of a service was finished."),
    "verification.queue_miss": _("A call to a service was not answered."),  # by phone
    "verification.queue_hand_on": _("The check of a service was handed over."),  # to a colleague
    "verification.check_facts": _("Facts of a service were checked."),  # by phone, visit, web …
    "verification.call_test": _("A service's numbers were called; a second person must call too."),
    # Translators: in the history: the second of two people called; both calls are compared next.
    "verification.second_call": _("A second person called a service's numbers."),
    "verification.confirm_call": _("Two calls to a service's numbers had the same result."),
    "verification.refuse_call": _("Two calls to a service's numbers had different results."),
    # Translators: in the history: by mail; with it a service confirms its own entry.
    "verification.send_link": _("A service was sent a link to confirm its entry."),
    "verification.answer_link": _("A service answered about its own entry."),  # by a mailed link
    "interchange.import_begin": _("A file of services was uploaded."),  # it is sealed
    # Translators: in the history: in which letters a file is written.
    "interchange.import_encoding": _("The encoding of a file of services was chosen."),
    # Translators: in the history: which sheet of a workbook, and in which row its headings stand.
    "interchange.import_rows": _("The sheet or the header row of a file was chosen."),
    "interchange.import_map": _("The columns of a file of services were mapped."),
    "interchange.import_words": _("Words of a file of services were mapped."),  # as our codes
    "interchange.import_take_in": _("The rows of a file were stored, and the file was deleted."),
    # Translators: in the history: nothing is changed by it yet.
    "interchange.import_judge": _("The rows of a file were compared with the directory."),
    "interchange.import_edit_row": _("A row of a file was corrected."),  # by a person
    # Translators: in the history: the file says something else than we do.
    "interchange.import_decide_row": _(
        "A conflict between a row of a file and the directory was decided."
    ),
    # Translators: in the history: from then on its rows are written, piece by piece.
    "interchange.import_apply_begin": _("Applying a file of services to the directory began."),
    "interchange.import_apply": _("A file of services was applied to the directory."),
    "interchange.import_discard": _("An import of services was discarded or expired."),
    "interchange.import_create": _("The service was created from a file."),
    "interchange.import_update": _("The service was updated from a file."),
    # Translators: in the history of a service: a file says something else and was not taken.
    "interchange.import_keep": _(
        "The directory's data of the service was kept instead of the file's."
    ),
}

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class PathwayRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_pathway_place_unknown": _(
                "No town or region of this country has this name. Nothing was saved. Correct the "
                "name, or leave it empty for the whole country."
            ),
            "coordination_pathway_twice": _(
                "The group has a pathway for this place and need. Nothing was saved. Change that "
                "one instead."
            ),
            "coordination_pathway_elsewhere": _(
                "No organisation of this country has a voice in the group. Nothing was saved. Add "
                "a member from there first."
            ),
            "coordination_pathway_service_twice": _(
                "This step has the service already. Nothing was saved. Choose another service."
            ),
            "coordination_pathway_procedure_elsewhere": _(
                "This procedure is not in force in the country of the pathway. Nothing was saved. "
                "Choose another one."
            ),
            "coordination_pathway_test_later": _(
                "This day has not come yet. Nothing was saved. Enter the day of the test."
            ),
            "coordination_pathway_tells_where": _(
                "This text looks like an address, and a pathway may contain none. Nothing was "
                "saved. Leave the address out."
            ),
        },
        HTTPStatus.CONFLICT: {
            "coordination_pathway_empty": _(
                "This pathway has no step with a service. Nothing was changed. Add a service first."
            ),
            "coordination_pathway_not_proposed": _(
                "The group was not asked to agree on this arrangement. Nothing was changed. Ask "
                "for agreement first."
            ),
            "coordination_pathway_not_agreed": _(
                "Not all member organisations have agreed: {organisations}. Nothing was "
                "published. Wait for them, or record their agreement."
            ),
            "coordination_pathway_step_unreachable": _(
                "A step has no service that can be reached now: {steps}. Nothing was published. "
                "Add another service, or write down why the pathway is published all the same."
            ),
            "coordination_pathway_no_night": _(
                "No service under “At night” is known to answer at night now. Nothing was "
                "published. Add another service, or write down why the pathway is published all "
                "the same."
            ),
            "coordination_pathway_service_gone": _(
                "A service is suspended or no longer in the directory: {services}. Remove it from "
                "the pathway. If you publish, write down why it stays."
            ),
            "coordination_pathway_paper_full": _(
                "This pathway does not fit on one page. Nothing was printed. Remove services or "
                "shorten notes, and publish it again."
            ),
            "coordination_pathway_damaged": _(
                "This pathway is not as it was published: it was changed in the database. Do not "
                "use it, and tell the operator. To use it again, publish it anew."
            ),
            "coordination_pathway_ended": _(
                "This pathway was taken down. Nothing was saved. Create a new one."
            ),
        },
    }


class PathwayChanged(ProtectError):
    """Another coordinator changed this pathway since the page was opened."""

    code = "coordination_pathway_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague changed this pathway while you were working on it. Your change was not saved, "
        "and nothing was overwritten. Look at the pathway as it is now, and change it again."
    )

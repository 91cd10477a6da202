"""Add the nightly step of campaigns to those of trainings."""

from protect.campaigns.distribution.photographs import delete_unconfirmed
from protect.trainings.base.extension import Extension


class Campaigns(Extension):
    night = {"delete_unconfirmed_photographs": delete_unconfirmed}

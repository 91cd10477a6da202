"""Extend the nightly work of trainings: what senders of enquiries typed is erased in time."""

from protect.programme.actions import erase_old_enquiries
from protect.trainings.base.extension import Extension


class Programme(Extension):
    night = {"erase_enquiries": erase_old_enquiries}

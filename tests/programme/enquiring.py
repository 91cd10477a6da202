"""Enquiries and the forms that send them, in tests. All of it is invented."""

from typing import Any
from uuid import uuid4

from django.test import Client

from protect.programme.actions import SentForm, save_enquiry
from protect.programme.enums import EnquiryKind
from protect.programme.models import Enquiry
from protect.programme.views.enquiry_form import STAMPS
from tests.trainings.planning import AT

HOST = "programme.localhost"
FORM = {
    "country": "BE",
    "organisation": "Demo School",
    "reply_to": "demo.teacher@example.org",
    "message": "We are twelve social workers and would like a training in May.",
}


def visitor(**headers: str) -> Client:
    return Client(headers={"host": HOST, **headers})


def sent_form(kind: str = "training", **change: Any) -> dict[str, Any]:
    """Return what the form of a kind posts."""
    return {"sent_key": str(uuid4()), "stamp": STAMPS.make(kind), "website": ""} | FORM | change


def make_enquiry(country: str = "BE", *, at: Any = AT, **change: str) -> Enquiry:
    typed = {name: FORM[name] for name in ("reply_to", "message")}
    fields = {"sender": FORM["organisation"], "language": "en", **typed, **change}
    form = SentForm(EnquiryKind.TRAINING, country, **fields)
    return save_enquiry(form, sent_key=uuid4(), at=at)

"""Demo data: invented enquiries from the programme's site, so that the desk shows what arrives."""

from collections import Counter
from datetime import datetime, timedelta

from protect.demo.consortium import pk_of
from protect.programme.actions import SentForm, save_enquiry
from protect.programme.enums import EnquiryKind

# Each with its code and its age: one is overdue.
ENQUIRIES = (
    (
        "training",
        timedelta(days=9),
        SentForm(
            EnquiryKind.TRAINING,
            *("BE", "fr", "Demo Haute École", "demo.ecole@example.org"),
            "Nous sommes douze futurs travailleurs sociaux et souhaitons une formation en mai.",
        ),
    ),
    (
        "materials",
        timedelta(days=1),
        SentForm(
            EnquiryKind.MATERIALS,
            *("BE", "nl", "Demo Onthaalcentrum", "demo.onthaal@example.org"),
            "Twintig posters in het Tigrinya en het Arabisch voor onze wachtkamer.",
        ),
    ),
    (
        "service",
        timedelta(hours=4),
        SentForm(
            EnquiryKind.SERVICE,
            *("MT", "en", "Demo Clinic", "demo.clinic@example.org"),
            "We would like to be in the directory. Our reception is open on weekdays.",
        ),
    ),
)


def build_enquiries(*, at: datetime) -> dict[str, int]:
    """Save the enquiries that are missing; return how many there are. Running it again changes
    nothing."""
    counts: Counter[str] = Counter()
    for code, age, form in ENQUIRIES:
        save_enquiry(form, sent_key=pk_of("enquiry", code), at=at - age)
        counts["enquiries"] += 1
    return dict(counts)

"""An order is sent with its entry of the log; one without copies says so."""

import pytest

from protect.campaigns.base.enums import CopySource, OrderState, PaperSize, PlaceKind
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.distribution.models import Distribution
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    make_campaigners,
    make_file,
    make_material,
    make_right_file,
    release,
)
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def cast(db):
    return make_campaigners()


@pytest.fixture
def nela(cast):
    person = make_person("nela2")
    serve(person, cast.office, "campaigner")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def file(cast):
    return make_right_file(cast, make_material(cast))


@pytest.fixture
def order(cast, file):
    wanted = OrderInput("SI", "fr", PaperSize.A4, 5, "Demo centre")
    return log.place_order(cast.scope(), file.material, wanted, at=AT)


def entry(file, **given):
    fields = {
        "file": file.pk,
        "log": "copies",
        "copies": 5,
        "day": TODAY,
        "place": "Demo centre",
        "place_kind": "reception",
    }
    return fields | given


def test_an_order_is_sent_with_its_copies_in_one_step(cast, nela, file, order):
    log.record_run(cast.scope(), file, CopySource.PRINTED, 20, TODAY, at=AT)
    page = f"/materials/orders/{order.pk}"
    initial = nela.get(f"{page}/send").context["form"].initial
    assert initial == {"copies": 5, "day": TODAY, "place": "Demo centre", "file": file}

    assert nela.post(f"{page}/send", **entry(file)).status_code == 302

    order.refresh_from_db()
    row = Distribution.objects.get(order=order)
    assert order.state == OrderState.DISTRIBUTED
    assert (row.copies, row.place, row.place_kind) == (5, "Demo centre", PlaceKind.RECEPTION)
    assert "without copies" not in words(nela.get(page))


def test_a_log_without_copies_is_said_and_nothing_is_sent(nela, file, order):
    answer = nela.post(f"/materials/orders/{order.pk}/send", **entry(file))

    assert answer.status_code == 422
    assert "0 copies are left" in words(answer)
    order.refresh_from_db()
    assert (order.state, order.file) == (OrderState.WAITING, None)
    assert not Distribution.objects.exists()


def test_an_order_that_is_only_marked_as_sent_says_that_the_log_has_no_copies(nela, file, order):
    page = f"/materials/orders/{order.pk}"
    nela.post(f"{page}/send", file=file.pk, log="none")

    assert "the log has no copies of it" in words(nela.get(page))
    for listing in ("/materials/orders", "/materials/orders?without_copies=1"):
        assert "No copies in the log" in words(nela.get(listing))
    assert "No copies in the log" in words(nela.get(f"/materials/{file.material_id}"))


def test_an_order_that_ended_without_copies_says_so_and_waits_again(cast, nela, file, order):
    log.record_run(cast.scope(), file, CopySource.PRINTED, 20, TODAY, at=AT)
    page = f"/materials/orders/{order.pk}"
    nela.post(f"{page}/send", **entry(file))
    refused = nela.post(f"{page}/reopen")
    assert "5 copies of this order" in words(refused)
    order.refresh_from_db()
    assert order.state == OrderState.DISTRIBUTED
    log.correct_distribution(
        cast.scope(), Distribution.objects.get(), Given(0, TODAY, "Demo centre"), at=AT
    )
    assert "ended without copies in the log" in words(nela.get(page))

    nela.post(f"{page}/reopen")

    order.refresh_from_db()
    assert (order.state, order.file) == (OrderState.WAITING, None)


def test_a_cancelled_order_waits_again(nela, order):
    page = f"/materials/orders/{order.pk}"
    nela.post(f"{page}/cancel")
    assert "Undo: it waits again" in words(nela.get(page))

    nela.post(f"{page}/reopen")

    order.refresh_from_db()
    assert order.state == OrderState.WAITING


def send_wrong(order, cast, file):
    """Mark an order as sent whose number goes out of the directory later."""
    log.send_order(cast.scope(), order, file, at=AT)
    file.numbers.update(number="080 0000", text="080 0000")


def test_a_sent_order_says_that_a_number_on_it_is_no_longer_right(cast, nela, file, order):
    send_wrong(order, cast, file)

    page = words(nela.get(f"/materials/orders/{order.pk}"))

    assert "A number is no longer right" in page
    assert "080 0000" in page
    assert "Stop the delivery, or tell Demo centre" in page
    assert "A number is no longer right" in words(nela.get("/materials/orders"))
    assert "Orders to stop" in words(nela.get("/"))


def test_a_sent_order_says_that_its_number_must_be_checked_again(cast, nela, file, order, settings):
    log.send_order(cast.scope(), order, file, at=AT)
    settings.IS_DEMO = False  # its number was never checked

    page = words(nela.get(f"/materials/orders/{order.pk}"))

    assert "It was reported as wrong, or its check is overdue" in page
    assert "A number must be checked again." in words(nela.get("/materials/orders"))


def test_a_file_whose_number_is_no_longer_right_is_not_sent(cast, nela, order):
    file = make_file(cast, order.material, version=2)

    answer = nela.post(f"/materials/orders/{order.pk}/send", file=file.pk, log="none")

    assert answer.status_code == 422
    assert "Do not send them" in words(answer)
    order.refresh_from_db()
    assert (order.state, order.file) == (OrderState.WAITING, None)


def test_a_sent_order_is_corrected(cast, nela, file, order):
    other = make_right_file(cast, order.material, version=2, language_id="sl")
    log.send_order(cast.scope(), order, file, at=AT)
    page = f"/materials/orders/{order.pk}"
    assert "Correct the order" in words(nela.get(page))

    nela.post(
        f"{page}/correct",
        file=other.pk,
        language="sl",
        size="a4",
        copies=7,
        destination="Demo hall",
        needed_by="",
    )

    order.refresh_from_db()
    assert (order.state, order.file, order.copies) == (OrderState.SENT, other, 7)
    assert (order.language_id, order.destination) == ("sl", "Demo hall")


def test_an_ended_order_is_corrected_in_the_log_only(cast, nela, file, order):
    log.record_run(cast.scope(), file, CopySource.PRINTED, 20, TODAY, at=AT)
    page = f"/materials/orders/{order.pk}"
    nela.post(f"{page}/send", **entry(file))
    assert "Correct the entry" in words(nela.get(page))
    assert "Correct the order" not in words(nela.get(page))

    answer = nela.post(
        f"{page}/correct", language="fr", size="a4", copies=7, destination="Demo hall"
    )

    assert answer.status_code == 409
    order.refresh_from_db()
    assert (order.copies, order.destination) == (5, "Demo centre")


def test_the_order_form_says_which_text_stands_in(nela, order):
    release("en", "fr", "sl")

    page = words(nela.get(f"/materials/{order.material_id}/order"))

    assert "Slovenian (text in English)" in page

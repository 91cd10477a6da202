import socket
from threading import Thread

import pytest

from protect.kernel.errors import SettingError
from protect.uploads.refusal_reasons import MAX_FILE_BYTES, Reason, Unfit
from protect.uploads.scanners import Clamd, NoScanner, scanner_of
from tests.uploads.sample_files import EICAR, pdf, saved, with_attachment


@pytest.mark.parametrize(
    ("setting", "scanner"),
    [
        ("none", NoScanner()),
        ("clamd:/run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
        ("clamd:127.0.0.1:3310", Clamd(host="127.0.0.1", port=3310)),
        ("clamd:localhost:3310", Clamd(host="localhost", port=3310)),
        ("clamd:[::1]:3310", Clamd(host="::1", port=3310)),
    ],
)
def test_a_setting_names_a_scanner(setting, scanner):
    assert scanner_of(setting) == scanner


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "None",
        "clamd",
        "clamd:",
        "clamd:run/clamd.ctl",
        "clamd:127.0.0.1",
        "clamd:127.0.0.1:0",
        "clamd:127.0.0.1:99999",
        "clamd:127.0.0.1:3310/x",
        "clamd:192.0.2.7:3310",  # documents would cross a network in clear
        "clamd:scanner.example:3310",
        "other:/run/clamav/clamd.ctl",
    ],
)
def test_every_other_setting_is_refused_by_name(setting):
    with pytest.raises(SettingError) as refused:
        scanner_of(setting)

    assert refused.value.facts["name"] == "PROTECT_SCANNER"


@pytest.mark.clamd
@pytest.mark.parametrize("way", ["path", "port"])
def test_a_healthy_document_passes_and_an_infected_one_does_not(clamd, way):
    places = {"path": f"clamd:{clamd.path}", "port": f"clamd:127.0.0.1:{clamd.port}"}
    scanner = scanner_of(places[way])

    scanner.must_pass(saved(pdf()))
    with pytest.raises(Unfit) as refused:
        scanner.must_pass(b"begin " + EICAR + b" end")

    assert refused.value.reason == Reason.INFECTED


@pytest.mark.clamd
def test_attachment_inside_a_document_is_scanned(clamd):
    content = saved(with_attachment(EICAR))
    assert EICAR not in content  # compressed

    with pytest.raises(Unfit) as refused:
        Clamd(path=str(clamd.path)).must_pass(content)

    assert refused.value.reason == Reason.INFECTED


@pytest.mark.clamd
def test_the_largest_document_is_looked_at_to_its_end(clamd):
    scanner = Clamd(path=str(clamd.path))
    filling = bytes(MAX_FILE_BYTES - len(EICAR))

    scanner.must_pass(bytes(MAX_FILE_BYTES))
    with pytest.raises(Unfit) as refused:
        scanner.must_pass(filling + EICAR)

    assert refused.value.reason == Reason.INFECTED


def test_missing_daemon_refuses_every_document(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, and nobody listens
        absent = [
            Clamd(path=str(tmp_path / "clamd.ctl")),
            Clamd(host="127.0.0.1", port=taken.getsockname()[1]),
        ]
        for scanner in absent:
            with pytest.raises(Unfit) as refused:
                scanner.must_pass(b"x")
            assert refused.value.reason == Reason.SCANNER_AWAY


def saying(reply: bytes | None) -> tuple[Clamd, Thread]:
    """A daemon that takes one document and says this; nothing at all for None."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as line:
            heard = b""
            while not heard.endswith(bytes(4)) and (part := line.recv(4096)):
                heard += part
            if reply is None:
                line.recv(1)  # until the other side gives up
            else:
                line.sendall(reply)

    thread = Thread(target=serve)
    thread.start()
    return Clamd(host="127.0.0.1", port=listening.getsockname()[1], seconds=0.2), thread


@pytest.mark.parametrize(
    "reply",
    [
        None,
        b"",
        b"stream: OK",  # cut off before its end
        b"stream: ",
        b"UNKNOWN COMMAND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK, or not\0",
        b"x" * 10_000,
    ],
)
def test_unclear_reply_refuses_the_document(reply):
    scanner, thread = saying(reply)

    with pytest.raises(Unfit) as refused:
        scanner.must_pass(b"document")

    thread.join()
    assert refused.value.reason == Reason.SCANNER_AWAY

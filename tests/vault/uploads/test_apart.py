from __future__ import annotations

import os
import subprocess
import sys
import zlib

import pytest

from protect.vault.uploads.apart import COMMAND, ENVIRONMENT, rewritten
from protect.vault.uploads.kinds import JPEG, PDF, PNG
from protect.vault.uploads.reasons import Reason, Unfit
from tests.vault.uploads.making import (
    CATALOGUE,
    lzw,
    opened,
    pdf,
    picture,
    png_head,
    saved,
    structured,
)


@pytest.mark.parametrize(
    ("content", "kind"), [(picture("JPEG"), JPEG), (picture("PNG"), PNG), (saved(pdf()), PDF)]
)
def test_a_document_comes_back_with_its_kind(content, kind):
    media_type, new = rewritten(content)

    assert media_type == kind
    assert new[:4] == content[:4]


def test_the_largest_picture_fits_into_the_room():
    media_type, new = rewritten(picture("JPEG", size=(10_000, 5_000)))

    assert media_type == JPEG
    assert opened(new).size == (10_000, 5_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"plain words", Reason.WRONG_TYPE),
        (png_head(50_000, 50_000), Reason.TOO_MANY_PIXELS),
        (saved(pdf(501)), Reason.TOO_MANY_PAGES),
    ],
)
def test_a_refusal_comes_back_with_its_reason(content, reason):
    with pytest.raises(Unfit) as refused:
        rewritten(content)

    assert refused.value.reason == reason


def test_a_small_object_stream_is_opened_whatever_its_coding():
    for coding, stream in (
        ("/FlateDecode", zlib.compress(CATALOGUE)),
        ("/LZWDecode", lzw(CATALOGUE, 1)),
    ):
        assert rewritten(structured(stream, coding))[0] == PDF


@pytest.mark.parametrize(
    ("stream", "coding"),
    [
        (zlib.compress(CATALOGUE + bytes(200 * 2**20)), "/FlateDecode"),
        (
            zlib.compress(zlib.compress(CATALOGUE + bytes(200 * 2**20))),
            "[/FlateDecode /FlateDecode]",
        ),
        (lzw(CATALOGUE, 400), "/LZWDecode"),  # 2.3 MB that grow to 3 GB
    ],
    ids=["flate", "flate in flate", "lzw"],
)
def test_an_object_stream_that_grows_beyond_measure_ends_in_its_room(stream, coding):
    with pytest.raises(Unfit) as refused:
        rewritten(structured(stream, coding))

    assert refused.value.reason == Reason.UNREADABLE


def test_a_document_that_takes_too_long_is_given_up():
    with pytest.raises(Unfit) as refused:
        rewritten(picture("JPEG"), seconds=0.001)

    assert refused.value.reason == Reason.UNREADABLE


def test_the_room_knows_no_secret_and_can_write_no_file(tmp_path):
    code = (
        "import os, resource; from protect.vault.uploads import worker as w; "
        "[resource.setrlimit(limit, (most, most)) for limit, most in w.LIMITS.items()]; "
        f"print(sorted(os.environ)); open({str(tmp_path / 'x')!r}, 'wb').write(b'x' * 9)"
    )
    command = [*COMMAND[:-2], code, COMMAND[-1]]

    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert not set(os.environ) & {"PUREMAGIC_DEEPSCAN"}
    assert "PROTECT" not in done.stdout
    assert "File too large" in done.stderr
    assert (tmp_path / "x").read_bytes() == b""


def test_the_room_loads_no_framework_and_no_keys():
    code = "import sys; from protect.vault.uploads import worker; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"django", "cryptography", "psycopg"}

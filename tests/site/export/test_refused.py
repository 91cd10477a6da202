"""What an export refuses, and that the earlier one stays."""

import gzip
import json
import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.serving import wait_until
from tests.site.export.exports import AT, VALLETTA, Site, copy_of, files, manifest


@pytest.fixture
def target(valletta: Path, tmp_path: Path) -> Path:
    return copy_of(valletta, tmp_path / "target")


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stdout
    return done.stderr.splitlines()[-1].partition(":")[0]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (VALLETTA[1:], "export_needs_demo"),
        (("--demo", "--country", "XX"), "export_country_unknown"),
        (("--demo", "--country", "MT", "--area", "BE-WLG"), "export_area_unknown"),
        (("--demo", "--language", "tlh"), "export_language_unknown"),
    ],
)
def test_wrong_arguments_change_nothing(
    exporting_site: Site, target: Path, options, code, valletta
):
    done = exporting_site.run("export-public", str(target), *options)

    assert refusal(done) == code
    assert files(target) == files(valletta)


def test_a_folder_of_other_files_is_left_alone(exporting_site: Site, tmp_path: Path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")

    for name in ("letters", "file"):
        done = exporting_site.run("export-public", str(tmp_path / name), *VALLETTA)
        assert refusal(done) == "export_not_an_export"
    assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "letters"]


def test_a_folder_that_cannot_be_written_is_named(exporting_site: Site, tmp_path: Path):
    done = exporting_site.run("export-public", str(tmp_path / "no" / "such"), *VALLETTA)

    assert refusal(done) == "export_not_written"
    assert "No such file or directory" in done.stderr


def test_a_full_disk_leaves_the_earlier_export(exporting_site: Site, target: Path, valletta: Path):
    """A limit of the size of files stands for a full disk: the system refuses to write on."""
    command = exporting_site.command(
        "export-public", str(target), *VALLETTA, at="2026-11-30T00:00+00:00"
    )
    script = f"trap '' XFSZ; ulimit -f 40; exec {' '.join(command)}"  # blocks of 1,024 bytes

    done = subprocess.run(
        ["bash", "-c", script],
        env=exporting_site.environ(),
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert refusal(done) == "export_not_written"
    assert files(target) == files(valletta)
    assert not (target.parent / f".{target.name}.new").exists()


def test_a_killed_export_leaves_the_earlier_one_and_the_next_one_works(
    exporting_site: Site, target: Path, valletta: Path
):
    new = target.with_name(f".{target.name}.new")
    at = "2027-01-01T00:00:00+00:00"  # another year: all pages are made anew
    command = exporting_site.command("export-public", str(target), *VALLETTA, at=at)
    with subprocess.Popen(command, env=exporting_site.environ()) as running:
        wait_until(lambda: len(list(new.rglob("*.html"))) > 20)
        running.send_signal(signal.SIGSTOP)  # else it could end before the second begins
        second = exporting_site.run("export-public", str(target), *VALLETTA)
        running.send_signal(signal.SIGKILL)

    assert refusal(second) == "export_running"
    assert new.exists()
    assert files(target) == files(valletta)
    exporting_site.export(target, at=AT)
    assert files(target) == files(valletta)
    assert not new.exists()


def test_the_check_tells_a_whole_export_from_an_old_and_a_damaged_one(
    exporting_site: Site, target: Path
):
    last = manifest(target)["rebuild_before"]

    assert exporting_site.run("export-public", str(target), "--check").returncode == 0
    old = exporting_site.run("export-public", str(target), "--check", at=last)
    assert refusal(old) == "export_too_old"
    (target / "en/q/index.html").unlink()
    damaged = exporting_site.run("export-public", str(target), "--check")
    assert refusal(damaged) == "export_damaged"
    assert "en/q/index.html" in damaged.stderr


def replace_file(path: Path, content: bytes) -> None:
    path.unlink()  # a copy by hard links: the other export keeps its own
    path.write_bytes(content)


def test_the_check_names_what_a_writer_to_the_folder_changed(
    exporting_site: Site, target: Path, tmp_path: Path
):
    page, packed = target / "en/q/index.html", target / "en/q/index.html.gz"
    replace_file(packed, gzip.compress(b"forged"))
    document = manifest(target)
    document["files"]["en/q/index.html.gz"] = sha256(packed.read_bytes()).hexdigest()
    replace_file(target / "manifest.json", json.dumps(document).encode())

    forged = exporting_site.run("export-public", str(target), "--check")

    assert refusal(forged) == "export_damaged"
    assert "manifest.json" in forged.stderr

    exporting_site.export(target, at=AT)
    assert exporting_site.run("export-public", str(target), "--check").returncode == 0
    outside = tmp_path / "outside.html"
    outside.write_bytes(page.read_bytes())  # the digest is right
    page.unlink()
    page.symlink_to(outside)
    linked = exporting_site.run("export-public", str(target), "--check")
    assert refusal(linked) == "export_damaged"
    assert "en/q/index.html" in linked.stderr
    exporting_site.export(target, at=AT)
    assert not page.is_symlink()
    assert exporting_site.run("export-public", str(target), "--check").returncode == 0


def test_pages_of_a_forged_manifest_are_made_anew(
    exporting_site: Site, target: Path, valletta: Path
):
    page = target / "en/index.html"
    document = manifest(target)
    for name, content in (("", b"forged"), (".gz", gzip.compress(b"forged"))):
        replace_file(page.with_name(page.name + name), content)
        document["files"][f"en/index.html{name}"] = sha256(content).hexdigest()
    replace_file(target / "manifest.json", json.dumps(document).encode())

    exporting_site.export(target, at=AT)

    assert files(target) == files(valletta)

"""What people write through the screens of a real server is looked for in everything it leaves.

The database's files and its log of changes, a dump, logs of all processes, temporary folders, mail,
the queue, sessions. First the search is shown to find what is not sealed.
"""

import base64
import os
import re
import signal
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from tests.cluster import ABSENT, binaries, cluster
from tests.conftest import REQUIRED
from tests.notices.server import MailServer
from tests.originals import IS_POSTGRES
from tests.serving import PROTECT, free_port, wait_for
from tests.uploads.sample_files import pdf, saved
from tests.vault.planting import Needle, found_in, found_under, needles, pieces
from tests.vault.screens import Browser, enrol, id_in, until
from tests.vault.signing import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
ROLES = ROOT / "deploy/roles.sql"
LINK = re.compile(r"https?://\S+/invited/\S+")
MARK = token_hex(4)  # makes every text of this run the only one of its kind
NAMED = f"Nadifé Qorané {MARK}"
PHONE = f"+252 61 {int(MARK, 16) % 10**7:07}"
STORY = f"Crossed in “spring” & waits {MARK}"
OTHER = f"What the colleague saw {MARK}"
KEPT = f"Typed while it was locked {MARK}"
ERASED = f"Written and erased again {MARK}"
REFUSED = f"Überlang {MARK}"
IN_FILE = f"Certificat médical {MARK}"
FILE_NAME = f"Attestation Qorané {MARK}.pdf"
PLANTED = (NAMED, PHONE, STORY, OTHER, KEPT, ERASED, REFUSED, IN_FILE, FILE_NAME)
CLEAR = f"Purpose “é” {MARK}"  # a team's purpose is not sealed: it has to be found


class Spool(MailServer):
    """A mail server that keeps what it took in files, as it came."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        folder.mkdir()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        (self.folder / f"{len(self.received)}.eml").write_bytes(envelope.content)
        return await super().handle_DATA(server, session, envelope)

    def links_for(self, address: str, count: int = 1) -> list[str]:
        """Return the links of the invitations to somebody, once they have come."""
        until(lambda: self.addresses().count(address) == count)
        mails = [each for each in self.received if each["To"] == address]
        return [LINK.search(each.get_body(("plain",)).get_content())[0] for each in mails]


@dataclass
class Site:
    """A server of its own, with all that it writes in one folder."""

    folder: Path
    url: str  # of the database, as the application uses it
    owner: str  # the same, as whoever migrates uses it
    database: Path  # the folder of its files
    spool: Spool
    port: int = field(default_factory=free_port)
    file: bytes = b""  # as it was sent
    cleaned: bytes = b""  # as it came back

    def __post_init__(self) -> None:
        for name in ("tmp", "logs"):
            (self.folder / name).mkdir()

    def environ(self, url: str) -> dict[str, str]:
        given = {
            "PROTECT_DATABASE_URL": url,
            "PROTECT_STAFF_URL": f"http://localhost:{self.port}",
            "PROTECT_SMTP_URL": f"smtp://127.0.0.1:{self.spool.port}",
            "PROTECT_LEDGER": str(self.folder / "ledger.jsonl"),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **given}

    def run(self, *words: str) -> None:
        """Run a command to its end as the owner of the database; what it says is kept."""
        with (self.folder / f"logs/{words[0]}").open("ab") as log:
            subprocess.run(
                [PROTECT, *words], env=self.environ(self.owner), stdout=log, stderr=log, check=True
            )

    @contextmanager
    def running(self, *words: str) -> Iterator[None]:
        """Let a command of the application run meanwhile."""
        with (self.folder / f"logs/{words[0]}").open("ab") as log:
            command, environ = [PROTECT, *words], self.environ(self.url)
            process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=ROOT)
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)

    def browser(self) -> Browser:
        return Browser(self.port)

    def found(self, wanted: list[Needle]) -> list[str]:
        """Return where something of it stands: in all files, and packed in a session."""
        folders = {self.folder, self.database, ROOT / "var"}
        files = [each for folder in sorted(folders) for each in found_under(folder, wanted)]
        return files + [f"session: {each.text}" for each in found_in(self.sessions(), wanted)]

    def sessions(self) -> bytes:
        """Return what sessions hold: Django packs them, so that no search would find a text."""
        return b"\n".join(map(_unpacked, self.rows("SELECT session_data FROM vault_session")))

    def rows(self, statement: str) -> list[str]:
        if self.owner.startswith("sqlite"):
            opened = sqlite3.connect(self.owner.removeprefix("sqlite:///"))
        else:
            opened = psycopg.connect(self.owner)
        with closing(opened) as connection:
            return [row[0] for row in connection.execute(statement)]


def _unpacked(session: str) -> bytes:
    packed = session.partition(":")[0]
    raw = base64.urlsafe_b64decode(packed.lstrip(".") + "==")
    return zlib.decompress(raw) if packed.startswith(".") else raw


def document() -> bytes:
    """A PDF of 3 MB: a sentence that can be read in its bytes, and a picture of noise."""
    out = BytesIO()
    noise = Image.frombytes("RGB", (1650, 1650), os.urandom(3 * 1650 * 1650))
    noise.save(out, "JPEG", quality=95)
    made = pdf()
    image = made.make_stream(
        out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=1650, Height=1650
    )
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    words = f"BT ({IN_FILE}) Tj ET 40 0 0 20 0 0 cm /Im0 Do".encode()
    made.pages[0].obj.Contents = made.make_stream(words)
    return saved(made, compress_streams=False)


@contextmanager
def sqlite(folder: Path) -> Iterator[tuple[str, str, Path]]:
    url = f"sqlite:///{folder}/data.sqlite3"
    yield url, url, folder


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """A cluster whose application has the role that it has in production."""
    if binaries() is None:
        (pytest.fail if "postgres" in REQUIRED else pytest.skip)(ABSENT)
    with cluster() as server:  # beside: its own user must reach its files
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE protect_app LOGIN")
        yield server.url.replace("protect@", "protect_app@"), server.url, server.folder


def granted(site: Site) -> None:
    """Give the application's role what roles.sql grants; write the dump of a backup later."""
    if not site.owner.startswith("sqlite"):
        psql = [binaries() / "psql", "-q", "-v", "app=protect_app", "-f", ROLES, site.owner]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)


def dumped(site: Site) -> None:
    """Write a dump, and let the server write everything to its files."""
    if site.owner.startswith("sqlite"):
        return
    with psycopg.connect(site.owner, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    dump = [binaries() / "pg_dump", "-f", site.folder / "dump.sql", site.owner]
    subprocess.run(dump, check=True)


def people_of(site: Site) -> tuple[Browser, Browser, str]:
    """Let an administrator found a team, and two people come into it. Return them, and the team."""
    dana, amal, sana = site.browser(), site.browser(), site.browser()
    first, second = site.spool.links_for("dana@demo.example", 2)
    enrol(dana, first, "Demo Dana").post(urlsplit(second).path)
    office = id_in(re.search(r"/organisations/[0-9a-f-]{36}", dana.get("/organisations").text)[0])
    founded = dana.post(f"/organisations/{office}/teams/new", name="Demo desk", purpose=CLEAR)
    team = id_in(founded.location)
    for person, role in (("amal", "supervisor"), ("sana", "caseworker")):
        typed = {"email": f"{person}@demo.example", "role": role, "language": "en"}
        invited = dana.post(f"/teams/{team}/invite", **typed)
        assert invited.status == 302, invited.words
    enrol(amal, *site.spool.links_for("amal@demo.example"), "Demo Amal")
    amal.post(f"/teams/{team}/key", page=f"/teams/{team}")
    enrol(sana, *site.spool.links_for("sana@demo.example"), "Demo Sana")
    words = sana.get(f"/teams/{team}").codes()
    place = re.search(r"/places/([0-9a-f-]{36})/admit", amal.get(f"/teams/{team}").text)[1]
    admitted = amal.post(f"/places/{place}/admit", words=words)
    assert admitted.status == 302, admitted.words
    return amal, sana, team


def work(site: Site, amal: Browser, sana: Browser, team: str) -> None:
    """Plant every text, in all ways in which people come to type one."""
    home, months = f"/teams/{team}/notes", {"months": "24"}
    written = amal.post(f"{home}/new", title=NAMED, text=f"{STORY}\n{PHONE}", **months)
    note = written.location
    for typed in (NAMED, PHONE):
        results = amal.post(home, q=typed).location
        assert NAMED in amal.get(results).words
    site.file = document()
    assert amal.post(f"{note}/files", note, (FILE_NAME, site.file)).location == note
    fetched = amal.get(re.search(f'{note}/files/[0-9a-f-]{{36}}(?=")', amal.get(note).text)[0])
    site.cleaned = fetched.content
    assert amal.post(f"{note}/files", note, (FILE_NAME, IN_FILE.encode())).status == 422
    shown = amal.get(f"{note}/edit")
    seen = re.search(r'name="seen" value="(\d+)"', shown.text)[1]
    sana.post(f"{note}/edit", title=NAMED, text=OTHER, seen=seen, **months)
    both = amal.send(f"{note}/edit", shown, title=NAMED, text=STORY, seen=seen, **months)
    assert (both.status, OTHER in both.words, STORY in both.words) == (409, True, True)
    refused = amal.post(f"{home}/new", title=REFUSED * 20, text=STORY, **months)
    assert refused.status == 422
    assert amal.get(f"/notes/{quote(NAMED)}").status == 404
    erased = amal.post(f"{home}/new", title=ERASED, text=ERASED, **months).location
    assert amal.post(f"{erased}/erase", seen="1").location == home
    amal.post("/lock", page=note)
    kept = amal.send(
        f"{note}/edit", amal.get("/unlock"), title=NAMED, text=KEPT, seen="9", **months
    )
    assert kept.location.startswith("/unlock")
    assert amal.post("/unlock", password=PASSWORD).location.startswith("/drafts")
    draft = re.search(r"/drafts/[0-9a-f-]{36}", amal.get("/drafts").text)[0]
    assert KEPT in amal.get(draft).words


@pytest.fixture(params=[sqlite, postgres], ids=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Site]:
    """A site at which two people have worked. It still runs."""
    if request.param is sqlite and IS_POSTGRES:
        pytest.skip("the run on SQLite does it")
    folder = tmp_path_factory.mktemp("planted")
    with ExitStack() as stack:
        url, owner, database = stack.enter_context(request.param(folder))
        spool = Spool(folder / "spool")
        stack.callback(spool.controller.stop)
        spool.controller.start()
        made = Site(folder, url, owner, database, spool)
        made.run("migrate", "--verbosity", "0")
        granted(made)
        about = {"name": "Demo office", "kind": "iom_office", "country": "BE"}
        about |= {"zone": "Europe/Brussels", "email": "dana@demo.example"}
        made.run("begin", *(word for each in about.items() for word in (f"--{each[0]}", each[1])))
        stack.enter_context(made.running("serve", "--port", str(made.port)))
        stack.enter_context(made.running("worker", "--poll", "0.2"))
        wait_for(f"http://localhost:{made.port}/sign-in")
        work(made, *people_of(made))
        dumped(made)
        yield made


SHAPES = sorted({each.shape for each in needles(NAMED)})


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("shape", SHAPES)
def test_the_search_finds_a_text_in_each_shape_wherever_it_begins(tmp_path, shape, before):
    written = {each for each in needles(NAMED) if each.shape == shape}
    if shape == "base64":
        held = base64.b64encode(b"x" * before + NAMED.encode() + b"yz")
    else:
        held = b"x" * before + next(iter(written)).raw + b"yz"
    (tmp_path / "file").write_bytes(held)

    assert f"file: {NAMED} as {shape}" in found_under(tmp_path, written)
    assert found_under(tmp_path, needles(STORY)) == []


def test_the_search_finds_a_piece_of_a_file(tmp_path):
    content = os.urandom(100_000)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_bytes(b"x" + content)

    assert len(found_under(tmp_path, pieces("file", content))) == 5
    assert found_under(tmp_path, pieces("file", os.urandom(100_000))) == []


def test_only_what_is_not_sealed_is_found_in_what_a_site_leaves(site):
    """One test for each database: split among processes, each would build the site anew."""
    the_purpose_is_found_where_the_database_keeps_it(site)
    mail_is_found_in_the_spool_and_people_of_the_desk_in_sessions(site)
    wanted = [needle for text in PLANTED for needle in needles(text)]
    assert site.found(wanted) == []
    no_piece_of_the_file_is_found_as_it_came_or_as_it_was_kept(site)
    everything_was_there_to_be_found(site)


def the_purpose_is_found_where_the_database_keeps_it(site: Site) -> None:
    places = {each.partition(":")[0] for each in site.found(needles(CLEAR))}

    if site.owner.startswith("sqlite"):
        assert places & {"data.sqlite3", "data.sqlite3-wal"}
    else:
        assert "dump.sql" in places
        for kept in ("data/base/", "data/pg_wal/"):
            assert any(place.startswith(kept) for place in places)


def mail_is_found_in_the_spool_and_people_of_the_desk_in_sessions(site: Site) -> None:
    found = site.found(needles("amal@demo.example"))

    assert any(place.startswith("spool/") for place in found)
    assert b"vault_session" in site.sessions()


def no_piece_of_the_file_is_found_as_it_came_or_as_it_was_kept(site: Site) -> None:
    assert len(site.file) > 2_500_000
    assert IN_FILE.encode() in site.file
    assert site.cleaned.startswith(b"%PDF")
    wanted = [*pieces("sent", site.file), *pieces("kept", site.cleaned)]

    assert site.found(wanted) == []


def everything_was_there_to_be_found(site: Site) -> None:
    """Each store was written to; an empty one would prove nothing."""
    assert site.rows("SELECT count(*) FROM vault_draft") == [1]
    assert site.rows("SELECT count(*) FROM vault_sealedfile") == [1]
    assert site.rows("SELECT count(*) FROM django_tasks_database_dbtaskresult") != [0]
    assert site.rows("SELECT count(*) FROM audit_entry WHERE action = 'vault.scan'") != [0]
    assert (site.folder / "logs/serve").stat().st_size
    assert sum(file.stat().st_size for file in (site.folder / "tmp").iterdir()) == 0  # locks only

import sqlite3
from contextlib import closing

import pytest

from protect.kernel.errors import SettingError
from protect.site import environ


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: environ.one_of("PROTECT_X", "demo", "live", default="demo"), "Live"),
        (lambda: environ.folders("PROTECT_X"), "/nowhere/at/all"),
        (lambda: environ.secret("PROTECT_X", demo=None), "short"),
        (lambda: environ.url("PROTECT_X", "http://a"), "help.example.org"),
        (lambda: environ.url("PROTECT_X", "http://a"), "https://help.example.org/path?x"),
        (lambda: environ.url("PROTECT_X", "http://a"), "https://somebody@help.example.org"),
        (lambda: environ.url("PROTECT_X", "http://a"), "https://help.example.org/#top"),
        (lambda: environ.url("PROTECT_X", "http://a"), "https://help.example.org:https"),
        (lambda: environ.url("PROTECT_X", None), ""),
        (lambda: environ.database("PROTECT_X", None), "mysql://a/b"),
        (lambda: environ.database("PROTECT_X", None), "postgresql://u@db.example:port/x"),
        (lambda: environ.database("PROTECT_X", None), "postgresql://u@db.example/x?sslmode"),
        (lambda: environ.database("PROTECT_X", None), "sqlite:////x.sqlite3?mode=ro"),
        (lambda: environ.database("PROTECT_X", None), ""),
        (lambda: environ.exits("PROTECT_X", may_be_local=True), "http://weather.example/"),
        (lambda: environ.exits("PROTECT_X", may_be_local=False), "http://127.0.0.1:1/"),
        (lambda: environ.exits("PROTECT_X", may_be_local=True), "https://weather.example/?from=us"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_the_remedy(monkeypatch, read, value):
    monkeypatch.setenv("PROTECT_X", value)

    with pytest.raises(SettingError) as refused:
        read()

    assert refused.value.text().startswith("PROTECT_X: ")
    assert "Remedy:" in refused.value.text()


def test_a_demo_secret_is_made_once(tmp_path, monkeypatch):
    monkeypatch.delenv("PROTECT_X", raising=False)
    file = tmp_path / "var/secret"

    first = environ.secret("PROTECT_X", demo=file)

    assert len(first) >= 32
    assert environ.secret("PROTECT_X", demo=file) == first
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("address", "engine", "name"),
    [
        ("postgresql://u:p%40ss@127.0.0.1:5433/protect", "postgresql", "protect"),
        ("sqlite:////var/lib/protect/x.sqlite3", "sqlite3", "/var/lib/protect/x.sqlite3"),
    ],
)
def test_addresses_of_databases_are_understood(monkeypatch, address, engine, name):
    monkeypatch.setenv("PROTECT_X", address)

    found = environ.database("PROTECT_X", default=None)

    assert found["ENGINE"].endswith(engine)
    assert found["NAME"] == name


def test_query_of_a_database_url_is_passed_to_postgresql(monkeypatch):
    monkeypatch.setenv("PROTECT_X", "postgresql://u@db.example/x?sslmode=require&connect_timeout=3")

    options = environ.database("PROTECT_X", default=None)["OPTIONS"]

    assert options == {"sslmode": "require", "connect_timeout": "3"}


def test_sqlite_overwrites_deleted_rows(monkeypatch):
    monkeypatch.setenv("PROTECT_X", "sqlite:////x.sqlite3")
    begin = environ.database("PROTECT_X", default=None)["OPTIONS"]["init_command"]

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.executescript(begin)

        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_hosts_are_compared_in_lower_case(monkeypatch):
    monkeypatch.setenv("PROTECT_X", "Help.Example, B.example")

    assert environ.hosts("PROTECT_X", []) == ["help.example", "b.example"]


def test_words_may_be_separated_by_commas_or_blanks(monkeypatch):
    monkeypatch.setenv("PROTECT_X", "a.example, b.example")

    assert environ.words("PROTECT_X", []) == ["a.example", "b.example"]

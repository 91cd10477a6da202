from pathlib import Path
from types import SimpleNamespace

import pytest

from protect.vault import checks
from protect.vault.checks import check_vault

SAFE = {
    "IS_DEMO": False,
    "PEPPERS": [b"p" * 32],
    "SIGNING_SEEDS": [b"s" * 32],
    "MATCH_KEYS": [b"m" * 32],
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "CASES": "on",
    "SCANNER": "clamd:/run/clamav/clamd.ctl",
    "LEDGER": Path("/srv/ledger.jsonl"),
}


@pytest.fixture(autouse=True)
def database(monkeypatch):
    """Let a test say which database stands behind the site."""

    def use(vendor: str) -> None:
        monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor=vendor))

    use("postgresql")
    return use


def said(settings, **changed) -> list[str]:
    for name, value in {**SAFE, **changed}.items():
        setattr(settings, name, value)
    return [each.id for each in check_vault(None)]


def test_a_live_system_with_everything_starts(settings):
    assert said(settings) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"PEPPERS": []}, "protect.no_pepper"),
        ({"SIGNING_SEEDS": []}, "protect.no_signing_key"),
        ({"MATCH_KEYS": []}, "protect.no_match_key"),
        ({"SECRET_KEY": "change-me" * 8}, "protect.default_secret"),
        ({"SCANNER": "none"}, "protect.no_scanner"),
        ({"LEDGER": Path()}, "protect.no_ledger"),
    ],
)
def test_unsafe_live_system_does_not_start_and_names_the_remedy(settings, changed, problem):
    assert said(settings, **changed) == [problem]
    assert all(each.hint for each in check_vault(None))


def test_sqlite_may_not_store_cases(settings, database):
    database("sqlite")

    assert said(settings) == ["protect.sqlite_keeps_no_cases"]
    assert said(settings, CASES="off") == []


def test_demo_needs_no_server_secrets(settings):
    assert said(settings, IS_DEMO=True, PEPPERS=[], SCANNER="none") == []


def test_an_openssl_without_ml_kem_is_named(settings, monkeypatch):
    monkeypatch.setattr(checks, "is_mlkem_available", lambda: False)

    assert said(settings) == ["protect.no_ml_kem"]

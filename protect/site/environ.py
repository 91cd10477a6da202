"""Read settings from environment variables, and refuse a bad value with the variable's name."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from protect.kernel.errors import SettingError

KEY_BYTES = 32  # bytes of each key in a file of keys


def _setting_error(name: str, problem: str, remedy: str) -> SettingError:
    return SettingError(name=name, problem=problem, remedy=remedy)


def one_of(name: str, *allowed: str, default: str) -> str:
    """Return one of the allowed words. Errors: SettingError."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise _setting_error(name, f"“{value}” is not a choice.", f"use {' or '.join(allowed)}.")
    return value


def text(name: str, default: str) -> str:
    """Return a variable's text without outer blanks, `default` if it is empty."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: list[str]) -> list[str]:
    """Return a variable's words, split at commas and blanks; `default` only if it is unset."""
    value = os.environ.get(name)
    return default if value is None else value.replace(",", " ").split()


def smtp(name: str) -> dict[str, object]:
    """Return MAILERS from `smtp(s)://user:pass@host:587`, {} if unset. Errors: SettingError."""
    value = os.environ.get(name, "")
    parts = _split_url(value)
    if not value:
        return {}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        remedy = "use smtp://user:password@mail.example.org:587 (or smtps://…:465)."
        raise _setting_error(name, "This is not the address of a mail server.", remedy)
    is_local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": parts.port or (465 if parts.scheme == "smtps" else 587),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_ssl": parts.scheme == "smtps",
                "use_tls": parts.scheme == "smtp" and not is_local,
                "timeout": 20,  # seconds
            },
        }
    }


def hosts(name: str, default: list[str]) -> list[str]:
    """Return host names in lower case, so that they can be compared with those of requests."""
    return [host.lower() for host in words(name, default)]


def folders(name: str) -> list[str]:
    """Return folders from a list separated by colons. Errors: SettingError, if one is missing."""
    paths = [path for path in os.environ.get(name, "").split(":") if path]
    for path in paths:
        if not Path(path).is_dir():
            raise _setting_error(name, f"{path} is not a folder.", "name folders that exist.")
    return paths


def secret(name: str, *, demo: Path | None) -> str:
    """Return a secret of at least 32 characters. If unset, the secret in the file `demo`, which is
    made once. Errors: SettingError, also if it is unset and `demo` is None."""
    value = os.environ.get(name, "")
    if not value and demo is not None:
        return _read_or_create(demo, lambda: secrets.token_urlsafe(48))
    if len(value) < 32:
        make = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        problem = "Missing or shorter than 32 characters."
        raise _setting_error(name, problem, f"set it to the output of: {make}")
    return value


def key_file(name: str, credential: str, *, demo_folder: Path | None) -> list[bytes]:
    """Return the keys in a file, one per line in hex, the newest first. The variable names the
    file, or else systemd gives it as `credential`, or else a demo creates it with one key.
    Without a file the list is empty: `protect check` says what does not work then.
    Errors: SettingError for an unreadable file, or a line that is not 32 bytes in hex."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    credential_file = Path(folder) / credential if folder else None
    path = demo = demo_folder / credential if demo_folder else None
    if variable_value := os.environ.get(name):
        path = Path(variable_value)
    elif credential_file and credential_file.is_file():
        path = credential_file
    if path is None:
        return []
    try:
        if path == demo:
            _read_or_create(path, lambda: secrets.token_hex(KEY_BYTES))
        keys = [bytes.fromhex(line) for line in path.read_text("ascii").split()]
    except (OSError, ValueError):
        keys = []
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        remedy = "give it one line of 64 hexadecimal digits, made by: openssl rand -hex 32"
        raise _setting_error(name, f"{path} does not hold keys.", remedy)
    return keys


def _read_or_create(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(make(), encoding="ascii")
        new.rename(path)
    return path.read_text(encoding="ascii")


def url(name: str, default: str | None) -> str:
    """Return a site's http(s) address without path. Errors: SettingError, also if missing."""
    value = (os.environ.get(name) or default or "").rstrip("/")
    parts = _split_url(value)
    is_site = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    if not is_site or value != f"{parts.scheme}://{parts.netloc}":
        problem = "This is not the address of a site." if value else "Missing."
        raise _setting_error(name, problem, "use the form https://help.example.org")
    return value


def _split_url(value: str) -> SplitResult:
    """Return the parts of an address; all empty if the address or its port is malformed."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        return urlsplit("")
    return parts


def exits(name: str, *, may_be_local: bool) -> list[str]:
    """Return https addresses without query, or of loopback if allowed. Errors: SettingError."""
    addresses = words(name, default=[])
    for value in addresses:
        parts = _split_url(value)
        is_local = may_be_local and parts.scheme == "http" and parts.hostname == "127.0.0.1"
        if not parts.hostname or parts.query or not (parts.scheme == "https" or is_local):
            remedy = "use well-known https addresses without “?…”, such as a weather site's."
            raise _setting_error(name, f"“{value}” is not a valid exit address.", remedy)
    return addresses


def database(name: str, default: Path | None) -> dict[str, object]:
    """Return Django's database settings from `postgresql://…` or `sqlite:///…`.
    The query is passed to PostgreSQL's client: sslmode, sslrootcert, connect_timeout …
    Errors: SettingError for any other form, and if it is missing without a default."""
    value = os.environ.get(name) or (f"sqlite:///{default}" if default else "")
    parts = _split_url(value)
    options = _parse_query(parts.query)
    if parts.scheme == "sqlite" and parts.path and not parts.query:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,  # seconds
                # Deleted rows are overwritten, also if SQLite was built without this default.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA secure_delete=ON;",
            },
        }
    is_postgres = parts.scheme in {"postgresql", "postgres"}
    if is_postgres and parts.path.strip("/") and options is not None:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 60,  # seconds
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    problem = "This is not the address of a database." if value else "Missing."
    remedy = "use postgresql://user:password@host:5432/name or sqlite:////absolute/file.sqlite3"
    raise _setting_error(name, problem, remedy)


def cache_folder(database: dict[str, object]) -> str:
    """Return systemd's CacheDirectory, else the folder of an SQLite file, else ""."""
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    sqlite_folder = str(Path(str(database["NAME"])).parent) if is_sqlite else ""
    return text("CACHE_DIRECTORY", default=sqlite_folder)


def _parse_query(query: str) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(query, strict_parsing=True)) if query else {}
    except ValueError:
        return None

import pytest

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.orgs import roles as roles_module
from protect.orgs.enums import KEY_PERMISSIONS, Level, Permission
from protect.orgs.roles import (
    ROLE_HINTS,
    ROLE_NAMES,
    level_of,
    permissions_of,
    role_hint,
    role_name,
    roles,
)

GOOD = '[{code}]\nlevel = "{level}"\ngives_keys = {keys}\npermissions = {permissions}\n'


@pytest.fixture
def overlay(tmp_path, settings):
    """Write an office's own roles.toml and read the tables anew."""

    def write(**role: str) -> None:
        known = {"code": "helper", "level": "team", "keys": "false", "permissions": "[]"}
        (tmp_path / "orgs").mkdir(exist_ok=True)
        (tmp_path / "orgs" / "roles.toml").write_text(GOOD.format(**known | role), "utf-8")
        settings.PROTECT_DATA_DIRS = [str(tmp_path)]
        forget()

    yield write
    settings.PROTECT_DATA_DIRS = []
    forget()


def forget() -> None:
    tables.load.cache_clear()
    roles_module.roles.cache_clear()


def test_every_permission_is_given_by_some_role():
    assert frozenset(Permission) == frozenset().union(*(r.permissions for r in roles().values()))


def test_administrator_and_operator_have_no_key_permissions():
    for role in roles().values():
        runs = {Permission.MANAGE_ORGANISATION, Permission.OPERATE, Permission.READ_AUDIT}
        if role.permissions & runs:
            assert not role.gives_keys
            assert not role.permissions & KEY_PERMISSIONS


def test_keys_belong_to_teams_alone():
    assert {role.level for role in roles().values() if role.gives_keys} == {Level.TEAM}


def test_unknown_role_gives_no_permissions():
    assert permissions_of("long_gone") == frozenset()
    assert level_of("long_gone") is None


def test_overlay_adds_a_role(overlay):
    overlay(code="intern", permissions='["translate"]')

    assert permissions_of("intern") == {Permission.TRANSLATE}
    assert permissions_of("supervisor")


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ({"permissions": '["work"]'}, "needs a key"),
        ({"level": "organisation", "keys": "true"}, "Only teams have keys"),
        ({"permissions": '["operate"]'}, "is for the platform"),
        ({"permissions": '["fly"]'}, "permissions"),
        ({"level": "moon"}, "level"),
        ({"code": "Big-Chief"}, "not a valid code"),
        ({"code": "x" * 41}, "not a valid code"),
    ],
)
def test_a_wrong_role_names_its_line_and_a_remedy(overlay, role, words):
    overlay(**role)

    with pytest.raises(DataError) as refused:
        roles()

    assert words in refused.value.text()
    assert refused.value.facts["line"] == 1


def test_every_role_of_the_table_has_a_word():
    assert set(ROLE_NAMES) == set(roles()) == set(ROLE_HINTS)


def test_a_role_that_a_data_folder_adds_is_called_by_its_code():
    assert role_name("night_watch") == "Night watch"
    assert role_name("caseworker") == "Case worker"
    assert role_hint("night_watch") == ""

import hashlib
import re

import pytest

from protect.ui import assets


def test_public_style_contains_no_desk_rules():
    desk_only = set(assets.DESK_STYLES) - set(assets.PUBLIC_STYLES)

    assert desk_only == {name for name in assets.DESK_STYLES if name.startswith("desk/")}
    assert not any(name.startswith("desk/") for name in assets.PUBLIC_STYLES)
    assert ".desk" not in assets.SITE_STYLE


@pytest.mark.parametrize("name", assets.CONTENT_BY_NAME)
def test_a_file_of_the_desk_is_named_for_its_content(name):
    _, content = assets.CONTENT_BY_NAME[name]

    assert hashlib.sha256(content).hexdigest()[:16] in name


def test_the_files_are_the_style_and_every_module():
    assert assets.CONTENT_BY_NAME[assets.DESK_CSS.name] == (
        "text/css; charset=utf-8",
        assets.DESK_CSS.content,
    )
    assert (
        assets.CONTENT_BY_NAME[assets.ASSET_BY_NAME["desk.js"].name][0]
        == "text/javascript; charset=utf-8"
    )
    assert len(assets.CONTENT_BY_NAME) == 1 + len(assets.DESK_SCRIPTS)


def test_an_address_leads_to_a_file():
    assert assets.asset_url("desk.css").removeprefix(assets.ASSETS_PATH) in assets.CONTENT_BY_NAME


def test_another_content_gets_another_name():
    first, second = (assets.hashed_asset("desk", "css", "text/css", text) for text in ("a", "b"))

    assert first.name != second.name


def test_the_desk_loads_nothing_from_elsewhere():
    for _, content in assets.CONTENT_BY_NAME.values():
        assert not re.search(rb"https?:|@import|url\(|\bimport\b", content)


def test_the_module_writes_no_markup():
    """Trusted types are required: a page that allowed innerHTML would not start."""
    desk = assets.ASSET_BY_NAME["desk.js"].content
    assert not re.search(rb"innerHTML|outerHTML|insertAdjacent|document\.write", desk)

from __future__ import annotations

import hashlib
import re

import pytest

from protect.ui import assets


def test_the_public_style_and_script_are_what_they_were_before_the_desk():
    found = [
        hashlib.sha256(text.encode()).hexdigest() for text in (assets.STYLE, assets.EXIT_SCRIPT)
    ]

    assert found == [
        "56e5f75942d9f6d1e7a690fcfac3d7c7e11651e45bb24a49b3edf2582513a1d8",
        "b0dbeb17e8e14227014062481c06d53dde8a7283063b6b8c61265ea27cfc34e9",
    ]


@pytest.mark.parametrize("name", assets.FILES)
def test_a_file_of_the_desk_is_named_for_its_content(name):
    _, content = assets.FILES[name]

    assert hashlib.sha256(content).hexdigest()[:16] in name


def test_the_files_are_the_style_and_every_module():
    assert assets.FILES[assets.DESK_CSS.name] == (
        "text/css; charset=utf-8",
        assets.DESK_CSS.content,
    )
    assert assets.FILES[assets.DESK_JS.name][0] == "text/javascript; charset=utf-8"
    assert len(assets.FILES) == 1 + len(assets.MODULES)


def test_an_address_leads_to_a_file():
    assert assets.address("desk.css").removeprefix(assets.FILES_AT) in assets.FILES


def test_another_content_gets_another_name():
    first, second = (assets.asset("desk", "css", "text/css", text) for text in ("a", "b"))

    assert first.name != second.name


def test_the_desk_loads_nothing_from_elsewhere():
    for _, content in assets.FILES.values():
        assert not re.search(rb"https?:|@import|url\(|\bimport\b", content)


def test_the_module_writes_no_markup():
    """Trusted types are required: a page that allowed innerHTML would not start."""
    assert not re.search(
        rb"innerHTML|outerHTML|insertAdjacent|document\.write", assets.DESK_JS.content
    )

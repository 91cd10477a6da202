"""The list of languages, and the same page in another one."""

import re

import pytest

from protect.findhelp import access, addresses


def links(response) -> list[str]:
    return re.findall(r'href="(/[^"]*)"', response.content.decode())


@pytest.mark.parametrize("rest", ["{}", "{}-gk", "{}-gk/2", "{}-gk/q", "{}-gk/q/2"])
def test_another_language_shows_the_same_page(public, code, rest):
    rest = rest.format(code("Valletta", "MT"))
    at = f"/l/en/{rest}"
    assert links(public.get(f"/en/{rest}")).count(at) == 2  # above and below

    offered = links(public.get(at))

    assert offered[:2] == [f"/en/{rest}", f"/mt/{rest}"]  # official in Malta
    assert {f"/{tag}/{rest}" for tag in access.languages()} <= set(offered)
    assert public.get(f"/ti/{rest}").status_code == 200


def test_languages_are_in_two_columns_by_their_alphabet(public):
    page = public.get("/").content.decode()
    latin, others = re.findall(r'<ul class="choices">(.*?)</ul>', page, re.DOTALL)

    assert re.findall(r'hreflang="(\w+)"', latin)[:4] == ["om", "de", "en", "es"]
    assert re.findall(r'hreflang="(\w+)"', others)[:6] == ["el", "bg", "ru", "uk", "ur", "ar"]


def listed_names(public, at: str) -> dict[str, str]:
    """Return the texts of the list of languages at a path by tag, own name and other joined."""
    page = public.get(at).content.decode()
    texts = re.findall(r'hreflang="(\w+)">(.*?)</a>', page, re.DOTALL)
    return {tag: " ".join(re.sub("<[^>]*>", " ", text).split()) for tag, text in texts}


def test_languages_in_other_scripts_have_a_name_that_a_helper_can_read(public, code):
    rest = f"{code('Valletta', 'MT')}-gk"
    start, french, arabic = (
        listed_names(public, at) for at in ("/", f"/l/fr/{rest}", f"/l/ar/{rest}")
    )

    assert (start["ti"], start["am"], start["prs"]) == ("ትግርኛ Tigrinya", "አማርኛ Amharic", "دری Dari")
    assert (start["fr"], start["so"]) == ("Français", "Soomaali")
    assert (french["ti"], french["fa"]) == ("ትግርኛ tigrigna", "فارسی persan")
    assert (arabic["prs"], arabic["ar"], arabic["de"]) == ("دری الدارية", "العربية", "Deutsch")
    assert public.get(f"/l/xx/{rest}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ({"country": "BE", "typed": "Zzzz"}, ["de", "fr", "nl"]),
        ({"need": "gk"}, ["en", "mt"]),
        ({"typed": "Zzzz"}, ["om", "de"]),
    ],
)
def test_languages_of_a_sealed_page_are_those_of_its_place(public, code, typed, first):
    place = code("Valletta", "MT") if "need" in typed else ""
    refined = addresses.RefinedSearch(place=place, **typed)
    sealed = addresses.sealed_address(access.get_language("en"), refined)

    offered = links(public.get(f"/l{sealed}"))

    assert [link[1:3] for link in offered[: len(first)]] == first
    assert public.get("/l/en/r/forged").status_code == 200


def test_another_language_keeps_what_was_typed(public, code):
    sealed = public.post(f"/en/{code('Valletta', 'MT')}-gk", {"languages": "ti"})["Location"]
    (at, _) = [link for link in links(public.get(sealed)) if link.startswith("/l/")]

    listed = public.get(at)

    assert sealed.replace("/en/", "/ti/") in links(listed)
    assert "Protect-Valid-Until" not in listed.headers
    assert public.get(sealed.replace("/en/", "/ti/")).status_code == 200


def test_a_service_page_in_another_language_links_back(public, code):
    home = f"{code('Valletta', 'MT')}-gk"
    (service, *_) = [
        link
        for link in links(public.get(f"/en/{home}"))
        if f"/{home}/" in link and link[-7:-6] == "/"
    ]

    offered = links(public.get(f"/l{service}"))

    assert service.replace("/en/", "/ar/") in offered


def test_a_page_without_quiet_version_links_to_the_country_list(public):
    assert links(public.get("/en/nothing-here")).count("/") == 2

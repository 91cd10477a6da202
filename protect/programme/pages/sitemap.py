"""The pages of the programme's site: their addresses, texts and places in the menu."""

from typing import NamedTuple

FRAME = "programme-frame"  # code of the page of `content` with the words around each page


class Section(NamedTuple):
    """A page. `slug`: its address after the language; `code`: its page of `content`."""

    slug: str
    code: str
    is_in_menu: bool = False  # at the top; the foot lists all


HOME = Section("", "programme-home")
PARTNERS = Section("partners", "programme-partners", is_in_menu=True)
CONTACTS = Section("contacts", "programme-contacts", is_in_menu=True)
NEWS = Section("news", "programme-news", is_in_menu=True)
ACTION = Section("take-action", "programme-action", is_in_menu=True)
RESOURCES = Section("resources", "programme-resources", is_in_menu=True)
OBJECTIVES = Section("objectives", "programme-objectives")
SECTIONS = (
    Section("about", "programme-about", is_in_menu=True),
    OBJECTIVES,
    PARTNERS,
    NEWS,
    ACTION,
    RESOURCES,
    CONTACTS,
    Section("protected-figures", "programme-figures"),
    Section("agenda-2030", "programme-agenda"),
    Section("gender", "programme-gender"),
    Section("protection-from-abuse", "programme-safeguarding"),
    Section("accessibility", "programme-accessibility"),
    Section("privacy", "programme-privacy"),
    Section("funding", "programme-legal"),
)

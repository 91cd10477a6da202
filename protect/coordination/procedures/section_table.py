"""The sections of a new procedure, and the words of its paper: data/procedure_*.toml."""

from pydantic import Field

from protect.kernel import tables

ENGLISH = "en"


class StandardSection(tables.Record):
    """A section that the inter-agency guidance asks for. `title`: by the document's language;
    `hint`: what belongs in it, by language of the desk."""

    title: dict[str, str]
    hint: dict[str, str]
    source: str = Field(min_length=1)

    def title_in(self, tag: str) -> str:
        return self.title.get(tag, self.title[ENGLISH])

    def hint_in(self, tag: str) -> str:
        return self.hint.get(tag, self.hint[ENGLISH])


class PaperWords(tables.Record):
    sop: str
    guideline: str
    region: str
    version: str
    draft: str
    in_force: str
    review: str
    contents: str
    signatures: str
    organisation: str
    function: str
    name: str
    date_and_signature: str
    by_account: str
    on_paper: str
    earlier: str
    damaged: str
    changed: str
    signed_text: str
    not_translated: str
    outdated: str
    text_code: str


def standard_sections() -> dict[str, StandardSection]:
    """Return the sections by code, in the order of the document. Errors: DataError."""
    return tables.load("coordination", "procedure_sections", StandardSection)


def paper_words(tag: str) -> PaperWords:
    """Return the words of a paper in a language, the English ones if it has none.
    Errors: DataError."""
    words: dict[str, PaperWords] = tables.load("coordination", "procedure_papers", PaperWords)
    return words.get(tag, words[ENGLISH])

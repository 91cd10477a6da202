"""Two versions of a document of 100 pages compared, and the papers of working groups."""

import random
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from uuid import UUID

from bench.measure import seconds, table
from protect.coordination.mappings.models import MappingReport
from protect.coordination.mappings.report_files import report_pdf
from protect.coordination.mappings.report_words import report_words
from protect.coordination.meetings.models import Meeting
from protect.coordination.pathways.models import PathwayEdition
from protect.coordination.pathways.pathway_papers import PaperKind, paper_pdf
from protect.coordination.procedures.comparison import SectionText, compare_sections
from protect.coordination.procedures.models import ProcedureVersion
from protect.coordination.procedures.papers import procedure_pdf
from protect.coordination.translated_minutes.papers import minutes_pdf
from protect.kernel import clock

PAGES, PAGE, PARAGRAPH = 100, 400, 90  # words of a page and of a paragraph
VOCABULARY = [f"word{number}" for number in range(8000)]
FREQUENCIES = [1 / (number + 1) for number in range(8000)]  # as in languages: Zipf
SHARES = (0.02, 0.2, 0.6, 1)  # of the words, changed
SEED, REPEATS, PAPERS = 20261202, 5, 10

type Section = list[str]  # words


def comparison_table() -> str:
    """Return how long the whole comparison takes, with its HTML, and difflib's blocks alone."""
    header = ("sections", "words changed", "ms", "difflib, ms", "ratio", "marked", "difflib's")
    return table(header, comparison_rows())


def comparison_rows() -> Iterator[tuple[object, ...]]:
    pick = random.Random(SEED)
    for count in (14, 1):
        length = PAGES * PAGE // count
        before = [_words(pick, length) for _ in range(count)]
        for share in SHARES:
            after = [[_changed(pick, word, share) for word in words] for words in before]
            old, new = _sections(before), _sections(after)
            marked, ours = _best(partial(_compare, old, new), REPEATS)
            theirs_marked, theirs = _best(partial(_difflib, before, after), 1)
            yield (
                count,
                f"{share:.0%}",
                f"{1000 * ours:.0f}",
                f"{1000 * theirs:.0f}",
                f"{theirs / ours:.1f}",
                f"{marked:.1%}",
                f"{theirs_marked:.1%}",
            )


def papers_table() -> str:
    """Return papers of the demonstration per second, one after the other."""
    edition = PathwayEdition.objects.order_by("pathway__need").first()
    meeting = Meeting.objects.filter(agenda__isnull=False).order_by("number").first()
    version = ProcedureVersion.objects.filter(number=1).first()
    report = MappingReport.objects.exclude(issued_at=None).first()
    if not (edition and meeting and version and report):
        raise SystemExit("a paper is missing: build the demonstration anew")
    at = clock.now()
    makers: dict[str, Callable[[], bytes]] = {
        "pathway, A4": lambda: paper_pdf(edition, PaperKind.PAGE, "en", at=at),
        "pathway, A4 (Arabic)": lambda: paper_pdf(edition, PaperKind.PAGE, "ar", at=at),
        "pathway, poster": lambda: paper_pdf(edition, PaperKind.POSTER, "en", at=at),
        "minutes beside Arabic": lambda: minutes_pdf(meeting, "ar"),
        "procedure": lambda: procedure_pdf(version, None),
        "mapping report": lambda: report_pdf(report_words(report)),
    }
    return table(("paper", "a second", "kB"), (_paper(*each) for each in makers.items()))


def _paper(name: str, make: Callable[[], bytes]) -> tuple[object, ...]:
    make()  # fonts are read once
    content, took = _best(make, PAPERS)
    return (name, f"{1 / took:.1f}", f"{len(content) / 1000:.0f}")


def _best[T](make: Callable[[], T], repeats: int) -> tuple[T, float]:
    """Return what was made and the fastest time: other users have the machine, too."""
    return min((seconds(make) for _ in range(repeats)), key=lambda each: each[1])


def _compare(old: Sequence[SectionText], new: Sequence[SectionText]) -> float:
    """Return which share of the later words is marked as new."""
    marked = whole = 0
    for each in compare_sections(old, new):
        assert each.html_before is not None
        assert each.html_after is not None
        marked += sum(len(piece.text.split()) for piece in each.after if piece.is_changed)
        whole += sum(len(piece.text.split()) for piece in each.after)
    return marked / whole


def _difflib(before: Sequence[Section], after: Sequence[Section]) -> float:
    same = sum(
        block.size
        for old, new in zip(before, after, strict=True)
        for block in SequenceMatcher(None, old, new).get_matching_blocks()
    )
    return 1 - same / sum(map(len, after))


def _words(pick: random.Random, count: int) -> Section:
    words = pick.choices(VOCABULARY, FREQUENCIES, k=count)
    words[PARAGRAPH::PARAGRAPH] = ["\n\n"] * len(words[PARAGRAPH::PARAGRAPH])
    return words


def _changed(pick: random.Random, word: str, share: float) -> str:
    is_kept = word == "\n\n" or pick.random() >= share
    return word if is_kept else pick.choices(VOCABULARY, FREQUENCIES)[0]


def _sections(texts: Sequence[Section]) -> list[SectionText]:
    return [
        SectionText(UUID(int=number), "Section", " ".join(words))
        for number, words in enumerate(texts)
    ]

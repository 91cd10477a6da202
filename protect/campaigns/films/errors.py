from collections.abc import Sequence
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.campaigns.films.subtitle_rules import Fault, Problem
from protect.kernel.errors import ProtectError

# Translators, of each below: what is wrong with subtitles of a film. {cue} is the number of a
# subtitle in the file, {line} of a line, {value} a further number.
PROBLEM_TEXTS: dict[str, Promise] = {
    Fault.NO_HEADER: _("Line {line}: the first line must be WEBVTT."),
    Fault.NO_CUES: _("Line {line}: no subtitle was found."),
    Fault.NO_TIME: _("Subtitle {cue}, line {line}: it has no times."),
    Fault.BAD_TIME: _(
        "Subtitle {cue}, line {line}: the times cannot be read. Write them as 00:01:02.000 --> "
        "00:01:04.500."
    ),
    Fault.REVERSED: _("Subtitle {cue}, line {line}: it ends before it begins."),
    Fault.OVERLAP: _("Subtitle {cue}, line {line}: it begins before subtitle {value} ends."),
    Fault.AFTER_END: _("Subtitle {cue}, line {line}: the film has only {value} seconds."),
    Fault.EMPTY: _("Subtitle {cue}, line {line}: it has no text."),
    Fault.MARKUP: _(
        "Subtitle {cue}, line {line}: it has script or marks that subtitles do not have."
    ),
    Fault.TOO_FAST: _(
        "Subtitle {cue}, line {line}: {value} characters per second are hard to read."
    ),
}


def problem_text(problem: Problem) -> str:
    """Return a problem of subtitles in words."""
    return str(PROBLEM_TEXTS[problem.code]).format(**problem._asdict())


class SubtitlesRefused(ProtectError):
    """Subtitles with mistakes. `problems`: all of them, up to MAX_PROBLEMS; none if the file could
    not be read at all."""

    code = "campaigns_subtitles_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {count} mistakes in the subtitles of a film; the page has a list of them.
    message = _(
        "Nothing was saved, and what you wrote is still here. Correct {count} mistakes in the "
        "subtitles: this page names each."
    )

    def __init__(self, problems: Sequence[Problem], reason: str = "") -> None:
        self.problems, self.reason = list(problems), reason
        super().__init__(count=len(self.problems))

    def text(self) -> str:
        if self.problems:
            return super().text()
        # Translators: a file with subtitles of a film cannot be opened.
        return str(_("This is not a WebVTT file in UTF-8. Nothing was saved."))

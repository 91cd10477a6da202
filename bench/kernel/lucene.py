"""Lucene 9 in its own JVM: one document per service; a term and a distance query, own collector."""

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.kernel.data import MOST, RINGS, Data, Question
from bench.measure import PASSES, Timing

JAR = Path("/usr/share/java/lucene9.jar")
JVMS = Path("/usr/lib/jvm")
OLDEST = 21  # Java of Debian 13, which Lucene is compiled for there
SOURCE = Path(__file__).with_name("Rival.java")
# Debian's jar has the classes and lacks the lists by which Lucene finds them.
CODECS = "org.apache.lucene.codecs"
SERVICES = {
    "Codec": "lucene99.Lucene99Codec",
    "PostingsFormat": "lucene99.Lucene99PostingsFormat",
    "DocValuesFormat": "lucene90.Lucene90DocValuesFormat",
    "KnnVectorsFormat": "lucene99.Lucene99HnswVectorsFormat",
}
NAME = "Lucene, in its JVM"


class Run(NamedTuple):
    timing: Timing
    answers: list[list[int]]
    build_s: float
    megabytes: float
    visible_ms: float


def jdk() -> Path | None:
    """Return the folder of the newest JDK that can read Lucene's classes."""
    found = {
        int(at.parts[-3].split("-")[1]): at.parent
        for at in JVMS.glob("java-[0-9][0-9]-openjdk-*/bin/javac")
    }
    newest = max(found, default=0)
    return found[newest] if newest >= OLDEST and JAR.exists() else None


def run(
    binaries: Path, data: Data, questions: list[Question], rings: tuple[int, ...] = RINGS
) -> Run:
    """Compile the rival, hand it the data, and return what it found and how long it took."""
    with tempfile.TemporaryDirectory(prefix="bench-lucene-") as name:
        folder = Path(name)
        given = {
            "x": data.x, "y": data.y, "pattern": data.pattern, "first": data.first,
            "pairs": data.pairs, "waits": data.waits, "rings": np.array(rings),
            "most": np.array([MOST]), "questions": np.array(questions).ravel(),
        }  # fmt: skip
        for column, values in given.items():
            values.astype("<i4").tofile(folder / column)
        services = folder / "META-INF" / "services"
        services.mkdir(parents=True)
        for kind, implementation in SERVICES.items():
            (services / f"{CODECS}.{kind}").write_text(f"{CODECS}.{implementation}\n")
        compile_command = [str(binaries / "javac"), "-cp", str(JAR), "-d", name, str(SOURCE)]
        subprocess.run(compile_command, check=True, stderr=subprocess.DEVNULL)
        command = [
            str(binaries / "java"),
            "-Xmx4g",
            "-cp",
            f"{JAR}:{name}",
            "Rival",
            name,
            str(PASSES),
        ]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        build_s, megabytes, visible_ms = map(float, told[-3:])
        answers = np.fromfile(folder / "answers", dtype="<i4").reshape(-1, MOST)
        took = np.fromfile(folder / "times", dtype="<i8") / 1000
    found = [[service for service in row if service >= 0] for row in answers.tolist()]
    return Run(Timing.of(took), found, build_s, megabytes, visible_ms)

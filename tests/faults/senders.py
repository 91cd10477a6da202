"""Sends hostile files, many at once, from a process of its own; prints each answer as JSON.

    python -m tests.faults.senders FOLDER PORT ADDRESS COUNT

Apart from the process that reads pages meanwhile: its own threads would lengthen what it measures.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.served import Reply, Served


def main(folder: str, port: str, sending: str, count: str) -> None:
    served = Served(int(port), 0, Path(folder), sending)
    pdf, workbook = (Path(folder, name).read_bytes() for name in ("a.pdf", "a.xlsx"))

    def send(number: int) -> Reply:
        if number % 2:
            return served.check("a.pdf", pdf)
        return served.send_list("a.xlsx", workbook)

    sys.stdin.readline()  # begin when told
    with ThreadPoolExecutor(int(count)) as senders:
        replies = list(senders.map(send, range(int(count))))
    sys.stdout.write(json.dumps(replies))


if __name__ == "__main__":
    main(*sys.argv[1:])

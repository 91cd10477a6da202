"""Sends hostile files, many at once, from a process of its own; prints each answer as JSON.

    python -m tests.faults.senders FOLDER PORT ADDRESS COUNT

Each comes from another network. Apart from the process that reads pages meanwhile: its own threads
would lengthen what it measures.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.served import Served


def network(number: int) -> str:
    """Return an address of a network of its own: of one network, one file waits."""
    return f"10.{number}.0.1"


def main(folder: str, port: str, sending: str, count: str) -> None:
    served = Served(int(port), 0, Path(folder), sending)
    pdf, workbook = (Path(folder, name).read_bytes() for name in ("a.pdf", "a.xlsx"))

    forms = [
        served.list_form("a.xlsx", workbook, network(number))
        if number % 2
        else served.check_form("a.pdf", pdf, network(number))
        for number in range(int(count))
    ]
    with ThreadPoolExecutor(int(count)) as senders:
        # Other machines, so to speak: what they compute is nothing that the server lacks.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        sys.stdin.readline()  # begin when told
        replies = list(senders.map(served.send, forms))
    sys.stdout.write(json.dumps(replies))


if __name__ == "__main__":
    main(*sys.argv[1:])

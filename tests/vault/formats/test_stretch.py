"""Runs of Argon2id, which share a pool of threads in each process."""

import multiprocessing
import warnings

from protect.vault.formats.credentials.stretch import ARGON2ID, Kdf, stretch

CHEAP = Kdf(ARGON2ID, memory=19 * 1024, passes=1, lanes=1)  # the least allowed
SALT = b"salt of a test.."


def test_a_forked_process_stretches_although_its_parent_did_before():
    """The server forks its workers after `make demo` has made accounts: the first sign-in hung."""
    stretch("a passphrase of the parent", SALT, CHEAP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking threads: the point here
        child = multiprocessing.get_context("fork").Process(
            target=stretch, args=("a passphrase of the child", SALT, CHEAP), daemon=True
        )
        child.start()

    child.join(timeout=60)
    child.kill()

    assert child.exitcode == 0

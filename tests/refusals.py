"""Expectations of tests about refusals."""

import re
from typing import Any

import pytest

from protect.kernel.errors import ProtectError, TableRefusal

type Expected = str | type[Exception] | tuple[str | type[Exception], ...]


def refuses(expected: Expected) -> pytest.RaisesExc[Any]:
    """Expect an error of a class, or a refusal with a code; of a tuple, any one of them."""
    expectations = expected if isinstance(expected, tuple) else (expected,)
    codes = [re.escape(code) for code in expectations if isinstance(code, str)]
    if not codes:
        return pytest.raises(expected)
    assert len(codes) == len(expectations), "codes and classes cannot be expected together"
    return pytest.raises(ProtectError, match=rf"^\('({'|'.join(codes)})'")


def kind_of(error: Exception) -> str | type[Exception]:
    """Return the code of a refusal of a table, and the class of any other error."""
    return error.code if isinstance(error, TableRefusal) else type(error)

"""Requests that schemathesis generates from our own descriptions and sends through WSGI."""

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from protect.site.api import hsds_api, hsds_core_api, public_api
from protect.site.server.wsgi import application

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))  # more by hand; each asks once or more
ASKED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="SCHEMATHESIS_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
SERVER_FAILED = 500  # what else is wrong, schemathesis raises by itself
HEADERS = {"Host": "127.0.0.1", "Accept-Encoding": "identity"}  # what is packed it cannot read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "one_connection")]


def described(api: Any) -> Any:
    """Return the schema that schemathesis reads from one of our interfaces."""
    config = SchemathesisConfig()
    config.projects.default.update(base_url="http://127.0.0.1")
    schema = schemathesis.openapi.from_dict(
        json.loads(json.dumps(api.get_openapi_schema())), config=config
    )
    schema.app = application
    return schema


HSDS, CORE, MATCH = described(hsds_api), described(hsds_core_api), described(public_api)


@HSDS.parametrize()
@ASKED
def test_schemathesis_finds_no_failure_in_the_hsds_api(case):
    query = case.query or {}
    # No schema of a parameter can say that one needs another: such a question is refused.
    is_from_nowhere = "proximity" in query and "postcode" not in query
    excluded = [positive_data_acceptance] if is_from_nowhere else []
    answer = case.call_and_validate(headers=HEADERS, excluded_checks=excluded)
    assert answer.status_code < SERVER_FAILED


@CORE.include(path_regex="/services").parametrize()
@ASKED
def test_schemathesis_finds_no_failure_in_the_core_api(case):
    assert case.call_and_validate(headers=HEADERS).status_code < SERVER_FAILED


@MATCH.parametrize()
@ASKED
def test_schemathesis_finds_no_failure_in_the_match_api(case):
    """No schema defines the form of a place or the known codes. 422 is correct for both."""
    answer = case.call_and_validate(headers=HEADERS, excluded_checks=[positive_data_acceptance])
    assert answer.status_code < SERVER_FAILED

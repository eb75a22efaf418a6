"""Tests against a real JupyterHub: skipped with one line where its proxy is absent, but never with CI=true."""

import os

import pytest

from tests import zet_systeem_klaar
from tests.browser.conftest import chromium, page  # noqa: F401 - fixtures


@pytest.fixture(scope="session", autouse=True)
def proxy():
    if zet_systeem_klaar.find_proxy() is None:
        assert os.environ.get("CI") != "true", "configurable-http-proxy is er niet"
        pytest.skip("geen configurable-http-proxy op deze machine")

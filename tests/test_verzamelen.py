"""Two workers must collect the same tests: a name that holds a moment or a chance number stops the whole run."""

import ast
from pathlib import Path

import pytest

MAP = Path(__file__).parent
WISSELT = ("time", "monotonic", "now", "today", "uuid4", "token_hex", "token_urlsafe", "random", "randint", "mkdtemp", "getpid", "perf_counter")


def changing(bron: str) -> list[int]:
    """Lines of `bron` where a parametrize asks for something that differs from moment to moment, or loops over a set."""
    rijen = []
    for knoop in ast.walk(ast.parse(bron)):
        if isinstance(knoop, ast.Call) and isinstance(knoop.func, ast.Attribute) and knoop.func.attr == "parametrize":
            for deel in (k for a in knoop.args for k in ast.walk(a)):
                naam = getattr(getattr(deel, "func", None), "attr", getattr(getattr(deel, "func", None), "id", "")) if isinstance(deel, ast.Call) else ""
                if naam in WISSELT or any(deel is a and (isinstance(a, ast.Set) or naam in ("set", "frozenset")) for a in knoop.args):
                    rijen.append(deel.lineno)
    return rijen


def test_no_parameter_of_a_test_differs_between_workers():
    assert {str(p.relative_to(MAP)): r for p in sorted(MAP.rglob("*.py")) if (r := changing(p.read_text("utf-8")))} == {}


@pytest.mark.parametrize("bron", ['"x", [int(time.time()) - 60]', '"x", {1, 2}', '"x", set(y)', '"x", [{"a": uuid.uuid4().hex}]'])
def test_what_differs_is_seen(bron):
    assert changing(f"pytest.mark.parametrize({bron})") == [1]

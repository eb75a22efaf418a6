"""The three places that name dependencies hold the same set, and the lock names no address."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


def _namen(regels):
    return {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", r)[0]).lower(): re.sub(r"^[A-Za-z0-9_.-]+(\[\w+\])?", "", r) for r in regels}


def _pyproject():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extra = [r for regels in data["project"]["optional-dependencies"].values() for r in regels]
    return _namen(data["project"]["dependencies"] + extra + data["dependency-groups"]["test"])


def test_environment_yml_holds_the_same_set_with_the_same_bounds():
    regels = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    plat = [r for r in regels if isinstance(r, str)] + [r for d in regels if isinstance(d, dict) for r in d["pip"]]
    conda = _namen(plat)
    assert conda.pop("python") == ">=3.11" and "pip" in conda
    conda.pop("pip")
    assert conda == _pyproject()


def test_every_dependency_in_environment_yml_has_a_reason():
    zonder = [r for r in (ROOT / "environment.yml").read_text().splitlines()
              if re.match(r"\s+- [a-z]", r) and "#" not in r and not re.search(r"- (conda-forge|pip:?)$", r)]
    assert zonder == []


def test_lock_pins_every_dependency_with_hashes_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text()
    vast = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.M))
    assert set(_pyproject()) <= {re.sub(r"[-_.]+", "-", n) for n in vast}
    assert lock.count("--hash=sha256:") >= len(vast)
    assert "://" not in lock and "--index" not in lock and "file:" not in lock


def test_what_the_engine_imports_is_declared():
    """Not by way of another package, which may drop or change it. Hub packages count for what only a hub runs."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extra = [r for regels in data["project"]["optional-dependencies"].values() for r in regels]
    genoemd = set(_namen(data["project"]["dependencies"] + extra))
    gebruikt = {}
    for pad in sorted((ROOT / "src" / "leerlijn").rglob("*.py")):
        for knoop in ast.walk(ast.parse(pad.read_text(encoding="utf-8"))):
            namen = [a.name for a in knoop.names] if isinstance(knoop, ast.Import) else [knoop.module] if isinstance(knoop, ast.ImportFrom) and not knoop.level else []
            for naam in {n.partition(".")[0] for n in namen} - sys.stdlib_module_names - {"leerlijn"}:
                gebruikt.setdefault(naam, pad.name)
    pakketten = packages_distributions()
    zonder = {f"{naam} ({waar})" for naam, waar in gebruikt.items() if not {re.sub(r"[-_.]+", "-", p).lower() for p in pakketten[naam]} & genoemd}
    assert zonder == set()

"""Memory of a learner's kernel with a whole lesson, above a bare kernel with ipywidgets. PSS, same run, interleaved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from meting import median, toon

from leerlijn import build

ROOT = Path(__file__).parent.parent
KAAL = "import ipywidgets"


def pss(pid: int) -> float:
    """Proportional set size of a process in MB."""
    for regel in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if regel.startswith("Pss:"):
            return int(regel.split()[1]) / 1024
    raise RuntimeError("no Pss in smaps_rollup")


def kernel(code: str, map_: Path) -> float:
    """PSS in MB of a fresh kernel after running `code` in folder `map_`."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(map_), env={**os.environ, "LEERLIJN_SLANK": "1"})
    try:
        antwoord = client.execute_interactive(code, timeout=60, output_hook=lambda _: None)
        assert antwoord["content"]["status"] == "ok", antwoord["content"]
        return pss(manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def lescode(nb: dict) -> str:
    return "\n".join("".join(c["source"]) for c in nb["cells"] if c["cell_type"] == "code")


def main() -> bool:
    import json

    with tempfile.TemporaryDirectory() as tijdelijk:
        uit = build.build(ROOT, Path(tijdelijk) / "cursus", Path(tijdelijk) / "grading")
        les = uit / "herkennen"
        code = lescode(json.loads((les / "les.ipynb").read_text(encoding="utf-8")))
        kaal, vol = [], []
        for _ in range(5):
            kaal.append(kernel(KAAL, les))
            vol.append(kernel(code, les))
    return toon("kernel met een hele les, boven een kale kernel", median(vol) - median(kaal), "MB", 5, toelichting=f"kaal {median(kaal):.1f} MB, les {median(vol):.1f} MB")


if __name__ == "__main__":
    main()

"""How long until an answer is on the disk, and how long to read a full file back."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from meting import median, p95, toon

from leerlijn import answers


def main() -> bool:
    with tempfile.TemporaryDirectory() as map_:
        pad = Path(map_) / "antwoorden.jsonl"
        tijden = []
        for i in range(10_000):
            begin = time.perf_counter()
            answers.append(pad, f"vraag-{i % 60}", ["optie-een", "optie-twee"])
            tijden.append((time.perf_counter() - begin) * 1000)
        lezen = []
        for _ in range(5):
            begin = time.perf_counter()
            gelezen = answers.read(pad)
            lezen.append((time.perf_counter() - begin) * 1000)
        assert len(gelezen.regels) == 10_000
    return toon("antwoord op de schijf, p95", p95(tijden), "ms", 5) & toon("10.000 antwoorden teruglezen, mediaan van 5", median(lezen), "ms", 50)


if __name__ == "__main__":
    main()

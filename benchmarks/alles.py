"""`make bench`: every benchmark in turn, one line per figure. Exit code 1 when a target is missed."""

from __future__ import annotations

import importlib
import sys

NAMEN = ("bench_start", "bench_antwoorden", "bench_check", "bench_build", "bench_geheugen", "bench_pagina", "bench_inzicht", "bench_nakijken", "bench_hub")


def main() -> int:
    gehaald = True
    for i, naam in enumerate(NAMEN, 1):
        print(f"\n[{i}/{len(NAMEN)}] {naam}: {(importlib.import_module(naam).__doc__ or '').splitlines()[0]}", flush=True)
        gehaald &= importlib.import_module(naam).main() is not False
    print("\nAlle doelen gehaald." if gehaald else "\nNiet alle doelen zijn gehaald.")
    return 0 if gehaald else 1


if __name__ == "__main__":
    sys.exit(main())

"""Learners who come and go for a while, in every way in which people leave a page. Afterwards nothing may be left of them."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from hub_klant import Klant
from meting import toon

STIL = 20  # seconds after which the service ends a kernel without an open page
PER_SECONDE = 1.0  # learners who come
TEGELIJK = 40
OPRUIMEN = 240.0  # seconds that the service may take to clear away what fell away


async def break_off(k: Klant, pad: str) -> None:
    """Ask for a page and be gone before it is there."""
    url = urlsplit(k.basis + pad)
    lees, schrijf = await asyncio.open_connection(url.hostname, url.port)
    schrijf.write(f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nCookie: {k._koek(k.basis)}\r\n\r\n".encode())
    await schrijf.drain()
    await lees.read(500)
    schrijf.close()


async def visit(k: Klant, soort: int, module: str) -> None:
    """One learner. soort: 0 hands in a test, 1 leaves as one should, 2 falls away, 3 breaks off a page, 4 loads a page again."""
    les = f"voila/render/{module}/les.ipynb"
    await k.log_in()
    if soort == 3:
        return await break_off(k, les)
    await k.answer(await k.open(les), 3, 0.5)
    if soort == 4:
        await k.leave(netjes=False)
        await k.answer(await k.open(les), 2, 0.5)
    await k.leave(netjes=soort != 2)
    if soort == 0:
        cellen = await k.open(f"voila/render/toetsen/{module}/toets.ipynb")
        await k.answer(cellen, 3, 0.5)
        await k.say(next(iter(cellen)), {"type": "inleveren"}, ("kwitantie",))
        await k.leave()


async def stream(o: Any, duur: float, module: str, seconden_tussen: float = 1 / PER_SECONDE) -> tuple[int, list[str]]:
    """Let learners come for so many seconds. Gives how many came, and what went wrong."""
    vrij, fouten, taken, begin, gemeld = list(o.namen), [], set(), time.monotonic(), 0.0

    async def een(naam: str, soort: int) -> None:
        try:
            await visit(Klant(o.hub.adres, naam), soort, module)
        except Exception as e:
            fouten.append(f"{naam} ({soort}): {type(e).__name__} {e}"[:200])
        finally:
            vrij.append(naam)

    for n in itertools.count():
        verlopen = time.monotonic() - begin
        if verlopen > duur:
            break
        if verlopen - gemeld > 30:
            gemeld = verlopen
            print(f"    {verlopen:5.0f} s: {n} gekomen, {len(taken)} binnen, {len(fouten)} mislukt; {counts(o)}", flush=True)
        if vrij and len(taken) < TEGELIJK:
            taak = asyncio.ensure_future(een(vrij.pop(0), n % 5))
            taken.add(taak)
            taak.add_done_callback(taken.discard)
        await asyncio.sleep(seconden_tussen)
    if taken:
        await asyncio.wait(taken)
    return n, fouten


def counts(o: Any) -> dict[str, int]:
    """What is there now of kernels, open files and sockets, threads, connection files, and MB of the service."""
    p = o.processes()
    dienst = p["dienst"]
    for k in p["kernels"]:
        try:
            o.mappen.add(Path(k.cmdline()[k.cmdline().index("-f") + 1]).parent)
        except (psutil.Error, ValueError, IndexError):
            continue  # ended meanwhile
    return {
        "kernels": len(p["kernels"]),
        "bestanden dienst": sum(d.num_fds() for d in dienst),
        "sockets dienst": sum(len(d.net_connections("all")) for d in dienst),
        "draden dienst": sum(d.num_threads() for d in dienst),
        "aansluitbestanden": sum(len(list(m.glob("kernel-*.json"))) for m in o.mappen),
        "bestanden proxy": sum(d.num_fds() for d in p["proxy"]),
        "bestanden hub": psutil.Process(o.hub.proces.pid).num_fds(),
        "zombies": sum(c.status() == psutil.STATUS_ZOMBIE for d in dienst for c in d.children()),
        "MB dienst": round(sum(d.memory_full_info().pss for d in dienst) / 1e6),
    }


def pids(o: Any) -> set[int]:
    """Process ids of the parts of the service."""
    return {p.pid for p in o.processes()["dienst"]}


def settle(o: Any) -> dict[str, int]:
    """Wait until the last kernel is gone and the counts stand still; gives them."""
    eind, vorige = time.monotonic() + OPRUIMEN, {}
    while time.monotonic() < eind:
        nu = counts(o)
        if nu["kernels"] == 0 and nu == vorige:
            break
        vorige = nu
        time.sleep(5)
    return nu


def soak(o: Any, duur: float, module: str) -> bool:
    """Seconds `duur` of visitors, between two counts. Returns whether all were served and nothing is left."""
    asyncio.run(stream(o, 25, module))  # what is made once and kept is no leak
    voor, dienst = settle(o), pids(o)
    n, fouten = asyncio.run(stream(o, duur, module))
    na = settle(o)
    print(f"    voor: {voor}\n    na:   {na}", flush=True)
    for fout in fouten[:5]:
        print(f"    {fout}")
    goed = toon(f"{duur / 60:.1f} minuten, {n} deelnemers: mislukt", len(fouten), "deelnemers", 0)
    # One that started anew has few open files, whatever was wrong with the one before.
    goed &= toon("delen van de dienst die nog dezelfde zijn", len(dienst & pids(o)), "", len(dienst) if dienst else 1, hoogstens=False)
    goed &= toon("kernels achtergebleven", na["kernels"], "", 0)
    goed &= toon("aansluitbestanden van kernels achtergebleven", na["aansluitbestanden"], "", 0)
    for wat in ("bestanden dienst", "sockets dienst", "bestanden proxy", "bestanden hub", "zombies"):
        goed &= toon(f"meer {wat} dan ervoor", na[wat] - voor[wat], "", 8 if "proxy" in wat or "hub" in wat else 2)
    toon("meer geheugen van de dienst", na["MB dienst"] - voor["MB dienst"], "MB")
    return goed

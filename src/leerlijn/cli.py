"""`leerlijn <opdracht>`: one door to everything. Commands import what they need, so that each starts fast."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
from pathlib import Path

from .errors import ContentError, LeerlijnError


# Commands that stand in a file of their own, each with add(sub): adds its parsers, sets `doe`.
GROEPEN: tuple[str, ...] = (
    "cli_bewaartermijn",
    "cli_cijfers_lms",
    "cli_docent",
    "cli_druk",
    "cli_grade",
    "cli_panel",
    "cli_persoon",
    "cli_report",
    "cli_reservekopie",
    "cli_schrijven",
)


def root() -> Path:
    """The project: the nearest folder upwards that holds modules/cursus.yaml. Raises LeerlijnError outside a project."""
    for map_ in (Path.cwd(), *Path.cwd().parents):
        if (map_ / "modules" / "cursus.yaml").is_file():
            return map_
    raise LeerlijnError("Dit is geen map van een leerlijn: modules/cursus.yaml is er niet. Ga naar de map van het project en probeer het opnieuw.")


def learner_folder(cursus: str) -> Path:
    """~/leerlijn/<cursus>, or below LEERLIJN_MAP when that is set."""
    return Path(os.environ.get("LEERLIJN_MAP") or Path.home() / "leerlijn") / cursus


def check(args: argparse.Namespace) -> int:
    from . import check as regels

    inhoud, uitslag = regels.read_and_check(root())
    if args.json:
        print(json.dumps([p.as_dict() for p in uitslag], ensure_ascii=False, indent=1))
    else:
        for p in uitslag:
            print(p)
        fouten = sum(not p.code.startswith("let-op-") for p in uitslag)
        print(f"{fouten} fout(en), {len(uitslag) - fouten} keer 'let op'.")
        print(regels.matrix(inhoud) if args.matrix else regels.telling(inhoud))
    return int(any(not p.code.startswith("let-op-") for p in uitslag))


def build(args: argparse.Namespace) -> int:
    from . import build as bouwen

    uit = bouwen.build(root(), meld=print)
    print(f"Klaar: {uit}")
    return 0


def start(args: argparse.Namespace) -> int:
    from . import build as bouwen
    from . import content, serve

    uit = bouwen.build(root(), meld=print)
    cursus = json.loads((uit / "cursus.json").read_text(encoding="utf-8"))["cursus"]
    map_ = learner_folder(cursus)
    anders = bouwen.install(uit, map_)
    print(f"Cursusmap: {map_} ({anders} bestand(en) bijgewerkt; antwoorden blijven altijd staan).")
    return serve.main(port=args.port, open_browser=not args.niet_openen, course_dir=map_)


def docent(args: argparse.Namespace) -> int:
    from . import build as bouwen
    from . import docent as lab

    bouwen.build(root(), meld=print)
    return lab.main(root() / "grading", port=args.port, open_browser=not args.niet_openen)


def schema(args: argparse.Namespace) -> int:
    from . import schema as schemas

    for pad in schemas.write(root()):
        print(pad)
    return 0


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="leerlijn", description="Leerlijn: lessen, casussen en toetsen voor jeugdzorgwerkers.")
    sub = p.add_subparsers(dest="opdracht", required=True, metavar="opdracht")
    c = sub.add_parser("check", help="controleer alle inhoud")
    c.add_argument("--json", action="store_true", help="uitvoer voor programma's")
    c.add_argument("--matrix", action="store_true", help="toon leeruitkomsten, kernen, aanbevelingen en de bronpagina tegen theorie, oefening, toets en casus")
    c.set_defaults(doe=check)
    sub.add_parser("build", help="bouw de cursus").set_defaults(doe=build)
    for naam, doe, poort, hulp in (("start", start, 8866, "bouw de cursus en open hem"), ("docent", docent, 8867, "open de docentkant")):
        s = sub.add_parser(naam, help=hulp)
        s.add_argument("--port", type=int, default=poort)
        s.add_argument("--niet-openen", action="store_true", help="open geen browser")
        s.set_defaults(doe=doe)
    sub.add_parser("schema", help="schrijf de JSON-schema's voor editors").set_defaults(doe=schema)
    for groep in GROEPEN:
        importlib.import_module(f".{groep}", __package__).add(sub)
    return p


def main(argv: list[str] | None = None) -> int:
    """Entry point. Returns the exit code: 0 good, 1 something is wrong with the content or the run, 2 wrong use."""
    args = parser().parse_args(argv)
    # A shell that starts us in the background makes Ctrl-C fall on deaf ears; stopping must always work.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return args.doe(args)
    except KeyboardInterrupt:
        print("\nGestopt.")
        return 130
    except ContentError as e:
        print(f"{e}\n\n{len(e.problemen)} fout(en). Er is niets gebouwd.", file=sys.stderr)
    except LeerlijnError as e:
        print(e, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

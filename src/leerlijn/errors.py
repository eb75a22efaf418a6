"""What goes wrong, told to the person who can mend it: place, cause and what to do next, in Dutch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Probleem:
    """One finding in the content.

    bestand: path relative to the root of the project; regel: line number, 1 is the first.
    wat: what is wrong; herstel: how to mend it; code: permanent name of the rule, for tests and `--json`.
    """

    bestand: str
    regel: int
    wat: str
    herstel: str
    code: str

    def __str__(self) -> str:
        return f"{self.bestand}:{self.regel}: {self.wat}\n    Zo los je het op: {self.herstel} [{self.code}]"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class LeerlijnError(Exception):
    """Base of all errors of ours. The message is a Dutch sentence for the person at the screen."""


class ContentError(LeerlijnError):
    """The content can't be used as it is; `problemen` says where and why."""

    def __init__(self, problemen: list[Probleem]):
        self.problemen = sorted(problemen)
        super().__init__("\n".join(str(p) for p in self.problemen))


class AnswerError(LeerlijnError):
    """An answer could not be kept or read back."""


class HandInError(LeerlijnError):
    """A test could not be handed in."""

"""Help while writing YAML, without a browser: the real language server gets our schemas. In JupyterLab: tests/browser/test_schrijven.py."""

import io
import json
import shutil
import subprocess
import sys

import pytest

from leerlijn import schema, schrijfhulp, schrijven

from .conftest import ROOT

FOUT = "module: proef\nitems:\n  - id: een\n    soort: een-goed\n    gebruik: oefening\n    onbekend: iets\n"


@pytest.fixture
def project(voorbeeld):
    shutil.copytree(ROOT / schema.MAP, voorbeeld / schema.MAP)
    return voorbeeld


class Editor:
    """As much of an editor as it takes to open one file. It has no settings to give, like JupyterLab."""

    def __init__(self, project):
        self.project = project
        self.proces = subprocess.Popen(
            [sys.executable, "-m", "leerlijn.schrijfhulp", schrijven.find_server(), str(project)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.nr = 0
        kan = {"workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}}
        self.vraag("initialize", {"processId": None, "rootUri": project.as_uri(), "capabilities": kan})
        self.zeg("initialized", {})

    def zeg(self, method, params, **meer):
        schrijfhulp.write(self.proces.stdin, json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **meer}).encode())

    def vraag(self, method, params):
        self.nr += 1
        self.zeg(method, params, id=self.nr)
        return self.tot(lambda b: b.get("id") == self.nr and "method" not in b)["result"]

    def tot(self, goed):
        """The first message that will do; answers what the server asks in between with nothing."""
        while True:
            body = json.loads(schrijfhulp.read(self.proces.stdout))
            if "method" in body and "id" in body:
                schrijfhulp.write(self.proces.stdin, json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": None}).encode())
            if goed(body):
                return body

    def open(self, pad, tekst):
        self.uri = (self.project / pad).as_uri()
        self.zeg("textDocument/didOpen", {"textDocument": {"uri": self.uri, "languageId": "yaml", "version": 1, "text": tekst}})

    def sluit(self):
        self.proces.stdin.close()
        self.proces.wait(30)
        self.proces.stdout.close()


@pytest.fixture
def editor(project):
    if schrijven.find_server() is None:
        pytest.skip("yaml-language-server is er niet")
    e = Editor(project)
    yield e
    e.sluit()


def test_an_unknown_key_gets_a_line_and_a_known_one_is_offered(editor):
    editor.open("quizzes/proef.yaml", FOUT)
    bericht = editor.tot(lambda b: b.get("method") == "textDocument/publishDiagnostics" and b["params"]["diagnostics"])
    fouten = {f["message"]: f["range"]["start"]["line"] for f in bericht["params"]["diagnostics"]}
    assert fouten["Property onbekend is not allowed."] == 5
    editor.open("quizzes/proef.yaml", FOUT.replace("    onbekend: iets", "    lee"))
    keus = editor.vraag("textDocument/completion", {"textDocument": {"uri": editor.uri}, "position": {"line": 5, "character": 7}})
    assert "leerdoel" in {k["label"] for k in keus["items"]}


def test_only_the_question_about_settings_is_answered_here():
    wat = schrijfhulp.settings(ROOT)
    vraag = {"jsonrpc": "2.0", "id": 7, "method": "workspace/configuration", "params": {"items": [{"section": "yaml"}, {"section": "http"}]}}
    antwoord = json.loads(schrijfhulp.answer(json.dumps(vraag).encode(), wat))
    assert antwoord == {"jsonrpc": "2.0", "id": 7, "result": [wat["yaml"], None]}
    for anders in ({"method": "textDocument/publishDiagnostics", "params": {"message": "workspace/configuration"}}, {"id": 7, "result": "workspace/configuration"}):
        assert schrijfhulp.answer(json.dumps(anders).encode(), wat) is None


def test_messages_are_framed_in_bytes():
    stroom = io.BytesIO()
    for tekst in ("één", "", "x" * 70_000):
        schrijfhulp.write(stroom, tekst.encode())
    stroom.seek(0)
    assert [schrijfhulp.read(stroom).decode() for _ in range(3)] == ["één", "", "x" * 70_000]
    assert schrijfhulp.read(stroom) is None


def test_every_kind_of_file_has_a_schema_that_is_there():
    for uri, bestanden in schrijfhulp.settings(ROOT)["yaml"]["schemas"].items():
        assert (ROOT / schema.MAP / uri.rsplit("/", 1)[1]).is_file()
        assert bestanden.startswith(str(ROOT))

"""A tiny widget for the tests of the page host: what it receives it tells back, each way the protocol has."""

from __future__ import annotations

import os
import time

import anywidget
import traitlets


class Meter(anywidget.AnyWidget):
    _esm = "export default {}"  # in our host the code is a static file
    _anywidget_id = traitlets.Unicode("proef.Meter").tag(sync=True)
    getal = traitlets.Int(1).tag(sync=True)
    beeld = traitlets.CBytes(b"\x01\x02\x03").tag(sync=True)
    log = traitlets.List([]).tag(sync=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.on_msg(self._bij)
        self.observe(lambda c: self.send({"type": "gezien", "getal": c["new"]}), "getal")

    def _bij(self, _widget, inhoud, buffers):
        if inhoud["type"] == "tel":
            self.send({"type": "geteld", "nr": inhoud["nr"], "som": sum(b"".join(bytes(b) for b in buffers))}, buffers=[bytes([7, 8]), b""])
        elif inhoud["type"] == "zet":
            self.getal = inhoud["getal"]
        elif inhoud["type"] == "bytes":
            self.send({"type": "bytes", "is": list(self.beeld)})
        elif inhoud["type"] == "traag":
            time.sleep(inhoud["seconden"])
            self.send({"type": "klaar"})
        elif inhoud["type"] == "stop":
            os._exit(1)
        self.log = [*self.log, inhoud["type"]]


def omgeving() -> str:
    return os.environ.get("LEERLIJN_SLANK", "")

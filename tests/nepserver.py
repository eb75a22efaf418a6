"""A small HTTP server in a thread, for parties that we talk to. Helper of tests, no test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Antwoord = Callable[[str, str, Any, bytes], tuple[int, Any, dict[str, str]]]


class Nepserver:
    """adres: where it listens. answer: (method, path, headers, body) -> status, data for JSON or None, headers."""

    def __init__(self, answer: Antwoord):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None: ...

            def _doe(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, data, koppen = answer(self.command, self.path, self.headers, body)
                tekst = json.dumps(data).encode() if data is not None else b""
                self.send_response(status)
                for k, v in {"Content-Type": "application/json", **koppen, "Content-Length": str(len(tekst))}.items():
                    self.send_header(k, v)
                self.end_headers()
                self.wfile.write(tekst)

            do_GET = do_POST = do_PUT = do_DELETE = _doe

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.adres = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

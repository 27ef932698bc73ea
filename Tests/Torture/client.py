"""The daemon's HTTP API over its Unix socket; docs/api.md has the paths."""

import http.client
import json
import socket
from dataclasses import dataclass


class Unreachable(Exception):
    """No whole answer came; whether the request took effect is not known."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


@dataclass
class Answer:
    """A whole answer: its status and its body, JSON where it is JSON."""

    status: int
    body: object
    raw: bytes

    @property
    def is_acknowledged(self):
        return self.status in (200, 201)

    @property
    def code(self):
        """The problem's code, such as `conflict`."""
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def words(self):
        detail = self.body.get("detail") if isinstance(self.body, dict) else None
        return f"{self.status} {detail or self.raw[:200]!r}"


class Client:
    """One request a connection. `answered` sees every answer, for what must hold of all of them."""

    def __init__(self, path, timeout=30, answered=None):
        self.path = path
        self.timeout = timeout
        self.answered = answered

    def ask(self, method, path, body=None, timeout=None):
        connection = _UnixConnection(self.path, timeout or self.timeout)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json"} if content else {})
            reply = connection.getresponse()
            raw = reply.read()
            kind = reply.headers.get("Content-Type", "")
            answer = Answer(reply.status, json.loads(raw) if "json" in kind else None, raw)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"{method} {path}: {type(error).__name__} {error}") from error
        finally:
            connection.close()
        if self.answered:
            self.answered(method, path, answer)
        return answer

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.ask("POST", path, body, **options)

    def json(self, path):
        """The body of a GET that must succeed."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.words}")
        return answer.body

    def stream(self, path="/v1/events", last=None, timeout=5):
        """Lines of an event stream, until it ends or nothing came for `timeout` seconds."""
        connection = _UnixConnection(self.path, timeout)
        headers = {"Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        try:
            connection.request("GET", path, headers=headers)
            reply = connection.getresponse()
            for line in reply:
                yield line.decode().rstrip("\n")
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error
        finally:
            connection.close()

"""The API of GitHub, as far as the action uses it: a server on this machine.

It does with comments and deployments what https://docs.github.com/en/rest says.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlparse

TOKEN = "t0ken"


@dataclass
class Api:
    """What is kept of one repository. Texts that are added to `refused` are paths it refuses.

    `broken` says what comes in place of each answer: nothing (`silent`), `half` of it, or a `page`.
    """

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    coming: list[str] = field(default_factory=list)
    """Deployments that begin after the next time that somebody asks for them."""
    refused: list[str] = field(default_factory=list)
    broken: str = ""
    pages: int = 0
    """Of comments that were asked for."""

    def deploy(self, environment: str, state: str, age: str = "", run: str = "1") -> dict[str, Any]:
        """Have a job of a run deploy to an environment, and return the status that it has now."""
        at = age or datetime.now(UTC).isoformat()
        number = len(self.deployments) + 1
        log = f"https://github.com/shop/app/actions/runs/{run}/job/{number}"
        queued = {"id": 1, "state": "queued", "created_at": at, "log_url": log}
        statuses: list[dict[str, Any]] = [{**queued, "id": 2, "state": state}, queued]
        self.deployments.append({"id": number, "environment": environment, "statuses": statuses})
        return statuses[0]

    def answer(self, method: str, path: str, body: Any) -> Any:
        """Return what the API answers, None for 404."""
        url = urlparse(path)
        query = {name: one for name, [one] in parse_qs(url.query).items()}
        match method, url.path.removeprefix("/repos/shop/app").split("/")[1:]:
            case "GET", ["issues", _, "comments"]:
                first = (int(query["page"]) - 1) * int(query["per_page"])
                self.pages += 1
                return self.comments[first : first + int(query["per_page"])]
            case "POST", ["issues", _, "comments"]:
                self.comments.append(
                    {"id": 9000 + len(self.comments), "user": {"type": "Bot"}, **body}
                )
                return self.comments[-1]
            case "PATCH", ["issues", "comments", number]:
                [one] = [one for one in self.comments if one["id"] == int(number)]
                one.update(body)
                return one
            case "GET", ["deployments"]:
                of = query["environment"]
                found = [one for one in self.deployments if one["environment"] == of]
                for environment in self.coming:
                    self.deploy(environment, "success")
                self.coming.clear()
                return found
            case "GET", ["deployments", number, "statuses"]:
                return self.deployments[int(number) - 1]["statuses"]
        return None


@contextmanager
def serving() -> Iterator[Api]:
    """Serve the API of an empty repository."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"null")
            allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
            allowed &= not any(one in f"{self.command} {self.path}" for one in api.refused)
            found = api.answer(self.command, self.path, body) if allowed else None
            if api.broken == "silent":
                return
            self.send_response(403 if not allowed else 404 if found is None else 200)
            text = b"<p>We are down" if api.broken == "page" else json.dumps(found).encode()
            self.send_header("Content-Length", str(len(text) * (1 + (api.broken == "half"))))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()

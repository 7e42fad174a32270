"""Who may use the page of `aktivitet ui`: Dagster's own server, started as a user starts it, asked as others ask."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.pipeline.test_ui import COMMAND, free_port, stopped

CHANGES = {
    "wipeAssets": """mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["kilde", "person"]}}])
        { __typename } }""",
    "launchPartitionBackfill": """mutation { launchPartitionBackfill(backfillParams:
        {assetSelection: [{path: ["klargjort", "vedtak_maaned"]}], partitionNames: ["2015-01"]}) { __typename } }""",
    "shutdownRepositoryLocation": """mutation { shutdownRepositoryLocation(
        repositoryLocationName: "pipelines.definitions") { __typename } }""",
    "setConcurrencyLimit": 'mutation { setConcurrencyLimit(concurrencyKey: "skriver", limit: 7) }',
}
LIMIT = '{ instance { concurrencyLimit(concurrencyKey: "skriver") { limit } } }'
OPEN = "Open the address that `aktivitet ui` printed when it started; it ends in ?token= and a secret.\n"


class Page(NamedTuple):
    """A served page: its port, the token in the address it printed, and a browser's headers on it."""

    port: int
    token: str

    @property
    def own(self) -> dict[str, str]:
        address = f"127.0.0.1:{self.port}"
        return {"Host": address, "Origin": f"http://{address}", "Cookie": f"aktivitet_{self.port}={self.token}"}

    def ask(self, method: str, path: str, headers: dict[str, str], query: str = "") -> http.client.HTTPResponse:
        """The answer; its body is read by the caller."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = json.dumps({"query": query}) if query else None
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        return connection.getresponse()

    def limit(self) -> int | None:
        """The concurrency limit that the fourth change would set."""
        answer = json.load(self.ask("POST", "/graphql", self.own, LIMIT))
        return answer["data"]["instance"]["concurrencyLimit"]["limit"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    home, port = tmp_path_factory.mktemp("hjem"), free_port()
    with subprocess.Popen(
        [*COMMAND, str(port)],
        env={**os.environ, "AKTIVITET_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as served:
        try:
            assert served.stdout
            lines = (re.search(rf"http://127\.0\.0\.1:{port}/\?token=(\S+)", line) for line in served.stdout)
            yield Page(port, next(found for found in lines if found)[1])
        finally:
            stopped(served, home)


FOREIGN = {
    "another host": {"Host": "angriper.example"},
    "a host that begins alike": {"Host": "127.0.0.1.angriper.example"},
    "another origin": {"Origin": "http://angriper.example"},
    "another port's origin": {"Origin": "http://127.0.0.1:1"},
    "a page of no origin": {"Origin": "null"},
    "no origin": {"Origin": None},
    "another account": {"Cookie": None},
    "a guessed token": {"Cookie": "aktivitet_{port}=gjettet"},
    "letters no token has": {"Cookie": "aktivitet_{port}=\xe6"},
}


def headers(page: Page, changed: dict[str, str | None]) -> dict[str, str]:
    """Those of the page's own browser, with some changed or left out."""
    both = {**page.own, **changed}
    return {name: text.replace("{port}", str(page.port)) for name, text in both.items() if text is not None}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", FOREIGN)
def test_a_change_by_somebody_else_is_not_made(page: Page, who: str, change: str) -> None:
    refused = page.ask("POST", "/graphql", headers(page, FOREIGN[who]), CHANGES[change])
    assert refused.status in (400, 403)
    assert change.encode() not in refused.read()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("path", ["/graphql", "/graphql%0A", "/%67raphql"])
def test_a_change_by_get_is_not_made(page: Page, path: str, change: str) -> None:
    """Nor by the owner: a link or an image of another page is a GET."""
    refused = page.ask("GET", f"{path}?query={quote(CHANGES[change])}", page.own)
    assert (refused.status, refused.read()) == (405, b"A question or a change is sent by POST, never by GET.\n")


@pytest.mark.parametrize("path", ["/", "/assets", "/server_info", "/favicon.svg", "/logs/a.out"])
def test_without_the_token_there_is_a_sentence(page: Page, path: str) -> None:
    for given in ({}, {"Cookie": f"aktivitet_{page.port}=gjettet"}):
        refused = page.ask("GET", path, given)
        assert (refused.status, refused.read().decode()) == (403, OPEN)
    assert page.ask("GET", f"{path}?token=gjettet", {}).status == 403


@pytest.mark.parametrize(
    ("opened", "shown"),
    [
        ("/?token={}", "/"),
        ("/assets/kilde?view=lineage&token={}", "/assets/kilde?view=lineage"),
        ("//angriper.example/?token={}", "/angriper.example/"),
    ],
)
def test_the_printed_address_gives_a_cookie_and_leads_to_the_page(page: Page, opened: str, shown: str) -> None:
    answer = page.ask("GET", opened.format(page.token), {})
    assert (answer.status, answer.headers["Location"]) == (303, shown)
    name, *rest = answer.headers["Set-Cookie"].split("; ")
    assert name == f"aktivitet_{page.port}={page.token}"
    assert sorted(rest) == ["HttpOnly", "Path=/", "SameSite=strict"]
    assert page.token not in str(answer.headers).replace(answer.headers["Set-Cookie"], "")
    assert page.ask("GET", shown, {"Cookie": name}).status == 200


def subscribed(page: Page, headers: dict[str, str]) -> bool:
    """Whether a browser with these headers is let in to what the page listens to."""
    others = {name: text for name, text in headers.items() if name == "Cookie"}
    origin = Origin(headers["Origin"]) if "Origin" in headers else None
    try:
        with connect(
            f"ws://{headers['Host']}/graphql",
            sock=socket.create_connection(("127.0.0.1", page.port)),
            origin=origin,
            additional_headers=others,
            subprotocols=[Subprotocol("graphql-ws")],
        ) as listening:
            listening.send(json.dumps({"type": "connection_init"}))
            return json.loads(listening.recv(30)) == {"type": "connection_ack"}
    except InvalidStatus as refused:
        if refused.response.status_code not in (400, 403):
            raise
        return False


def test_the_owner_s_page_listens(page: Page) -> None:
    assert subscribed(page, page.own)


@pytest.mark.parametrize("who", FOREIGN)
def test_nobody_else_listens(page: Page, who: str) -> None:
    assert not subscribed(page, headers(page, FOREIGN[who]))


def test_the_owner_s_changes_are_made_and_nobody_else_s_was(page: Page) -> None:
    assert page.limit() == 1  # dagster.yaml's
    assert {
        change: json.load(page.ask("POST", "/graphql", page.own, text))["data"][change]
        for change, text in CHANGES.items()
        if change
        != "shutdownRepositoryLocation"  # Dagster has nothing to shut down, since it started the server itself.
    } == {
        "wipeAssets": {"__typename": "AssetWipeSuccess"},
        "launchPartitionBackfill": {"__typename": "LaunchBackfillSuccess"},
        "setConcurrencyLimit": True,
    }
    assert page.limit() == 7

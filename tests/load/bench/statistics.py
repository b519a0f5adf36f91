"""A year's statistics of a million cases: from roll-ups and by a scan, and what open traffic feels of either."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import intake
from bench.installation import Installation
from bench.programs import load
from bench.table import Row, verdict
from embedded.progress import say
from embedded.refusal import Refusal

if TYPE_CHECKING:
    from bench.main import Wishes

TIMES = 9
BY = ("town", "category")


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    cases = load("past-cases", "--database", here.url)["cases"]
    here.serve("worker")
    counted = load("counted", "--database", here.url)
    here.stop("worker")
    say(f"counted {counted['cases']:,} cases in {counted['seconds']:.0f} s")
    api = here.api()
    rows = [Row(f"counting {cases:,} cases for the first time", f"{counted['cases'] / counted['seconds']:.0f} cases/s")]
    for by in BY:
        scan = load("scan", "--database", here.url, "--by", by)
        ask = _asking(api.address, by)
        told = ask()["total"]["figures"]["received"]
        if told != scan["received"]:
            raise Refusal(f"the roll-ups say {told}, a scan {scan['received']}")
        times = [_timed(ask) for _ in range(TIMES)]
        ours, theirs = median(times), median(scan["seconds"])
        rows.append(
            Row(f"statistics of a year by {by}, {cases:,} cases", f"{ours * 1e3:.1f} ms", f"{theirs:.2f} s scan",
                f"1/{theirs / ours:.0f}", verdict(ours / theirs, 1 / 20, below=True))
        )  # fmt: skip
    return [*rows, _traffic(here, wishes)]


def _traffic(here: Installation, wishes: "Wishes") -> Row:
    """Alternating, so that a change of the machine's mood does not look like one of ours. The worker counts all the while,
    as it does for whoever asks."""
    api = here.api()
    here.serve("worker")
    intake.reports(here, api, 3, 1)
    alone, beside, asked = [], [], 0
    for _ in range(wishes.rounds):
        alone.append(intake.reports(here, api, wishes.seconds, wishes.warmup))
        stop = threading.Event()
        answers: list[float] = []
        # A connection of its own each time: one that rested meanwhile has been closed.
        ask = _asking(api.address, "category")
        asking = threading.Thread(target=_each_second, args=(ask, stop, answers))
        asking.start()
        try:
            beside.append(intake.reports(here, api, wishes.seconds, wishes.warmup))
        finally:
            stop.set()
            asking.join()
        if not answers:
            raise Refusal("nobody was told the year's statistics while reports came in")
        asked += len(answers)
    here.stop("worker")
    rate = [median(run["rate"] for run in runs) for runs in (beside, alone)]
    p99 = [median(run["p99"] for run in runs) for runs in (beside, alone)]
    say(f"asked {asked} times for a year meanwhile")
    return Row("intake while a year is asked for each second", f"{rate[0]:.0f}/s, p99 {p99[0]:.1f} ms",
               f"{rate[1]:.0f}/s, p99 {p99[1]:.1f} ms alone", f"{rate[0] / rate[1]:.2f}")  # fmt: skip


def _each_second(ask: Callable[[], Any], stop: threading.Event, answers: list[float]) -> None:
    while not stop.wait(1):
        answers.append(_timed(ask))


def _timed(ask: Callable[[], Any]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


def _asking(address: str, by: str) -> Callable[[], Any]:
    connection = http.client.HTTPConnection(address, timeout=120)
    body = json.dumps({"username": "district", "password": "jiekou-demo-2026"})
    session = _answer(connection, "POST", "/v1/sessions", body, {"Content-Type": "application/json"})
    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    return lambda: _answer(connection, "GET", f"/v1/statistics?period=year&by={by}", None, headers)


def _answer(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> Any:
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    words = response.read()
    if response.status >= 300:
        raise Refusal(f"{method} {path} says {response.status}: {words.decode(errors='replace')}")
    return json.loads(words)

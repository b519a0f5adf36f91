"""Tracking pages beside pgbench running their query, 304 beside 200, and a bare handler."""

import signal
import socket
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import cpu, pgbench
from bench.installation import Installation, Service
from bench.programs import load, output
from bench.table import Row, verdict
from embedded import build, process
from embedded.ports import LOOPBACK, Ports
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    api = here.api()
    script, codes = here.folder.root / "reads.sql", here.folder.root / "codes"
    load("baseline-reads", "--recorded", here.url, "--script", script, "--codes", codes)
    document = here.folder.root / "page.json"
    document.write_text(
        output(build.programs() / "jiekou-load", "reads", "--address", api.address, "--codes", codes, "--show")
    )
    pages: list[dict[str, Any]] = []
    unchanged: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    theirs: list[pgbench.Run] = []
    for _ in range(wishes.rounds):
        pages.append(_pages(here, api, wishes, "--codes", codes))
        unchanged.append(_pages(here, api, wishes, "--codes", codes, "--unchanged"))
        if pgbench.program(here):
            run, used = cpu.shares(
                here.pids(), lambda: pgbench.run(here, script, here.url, wishes.seconds, wishes.warmup)
            )
            theirs.append(run)
            say(f"pgbench: {run.rate:.0f}/s, p99 {run.p99:.1f} ms; cores: {cpu.said(used)}")
        bare.append(bare_handler(here, wishes, document))
    return _rows(pages, unchanged, bare, theirs)


def _pages(here: Installation, api: Service, wishes: "Wishes", *which: str | Path) -> dict[str, Any]:
    result, used = cpu.shares(here.pids(), lambda: _read(api.address, wishes, *which))
    # What an answer costs the servers: the load generator shares the cores, so that rates alone hide it.
    result["cost"] = (used["api"] + used["PostgreSQL"]) / result["rate"] * 1e6
    say(f"reads {' '.join(str(word) for word in which if isinstance(word, str))}: {result['rate']:.0f}/s, "
        f"p99 {result['p99']:.1f} ms, {result['bodyBytes']} bytes; cores: {cpu.said(used)}")  # fmt: skip
    return result


def _read(address: str, wishes: "Wishes", *which: str | Path) -> dict[str, Any]:
    return load(
        "reads", "--address", address, "--seconds", str(wishes.seconds), "--warmup", str(wishes.warmup), *which
    )


def bare_handler(here: Installation, wishes: "Wishes", document: Path) -> dict[str, Any]:
    port = Ports(here.folder.ports).any("bare")
    address = f"{LOOPBACK}:{port}"
    command = [build.programs() / "jiekou-load", "bare-server", "--bind", address, "--document", document]
    child = process.spawn(command, here.folder.log / "bare.log", orphan_signal=signal.SIGTERM)
    try:
        _wait_for(port)
        result, used = cpu.shares({"bare": [child.pid]}, lambda: _read(address, wishes, "--path", "/"))
    finally:
        child.terminate()
        child.wait(60)
    say(f"bare handler: {result['rate']:.0f}/s, p99 {result['p99']:.1f} ms; cores: {cpu.said(used)}")
    return result


def _wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.01)


def _rows(
    pages: list[dict[str, Any]], unchanged: list[dict[str, Any]], bare: list[dict[str, Any]], theirs: list[pgbench.Run]
) -> list[Row]:
    def middle(runs: list[dict[str, Any]], name: str = "rate") -> float:
        return median(run[name] for run in runs)

    rate, not_modified, least = middle(pages), middle(unchanged), middle(bare)
    cost, least_cost = middle(pages, "cost"), middle(unchanged, "cost")
    size = pages[0]["bodyBytes"]
    if theirs:
        other = median(run.rate for run in theirs)
        first = Row(f"tracking page ({size} bytes)", f"{rate:.0f}/s", f"{other:.0f}/s pgbench",
                    f"{rate / other:.2f}", verdict(rate / other, 0.7))  # fmt: skip
        late = Row("tracking page p99", f"{middle(pages, 'p99'):.1f} ms",
                   f"{median(run.p99 for run in theirs):.1f} ms")  # fmt: skip
    else:
        first = Row(f"tracking page ({size} bytes)", f"{rate:.0f}/s", pgbench.MISSING)
        late = Row("tracking page p99", f"{middle(pages, 'p99'):.1f} ms")
    return [
        first,
        late,
        Row("304 by ETag", f"{not_modified:.0f}/s", f"{rate:.0f}/s with body", f"{not_modified / rate:.2f}"),
        Row("304 by ETag, processor time of the servers", f"{least_cost:.1f} µs", f"{cost:.1f} µs with body",
            f"{least_cost / cost:.2f}", verdict(least_cost / cost, 1, below=True)),
        Row("tracking page beside a bare actix-web handler", f"{rate:.0f}/s", f"{least:.0f}/s", f"{rate / least:.2f}"),
    ]  # fmt: skip

"""Normal users beside a flood from one network: how much longer they wait."""

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.installation import Installation
from bench.programs import load
from bench.table import Row
from embedded.progress import say

if TYPE_CHECKING:
    from bench.main import Wishes

# What one network may go on doing each second (limits.default.yaml); ten times that, and never less than a real flood.
_FLOODS = {
    "sign-in": ("passwords", 1, 200),
    "guess": ("guessed tracking codes", 200, 2000),
    "report": ("reports", 600 / 3600, 500),
    "upload": ("uploads of 3 MB", 1800 / 3600, 20),
    "slow": ("connections that say nothing", 512, 5120),
}
_OWN = {"JIEKOU_LIMITS__FACTOR": "1", "JIEKOU_HTTP__TRUSTED_PROXIES": "127.0.0.1",
        "JIEKOU_HTTP__CONNECTIONS_EACH": "512", "JIEKOU_PHOTOS__ROOM_EACH": "12"}  # fmt: skip


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    if "api" in here.pids():
        here.stop()
    api = here.serve(own=_OWN)
    quiet, floods = [], {kind: [] for kind in _FLOODS}
    for _ in range(wishes.rounds):
        quiet.append(_run(api.address, "none", 1, wishes.seconds))
        for kind, (_, _, rate) in _FLOODS.items():
            floods[kind].append(_run(api.address, kind, rate, wishes.seconds))
    here.stop()
    rows = [Row("users without a flood: p50 / p99", _times(quiet))]
    for kind, (name, allowed, rate) in _FLOODS.items():
        ratio = " / ".join(f"{_of(floods[kind], share) / _of(quiet, share):.2f}" for share in ("p50", "p99"))
        held = "" if kind == "slow" else "/s"
        title = f"users beside {rate}{held} {name} ({rate / allowed:.0f} × what one network may): p50 / p99"
        rows.append(Row(title, _times(floods[kind]), _times(quiet), ratio))
    return rows


def _run(address: str, kind: str, rate: int, seconds: float) -> dict[str, Any]:
    result = load(
        "flood", "--address", address, "--kind", kind, "--rate", str(rate), "--seconds", str(seconds)
    )
    say(f"flood {kind}: users {result['users']}, flood {result['flood']}")
    return result


def _of(runs: list[dict[str, Any]], share: str) -> float:
    return median(run["users"][share] for run in runs)


def _times(runs: list[dict[str, Any]]) -> str:
    wrong = sum(run["users"]["wrong"] for run in runs)
    refused = f", {wrong} of them refused" if wrong else ""
    return f"{_of(runs, 'p50'):.2f} / {_of(runs, 'p99'):.1f} ms{refused}"

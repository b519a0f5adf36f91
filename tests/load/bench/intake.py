"""Intake beside pgbench writing the same rows."""

from statistics import median
from typing import TYPE_CHECKING, Any

from bench import cpu, pgbench
from bench.installation import RULEBOOK, Installation, Service
from bench.programs import load
from bench.table import Row, verdict
from embedded.progress import say
from embedded.refusal import Refusal

if TYPE_CHECKING:
    from bench.main import Wishes

# What the script of the baseline writes.
WRITTEN = {"cases", "case_clock", "case_log", "report", "job"}


def measure(here: Installation, wishes: "Wishes") -> list[Row]:
    api = here.api()
    _warm_up(here, api, wishes)
    script = here.folder.root / "intake.sql"
    load("baseline-intake", "--recorded", here.url, "--baseline", here.baseline_url, "--script", script)
    load("settle", "--database", here.url)
    ours: list[dict[str, Any]] = []
    theirs: list[pgbench.Run] = []
    costs: list[tuple[float, float]] = []
    their_costs: list[float] = []
    for _ in range(wishes.rounds):
        result, used = cpu.shares(here.pids(), lambda: reports(here, api, wishes.seconds, wishes.warmup))
        ours.append(result)
        costs.append((used["PostgreSQL"] / result["rate"], used["api"] / result["rate"]))
        say(f"intake: {result['rate']:.0f}/s, p99 {result['p99']:.1f} ms, {result['similarShare']:.1%} similar; "
            f"cores: {cpu.said(used)}")  # fmt: skip
        if pgbench.program(here):
            run, used = cpu.shares(
                here.pids(), lambda: pgbench.run(here, script, here.baseline_url, wishes.seconds, wishes.warmup)
            )
            theirs.append(run)
            their_costs.append(used["PostgreSQL"] / run.rate)
            say(f"pgbench: {run.rate:.0f}/s, p99 {run.p99:.1f} ms; cores: {cpu.said(used)}")
    return [*_rows(ours, theirs), _cost(costs, their_costs), Row("open cases at the end", str(here.next_problem))]


def reports(here: Installation, api: Service, seconds: float, warmup: float) -> dict[str, Any]:
    """Problems that nobody has reported before, however often this is called."""
    result = load(
        "intake", "--address", api.address, "--rulebook", RULEBOOK, "--skip", str(here.next_problem),
        "--seconds", str(seconds), "--warmup", str(warmup),
    )  # fmt: skip
    here.next_problem = result["next"]
    return result


def _warm_up(here: Installation, api: Service, wishes: "Wishes") -> None:
    """Also finds out whether the baseline still writes what a report writes."""
    before = load("rows", "--database", here.url)["rows"]
    reports(here, api, max(wishes.seconds / 3, 3), 1)
    after = load("rows", "--database", here.url)["rows"]
    grown = {table: after[table] - before[table] for table in after if after[table] != before[table]}
    say(f"rows written: {grown}")
    if set(grown) != WRITTEN or len(set(grown.values())) != 1:
        raise Refusal(f"a report writes {grown}, baseline_intake.sql one row each of {sorted(WRITTEN)}: change the script")


def _cost(ours: list[tuple[float, float]], theirs: list[float]) -> Row:
    """Less disturbed by whatever else the machine does than the rates are."""
    database, api = (median(cost) * 1000 for cost in zip(*ours, strict=True))
    other = f"{median(theirs) * 1000:.2f} ms PostgreSQL" if theirs else pgbench.MISSING
    ratio = f"{database / (median(theirs) * 1000):.2f} (PostgreSQL)" if theirs else "–"
    return Row("processor time of one report", f"{database:.2f} ms PostgreSQL, {api:.2f} ms API", other, ratio)


def _rows(ours: list[dict[str, Any]], theirs: list[pgbench.Run]) -> list[Row]:
    rate, p50, p99 = (median(run[name] for run in ours) for name in ("rate", "p50", "p99"))
    shown = f"{rate:.0f}/s", f"{p50:.1f} / {p99:.1f} ms"
    if not theirs:
        return [Row("intake", shown[0], pgbench.MISSING), Row("intake p50 / p99", shown[1], pgbench.MISSING)]
    other = pgbench.Run(
        median(run.rate for run in theirs), median(run.p50 for run in theirs), median(run.p99 for run in theirs)
    )
    return [
        Row("intake, 32 connections", shown[0], f"{other.rate:.0f}/s pgbench", f"{rate / other.rate:.2f}",
            verdict(rate / other.rate, 0.6)),
        Row("intake p50 / p99", shown[1], f"{other.p50:.1f} / {other.p99:.1f} ms", f"{p99 / other.p99:.2f} (p99)",
            verdict(p99 / other.p99, 5, below=True)),
    ]  # fmt: skip

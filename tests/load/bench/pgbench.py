"""pgbench, the yardstick for whatever PostgreSQL does."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.installation import Installation
from bench.programs import output

MISSING = "pgbench is missing (Debian: postgresql-contrib)"


@dataclass(frozen=True)
class Run:
    rate: float
    p50: float
    p99: float


def program(here: Installation) -> str | None:
    """pgbench beside the server's programs, or on the PATH."""
    beside = Path(here.postgres["bin"]) / "pgbench"
    return str(beside) if beside.exists() else shutil.which("pgbench")


def run(here: Installation, script: Path, url: str, seconds: float, warmup: float) -> Run:
    """32 clients on two threads, prepared statements, a latency for every transaction."""
    pgbench = program(here)
    assert pgbench is not None
    common = ("-M", "prepared", "-n", "-c", "32", "-j", "2", "-f", script)
    output(pgbench, *common, "-T", str(max(1, round(warmup))), url)
    with tempfile.TemporaryDirectory() as logs:
        told = output(
            pgbench, *common, "-T", str(round(seconds)), "--log", "--log-prefix", Path(logs) / "log", url
        )
        latencies = sorted(
            int(line.split()[2]) for log in Path(logs).iterdir() for line in log.read_text().splitlines()
        )
    rate = re.search(r"tps = ([0-9.]+) \(without", told)
    assert rate is not None, told
    return Run(float(rate[1]), _percentile(latencies, 0.50), _percentile(latencies, 0.99))


def _percentile(latencies: list[int], share: float) -> float:
    """In milliseconds."""
    return latencies[min(int(len(latencies) * share), len(latencies) - 1)] / 1000

"""The steering half of the benchmark: servers, comparisons, table. `jiekou-load` measures."""

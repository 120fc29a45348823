"""Runs one night in a process of its own and prints what it cost as JSON. Started by ``whole_night``.

The clock starts before anything of ours is imported; peak memory is this process's and its workers'.
"""

from __future__ import annotations

import time

_STARTED = time.monotonic()


def main() -> None:
    """Run the night of the home in SANMING_HOME."""
    import json
    import resource

    from orchestration.core.variables import read_settings
    from orchestration.runs.night import run_night

    imports = time.monotonic() - _STARTED
    report = run_night(read_settings())
    seconds = time.monotonic() - _STARTED
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "success": report.success,
                "error": report.error,
                "periods": report.periods,
                "rows": sum(report.landed.rows_by_form.values()),
                "steps": {"imports": imports, **report.seconds},
                "seconds": seconds,
                "peak_mib": peak / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()

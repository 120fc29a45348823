"""Starting Dagster's webserver and daemon for a home. What they show is declared in `defs/`."""

from __future__ import annotations

import os
import subprocess
import sys

from orchestration.settings import Settings

HOST = "127.0.0.1"  # open-source Dagster has no login: never anything but loopback


def serve(settings: Settings, port: int) -> int:
    """Run webserver and daemon until they are stopped; their exit code."""
    from orchestration.night import prepare_dagster_home

    environ = {
        **os.environ,
        "DAGSTER_HOME": str(prepare_dagster_home(settings)),
        "SANMING_HOME": str(settings.home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    command += ["-d", str(settings.checkout), "--host", HOST, "--port", str(port)]
    try:
        return subprocess.run(command, env=environ, cwd=settings.checkout, check=False).returncode  # noqa: S603 - fixed
    except KeyboardInterrupt:
        return 0

"""Starting Dagster's webserver and daemon for a home. What they show is declared in `defs/`."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec
from typing import NoReturn

from orchestration.core.settings import Settings

HOST = "127.0.0.1"  # open-source Dagster has no login: never anything but loopback


def can_serve() -> bool:
    """Whether the webserver is installed: a night does without it."""
    return find_spec("dagster_webserver") is not None


def serve(settings: Settings, port: int) -> NoReturn:
    """Become the process that runs webserver and daemon, so that a signal to stop reaches it undivided."""
    from orchestration.check.state import landed_periods
    from orchestration.defs.instance import DAGSTER_ENVIRONMENT, open_instance, prepare_dagster_home
    from orchestration.defs.periods import keep_partitions

    with open_instance(settings) as instance:
        keep_partitions(instance, landed_periods(settings))
    dagster_home = prepare_dagster_home(settings)
    environ = {
        **os.environ,
        "DAGSTER_HOME": str(dagster_home),
        "SANMING_HOME": str(settings.home),
        **DAGSTER_ENVIRONMENT,
    }
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    command += ["-d", str(settings.checkout), "--host", HOST, "--port", str(port)]
    # A shell starts background jobs with interrupts ignored, and Dagster stops on nothing else.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(dagster_home)  # Dagster lets a `.env` of its folder overrule what it is given, and here is none
    os.execve(sys.executable, command, environ)  # noqa: S606 - a fixed command, no shell

"""Libraries that a library of ours imports whole, and that are loaded only if something of them is called.

Not here: imports of our own that wait for their first use; those stand in the functions that use them.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module


def put_off(package: str, name: str) -> None:
    """Let ``from package import name`` give a module that is loaded when something of it is first looked up.

    Args:
        package: is imported; of a library that loads its modules by itself that costs next to nothing.
        name: the module in it. One that is loaded already stays as it is.
    """
    full = f"{package}.{name}"
    parent = import_module(package)
    spec = importlib.util.find_spec(full)
    if full in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    # Else the package's own look-up would import the module again, and that loads it.
    setattr(parent, name, module)

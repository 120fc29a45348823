"""The subjects of the synthetic city, one module (or package) each, found by their ``SUBJECT``.

To add the forms of a mechanism, write ``twin/subjects/<name>.py`` with ``SUBJECT = Subject("<name>", …)``:

* ``states`` gives the clean rows of every period as frames under the contract's column names, with typed
  values (codes, ``date``, numbers, booleans, ``None``). A form of townships needs ``village_code``,
  ``fund_code`` or ``household_code``; a form of any other office a column ``submitter_code`` beside the
  contract's. A form that is due and has no rows is ticked as having no data.
* Chance comes from ``plan.rng("<name>")`` and persons from ``plan.people_apart("<name>")``, so that no
  other subject's rows move.
* A planter gets a row, breaks it and says what must be found; most are a line each (``twin.planter``)::

      planter("DS-09", copied("designations"), "designated_to", designated_to=date(2013, 1, 1))

  A blocking error sits in a copy (``held=True``), an explained one in a copy that no figure counts or in a
  row of the city (``picked``). A planter of two rows is a function of the ground.
* ``broken_columns.yaml`` names a column per generic rule; the rest of it is done in ``errors_generic``.
* ``expected`` computes the article's figures from ``accepted(state, form, period)``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from twin.subject import Subject, in_order


@cache
def all_subjects() -> tuple[Subject, ...]:
    """Every subject, those first that others build on."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    subjects = {module.SUBJECT.name: module.SUBJECT for module in modules if hasattr(module, "SUBJECT")}
    return tuple(in_order(subjects))

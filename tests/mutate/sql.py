"""Changes of models: which there are, and who notices one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mutate.homes import prepared
from tests.mutate.results import NOBODY, Mutant, Verdict
from tests.mutate.sql_changes import Site, parse, sites
from tests.mutate.sql_trial import SqlTrial


class SqlMutants:
    """All changes of all models, over the prepared warehouses."""

    def __init__(self) -> None:
        self._trials = [SqlTrial(warehouse) for warehouse in prepared()]

    def all(self) -> Iterator[Mutant]:
        """Every change that can be made; what the parser writes in other words gives none."""
        for name, node in self._trials[0].warehouse.models.items():
            for site in sites(parse(node.sql)):
                yield Mutant("sql", name, site.kind, site.place, site.text)

    def attempt(self, mutant: Mutant) -> Verdict:
        """The model's unit tests first, then a warehouse after the other."""
        site = Site(mutant.kind, mutant.place, mutant.text)
        said = self._trials[0].try_unit_tests(mutant.name, site)
        for trial in self._trials:
            if said is None or said.noticed_by == NOBODY:
                assert trial.is_written_alike(mutant.name), (
                    f"{mutant.name} means something else as the parser writes it"
                )
                said = trial.try_build(mutant.name, site)
        assert said is not None
        return said

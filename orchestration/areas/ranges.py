"""Between which numbers a suppressed count can lie, by all that was told: linear programming.

Every possible city is the true one and a deviation from it, and deviations can be mixed. So one deviation shows of many
counts how far off they may be, and only those that a few of them leave in doubt are asked one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from orchestration.areas.system import Bools, Numbers, System

Places = np.ndarray[tuple[int], np.dtype[np.int64]]
_ROUNDS = 8
_SEED = 20170807
_FAR = 1e6
_SLACK = 1e-6  # what the solver takes for nothing


@dataclass(frozen=True)
class Limit:
    """What keeps a count from going further: the prices of an optimum.

    Attributes:
        prices: relation → how much further the count could go for one more in it.
        stuck: other counts that could go no further themselves, for what was told of their parts or of their whole.
    """

    prices: dict[int, float]
    stuck: tuple[int, ...]


@dataclass(frozen=True)
class Ranges:
    """The least and the most that each count may be; equal where it was told or can be computed.

    Where the range was wide enough before its ends were found, these lie further out.

    Attributes:
        limits: of each narrow count, what keeps it from its lower and from its upper end.
    """

    low: Numbers
    high: Numbers
    limits: dict[int, tuple[Limit, Limit]]

    @property
    def widths(self) -> Numbers:
        return self.high - self.low


@dataclass(frozen=True)
class _Problem:
    """Suppressed counts: sums of deviations that are nothing, and between which numbers each deviation lies."""

    columns: Places
    relations: Places
    sums: csr_array
    differences: csr_array
    at_most: Numbers
    low: Numbers
    high: Numbers


def find_ranges(system: System, suppressed: Bools, threshold: int) -> Ranges:
    """The ranges of the suppressed counts: exact where they are narrower than the threshold."""
    low, high = system.values.copy(), system.values.copy()
    problem = _problem(system, suppressed)
    least, most = _spread(problem, threshold)
    doubtful = most - least < threshold - _SLACK
    limits = {}
    for piece in (piece for piece in _pieces(problem) if doubtful[piece].any()):
        part = _part(problem, piece)
        for place in np.flatnonzero(doubtful[piece]):
            number = piece[place]
            least[number], lower = _end(part, int(place), 1)
            most[number], upper = _end(part, int(place), -1)
            if most[number] - least[number] < threshold - _SLACK:
                limits[int(problem.columns[number])] = (lower, upper)
    low[problem.columns] += least
    high[problem.columns] += most
    return Ranges(low, high, limits)


def _problem(system: System, suppressed: Bools) -> _Problem:
    """What is known of the suppressed counts."""
    unknown = np.flatnonzero(suppressed)
    place = np.full(len(suppressed), -1)
    place[unknown] = np.arange(len(unknown))
    low, high = -system.values[unknown], np.full(len(unknown), np.inf)
    sums: list[list[tuple[int, int]]] = []
    relations: list[int] = []
    for number, relation in enumerate(system.relations):
        terms = [(int(place[n]), s) for n, s in zip(relation.counts, relation.signs, strict=True) if suppressed[n]]
        if terms:
            sums.append(terms)
            relations.append(number)
    differences: list[list[tuple[int, int]]] = []
    left_over: list[float] = []
    for part, whole in system.within:
        rest = float(system.values[whole] - system.values[part])
        if rest < 0:  # in truth it is no part, so nobody can rely on it
            continue
        if suppressed[part] and suppressed[whole]:
            differences.append([(int(place[part]), 1), (int(place[whole]), -1)])
            left_over.append(rest)
        elif suppressed[part]:
            high[place[part]] = min(high[place[part]], rest)
        elif suppressed[whole]:
            low[place[whole]] = max(low[place[whole]], -rest)
    return _Problem(
        unknown,
        np.array(relations, int),
        _matrix(sums, len(unknown)),
        _matrix(differences, len(unknown)),
        np.array(left_over, float),
        low,
        high,
    )


def _matrix(rows: list[list[tuple[int, int]]], width: int) -> csr_array:
    places = [(row, column, sign) for row, terms in enumerate(rows) for column, sign in terms]
    row, column, sign = zip(*places, strict=True) if places else ((), (), ())
    return coo_array((np.array(sign, float), (np.array(row, int), np.array(column, int))), (len(rows), width)).tocsr()


def _pieces(problem: _Problem) -> list[Places]:
    """The counts by their place in the problem, apart where nothing connects them."""
    sums, differences = abs(problem.sums), abs(problem.differences)
    _, labels = connected_components(sums.T @ sums + differences.T @ differences, directed=False)
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _part(problem: _Problem, columns: Places) -> _Problem:
    sums, differences = problem.sums[:, columns], problem.differences[:, columns]
    rows, limits = np.flatnonzero(np.diff(sums.indptr)), np.flatnonzero(np.diff(differences.indptr))
    return _Problem(
        problem.columns[columns],
        problem.relations[rows],
        sums[rows],
        differences[limits],
        problem.at_most[limits],
        problem.low[columns],
        problem.high[columns],
    )


def _spread(problem: _Problem, threshold: int) -> tuple[Numbers, Numbers]:
    """How far each deviation was seen to go, by deviations that push those still in doubt this way and that."""
    generator = np.random.default_rng(_SEED)
    least, most = np.zeros(len(problem.columns)), np.zeros(len(problem.columns))
    reach = 4.0 * threshold  # so that no count takes what others need
    doubtful = np.ones(len(problem.columns), bool)
    for _ in range(_ROUNDS):
        if not doubtful.any():
            break
        weights = np.where(
            doubtful, generator.choice((-1.0, 1.0), len(doubtful)) * generator.uniform(0.5, 1, len(doubtful)), 0
        )
        for direction in (weights, -weights):
            found = _solve(problem, direction, np.maximum(problem.low, -reach), np.minimum(problem.high, reach)).x
            least, most = np.minimum(least, found), np.maximum(most, found)
        doubtful = most - least < threshold - _SLACK
    return least, most


def _end(problem: _Problem, place: int, direction: int) -> tuple[float, Limit]:
    """The least (or, for -1, the most) of one deviation, and what keeps it there."""
    objective = np.zeros(len(problem.columns))
    objective[place] = direction
    # Far enough is as good as without an end, which the solver would tell by no point at all.
    found = _solve(problem, objective, np.maximum(problem.low, -_FAR), np.minimum(problem.high, _FAR))
    prices = found.eqlin.marginals if problem.relations.size else np.zeros(0)
    stuck = np.flatnonzero((abs(found.lower.marginals) > _SLACK) | (abs(found.upper.marginals) > _SLACK))
    limit = Limit(
        {int(problem.relations[row]): float(prices[row]) for row in np.flatnonzero(abs(prices) > _SLACK)},
        tuple(int(problem.columns[column]) for column in stuck),
    )
    return float(found.x[place]), limit


def _solve(problem: _Problem, objective: Numbers, low: Numbers, high: Numbers) -> OptimizeResult:
    has_sums, has_differences = problem.sums.shape[0] > 0, problem.differences.shape[0] > 0
    found = linprog(
        objective,
        A_ub=problem.differences if has_differences else None,
        b_ub=problem.at_most if has_differences else None,
        A_eq=problem.sums if has_sums else None,
        b_eq=np.zeros(problem.sums.shape[0]) if has_sums else None,
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if found.x is None:  # the true city is always possible, so it is the solver that gave up
        raise ArithmeticError(f"the ranges of {len(problem.columns)} counts were not found: {found.message}")
    return found

"""Fit the synthetic register's free parameters by simulated moments; docs/syntetisk.md says how and how well.

python -m benchmarks.synthetic.fit --share 0.1 --rounds 5 --found FILE
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.synthetic.moments import Moments
from benchmarks.synthetic.panel import Panel, read
from benchmarks.synthetic.targets import Target, targets
from pipelines.synthetic.parameters import FILE, Parameters
from pipelines.synthetic.world import simulate

LAST = date(2016, 12, 1)
PRIOR = 1.0
"""A parameter off by this factor (as a logarithm) from where it started costs as much as a target off by its scale."""
STEP = 0.25
"""Relative step of a finite difference."""
SLOPE_SHARE = 0.06
"""Slopes are taken on a small population: they need be no more than about right, and are mended as steps are tried."""
TRIES = 6
"""Steps tried before slopes are taken anew."""
Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


NAV_SIDE = ("plan.", "aktivitet.")
"""Parameters that no life depends on: moving one of them, only plans and activities are read anew."""


class Model:
    """Moments as a function of parameters, for one seed and share; `by_card` as in `panel.read`."""

    def __init__(self, seed: int, share: float, *, by_card: bool) -> None:
        self._seed, self._share, self._by_card = seed, share, by_card
        self._panel: Panel | None = None

    def moments(self, parameters: Parameters, *, keep: bool = False) -> dict[str, float]:
        """With all lives lived anew; if these are kept, `rewritten` starts from them."""
        panel = read(simulate(parameters, self._seed, LAST, self._share), LAST, by_card=self._by_card)
        self._panel = panel if keep else self._panel
        return Moments(panel, self._share).all()

    def rewritten(self, parameters: Parameters) -> dict[str, float]:
        """With the lives that were kept, and other plans and activities."""
        assert self._panel is not None
        world = replace(self._panel.world, parameters=parameters)
        return Moments(read(world, LAST, self._panel), self._share).all()


def distances(found: dict[str, float], aims: dict[str, Target]) -> Vector:
    return np.array([aim.distance(found[name]) for name, aim in aims.items()])


def felt(r: Vector) -> Vector:
    """What the fit makes least squares of: a target outside its tolerance counts by the square of its distance."""
    return np.asarray(r * np.maximum(np.abs(r), 1.0))


class Fit:
    """Levenberg–Marquardt on the logarithms of the free parameters, with the same random numbers throughout."""

    def __init__(
        self, parameters: Parameters, seed: int, share: float, slope_share: float, only: list[str] | None
    ) -> None:
        self.base, self.seed, self.share = parameters, seed, share
        self.free = {n: b for n, b in parameters.free.items() if only is None or n.startswith(tuple(only))}
        self.names = list(self.free)
        self.model = Model(seed, share, by_card=True)
        self.slopes = Model(seed, min(share, slope_share), by_card=False)
        found = self.model.moments(parameters)
        self.aims = {n: t for n, t in targets(found).items() if not t.held_out}
        self.x = np.log([parameters.value(n) for n in self.names])
        self.prior = self.x.copy()
        self.low, self.high = np.log(np.array([self.free[n] for n in self.names])).T
        self.r = distances(found, self.aims)

    def parameters(self, x: Vector) -> Parameters:
        return self.base.replaced(dict(zip(self.names, np.exp(x).tolist(), strict=True)))

    def cost(self, x: Vector, r: Vector) -> float:
        away = (x - self.prior) / PRIOR
        return float(felt(r) @ felt(r) + away @ away)

    def round(self, damping: float) -> float:
        """Slopes, then some steps along them; each step tried, taken or not, mends the slopes (Broyden)."""
        slopes = self._slopes()
        for _ in range(TRIES):
            start = self.cost(self.x, self.r)
            x = self._step(slopes, damping)
            r = distances(self.model.moments(self.parameters(x)), self.aims)
            print(f"  damping {damping:.3g}: {start:.1f} -> {self.cost(x, r):.1f}", flush=True)
            moved = x - self.x
            slopes += np.outer(r - self.r - slopes @ moved, moved) / max(float(moved @ moved), 1e-12)
            if self.cost(x, r) < start - 0.2:
                self.x, self.r, damping = x, r, damping / 3
            else:
                damping *= 4
        return min(damping, 0.5)

    def _slopes(self) -> Matrix:
        here = distances(self.slopes.moments(self.parameters(self.x), keep=True), self.aims)
        slopes = np.empty((len(self.r), len(self.x)))
        for k in range(len(self.x)):
            step = np.zeros(len(self.x))
            step[k] = STEP if self.x[k] + STEP < self.high[k] else -STEP
            how = self.slopes.rewritten if self.names[k].startswith(NAV_SIDE) else self.slopes.moments
            slopes[:, k] = (distances(how(self.parameters(self.x + step)), self.aims) - here) / step[k]
        return slopes

    def _step(self, slopes: Matrix, damping: float) -> Vector:
        """Levenberg and Marquardt's; what would leave its bounds stays at them, and the rest is solved for again."""
        free, shift = np.ones(len(self.x), dtype=bool), np.zeros(len(self.x))
        slopes = slopes * np.where(np.abs(self.r) > 1, 2 * np.abs(self.r), 1.0)[:, None]
        for _ in range(4):
            some = slopes[:, free]
            normal = some.T @ some + np.eye(free.sum()) / PRIOR**2
            rest = felt(self.r) + slopes[:, ~free] @ shift[~free]
            slope = some.T @ rest + (self.x - self.prior)[free] / PRIOR**2
            wanted = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slope)
            shift[free] = np.clip(wanted, -0.4, 0.4)
            inside = np.clip(shift, self.low - self.x, self.high - self.x)
            outside = free & (inside != shift)
            shift = inside
            if not outside.any():
                break
            free &= ~outside
        return np.asarray(self.x + shift)


def write(values: dict[str, float], path: Path = FILE) -> None:
    """Put values into the parameter file, in place of those that stand there; comments and order stay."""
    parameters = Parameters.load(path).replaced(values)
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in {address.partition("[")[0] for address in values}:
        (at,) = (k for k, line in enumerate(lines) if line.startswith(f"{name}: {{verdi: "))
        before, after = lines[at].split(", svar: ", 1)
        held = yaml.safe_dump(parameters.entries[name]["verdi"], default_flow_style=True, width=10_000, sort_keys=False)
        lines[at] = f"{name}: {{verdi: {held.removesuffix('...' + chr(10)).strip()}, svar: {after}"
        assert before.startswith(name)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--share", type=float, default=0.1)
    arguments.add_argument("--seed", type=int, default=2015)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--write", action="store_true", help="put the values found into the parameter file")
    arguments.add_argument("--slope-share", type=float, default=SLOPE_SHARE)
    arguments.add_argument("--only", nargs="*", help="move only what begins with one of these")
    arguments.add_argument("--start", type=Path, help="values found before, JSON")
    arguments.add_argument("--found", type=Path, required=True, help="where to put the values found, JSON")
    given = arguments.parse_args()
    parameters = Parameters.load()
    if given.start:
        parameters = parameters.replaced(json.loads(given.start.read_text()))
    fit, damping = Fit(parameters, given.seed, given.share, given.slope_share, given.only), 0.05
    for number in range(given.rounds):
        begun = time.time()
        damping = fit.round(damping)
        print(f"round {number + 1}: {float(fit.r @ fit.r):.1f} in {time.time() - begun:.0f} s", flush=True)
        values = {n: float(f"{v:.5g}") for n, v in zip(fit.names, np.exp(fit.x), strict=True)}
        earlier = json.loads(given.start.read_text()) if given.start else {}
        given.found.write_text(json.dumps({**earlier, **values}, indent=1))
    if given.write:
        write(values)
    far = sorted(zip(fit.aims, fit.r, strict=True), key=lambda pair: -abs(pair[1]))
    for name, r in far[:25]:
        print(f"{name:60s} {r:8.2f}")


if __name__ == "__main__":
    main()

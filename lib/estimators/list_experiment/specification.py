"""
What a maximum-likelihood model of a list experiment assumes, as components of a mixture.

The count of control items is binomial or beta-binomial, with the same probability whether or not
the respondent has the sensitive trait (constrained) or not. Liars of Blair & Imai (2012, Political
Analysis 20:47) deny the trait when its admission would show (ceiling) or, with no
control item to hide among, report none (floor). Errors of Blair, Chou & Imai (2019, Political
Analysis 27:455) replace the answer whatever the truth: by the highest one (topcode) or
by one drawn at random (uniform).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from ..errors import InputError
from .data import ListData
from .distributions import Array, bernoulli, beta_binomial, binomial
from .mixture import Component, Factor, MixtureLikelihood

ERRORS = ("topcode", "uniform")
SENSITIVE = "sensitive"


@dataclass(frozen=True)
class Block:
    """One linear predictor."""

    name: str
    design: Array
    terms: tuple[str, ...]
    is_share: bool = False  # whether the coefficients are logits of shares themselves


@dataclass(frozen=True)
class Specification:
    """Assumptions of a maximum-likelihood model."""

    constrained: bool = True
    overdispersed: bool = False
    ceiling: bool | str = False
    floor: bool | str = False
    error: str | None = None
    prior: float | None = None

    def __post_init__(self) -> None:
        if self.error is not None and self.error not in ERRORS:
            raise InputError(
                f"The error {self.error!r} is unknown; choose 'topcode', 'uniform' or None."
            )
        lying = bool(self.ceiling or self.floor)
        if self.prior is not None and not (lying and self.prior > 0):
            raise InputError(
                "The prior is about the shares of ceiling or floor, with a scale above 0; fit with "
                "one of them or drop the prior."
            )
        if self.error and (lying or self.overdispersed or not self.constrained):
            raise InputError(
                "An error model is fitted with binomial, constrained counts and without floor and "
                "ceiling, which these data could not tell apart; drop one of the options."
            )
        if (lying or self.overdispersed) and not self.constrained:
            raise InputError(
                "Floor, ceiling and overdispersion are fitted with constrained=True; drop one of "
                "the options."
            )

    @property
    def is_basic(self) -> bool:
        """Whether this is the constrained binomial model."""
        return self == Specification()

    @property
    def admits_several_items(self) -> bool:
        """Whether the likelihood takes nothing about the trait from the control arm."""
        return self.constrained and not (self.ceiling or self.floor or self.error)

    @property
    def extras(self) -> tuple[str, ...]:
        """Predictors beside those of the trait and the control items."""
        chosen = {
            "overdispersion": self.overdispersed,
            "ceiling": bool(self.ceiling),
            "floor": bool(self.floor),
            str(self.error): self.error is not None,
        }
        return tuple(name for name, wanted in chosen.items() if wanted)

    @property
    def share_formulas(self) -> dict[str, str]:
        """Formulas of the shares of liars that depend on regressors."""
        shares = {"ceiling": self.ceiling, "floor": self.floor}
        return {name: formula for name, formula in shares.items() if isinstance(formula, str)}

    def blocks(self, data: ListData) -> tuple[Block, ...]:
        """Linear predictors of the model."""
        controls = ("control",) if self.constrained else ("control.z0", "control.z1")
        sensitive = Block(SENSITIVE, data.sensitive_design, data.sensitive_terms)
        regressions = [_regression(name, data.design) for name in controls]
        return (sensitive, *regressions, *(_extra(name, data) for name in self.extras))

    def likelihood(self, data: ListData) -> MixtureLikelihood:
        """Likelihood of the observed counts."""
        blocks = self.blocks(data)
        builder = _Builder(self, data, {block.name: b for b, block in enumerate(blocks)})
        designs = tuple(block.design for block in blocks)
        priors = {} if self.prior is None else {"ceiling": self.prior, "floor": self.prior}
        scales = [priors.get(block.name, np.inf) for block in blocks for _ in block.terms]
        components = tuple(builder.components())
        return MixtureLikelihood(designs, components, data.row_weights, np.array(scales))


def _regression(name: str, design: pd.DataFrame) -> Block:
    values = np.ascontiguousarray(design.to_numpy(dtype=float))
    return Block(name, values, tuple(f"{name}.{term}" for term in design.columns))


def _extra(name: str, data: ListData) -> Block:
    """Predictor beside trait and items; a uniform answer has its own probability in each arm."""
    if name in data.share_designs:
        return _regression(name, data.share_designs[name])
    if name == "uniform":
        arms = np.column_stack([1 - data.treatment, data.treatment])
        return Block(name, arms, ("uniform.control", "uniform.treatment"), is_share=True)
    return Block(name, np.ones((len(data.y), 1)), (name,), is_share=True)


@dataclass(frozen=True)
class _Builder:
    """Writes the components of one model for one set of rows."""

    specification: Specification
    data: ListData
    index: dict[str, int]

    def components(self) -> Iterator[Component]:
        """Honest answers, lies and errors."""
        specification = self.specification
        for trait in (False, True):
            yield self._honest(trait)
            if specification.error is not None:
                yield self._random(trait)
        if specification.ceiling:
            yield self._lie("ceiling", self.data.n_items)
        if specification.floor:
            yield self._lie("floor", 0)

    def _honest(self, trait: bool) -> Component:
        """Count of the control items, plus one for the trait in the treatment arm."""
        controls = self.data.y - trait * self.data.treatment
        possible = (controls >= 0) & (controls <= self.data.n_items)
        valid = np.clip(controls, 0, self.data.n_items)
        factors = [self._trait(trait), self._count(valid, trait), *self._truthful(valid, trait)]
        return Component(trait, possible, tuple(factors), np.zeros(len(valid)))

    def _truthful(self, controls: Array, trait: bool) -> Iterator[Factor]:
        """Probabilities of not lying and not erring."""
        at_risk = {"ceiling": controls == self.data.n_items, "floor": controls == 0}
        for name, where in at_risk.items():
            if trait and name in self.index:
                yield self._switch(name, False, where & (self.data.treatment == 1))
        if self.specification.error is not None:
            yield self._switch(self.specification.error, False, np.ones(len(controls), dtype=bool))

    def _lie(self, name: str, controls: int) -> Component:
        """All or no control items apply, and the trait is denied."""
        possible = (self.data.y == controls) & (self.data.treatment == 1)
        counts = np.full(len(possible), float(controls))
        factors = (self._trait(True), self._count(counts, True), self._switch(name, True, possible))
        return Component(True, possible, factors, np.zeros(len(counts)))

    def _random(self, trait: bool) -> Component:
        """Answer without regard to the trait and the items."""
        error = str(self.specification.error)
        highest = self.data.n_items + self.data.treatment
        everywhere = np.ones(len(highest), dtype=bool)
        topcode = error == "topcode"
        return Component(
            trait,
            self.data.y == highest if topcode else everywhere,
            (self._trait(trait), self._switch(error, True, everywhere)),
            np.zeros(len(highest)) if topcode else -np.log(highest + 1),
        )

    def _trait(self, trait: bool) -> Factor:
        return Factor((self.index[SENSITIVE],), partial(bernoulli, success=trait))

    def _count(self, counts: Array, trait: bool) -> Factor:
        """Probability of a count of control items."""
        n_items = self.data.n_items
        name = "control" if self.specification.constrained else f"control.z{int(trait)}"
        if not self.specification.overdispersed:
            return Factor((self.index[name],), partial(binomial, counts=counts, n_items=n_items))
        blocks = (self.index[name], self.index["overdispersion"])
        return Factor(blocks, partial(beta_binomial, counts=counts, n_items=n_items))

    def _switch(self, name: str, on: bool, where: np.ndarray) -> Factor:
        """Probability that an extra applies or not, in the rows where it can."""
        return Factor((self.index[name],), partial(bernoulli, success=on, where=where))

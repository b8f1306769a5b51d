"""
Estimators and power analysis: statistics that know nothing of this book.

They import each other only, so that they can be used without it: they are the distribution
listlogit too, whose main names are here.
"""

from importlib import import_module
from typing import Any

_MAIN_NAMES = {
    "errors": ("ConvergenceError", "ConvergenceWarning", "InputError"),
    "list_experiment": (
        "cluster_bootstrap",
        "combined_estimator",
        "design_effect_test",
        "difference_in_means",
        "ictreg",
        "liar_bounds",
        "subgroup_contrasts",
    ),
    "multilevel": ("MixedLogit", "MixedOrderedLogit"),
}
_MODULES = {name: module for module, names in _MAIN_NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import on first use, since statsmodels takes a second and not every module needs it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)

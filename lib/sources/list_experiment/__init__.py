"""Respondents of a list experiment: their file and its schema, and their groups."""

from lib.sources.list_experiment.reading import read_list_experiment
from lib.sources.list_experiment.recodes import comparisons, complete_cases, recode
from lib.sources.list_experiment.schema import Variable, read_schema

__all__ = [
    "Variable",
    "comparisons",
    "complete_cases",
    "read_list_experiment",
    "read_schema",
    "recode",
]

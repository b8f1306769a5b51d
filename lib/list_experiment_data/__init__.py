"""Respondents of a list experiment: their file and its schema, their groups, the printed table."""

from lib.list_experiment_data.reading import read_list_experiment
from lib.list_experiment_data.recodes import comparisons, complete_cases, recode
from lib.list_experiment_data.schema import Variable, read_schema
from lib.list_experiment_data.table import compare_table, group_estimates

__all__ = [
    "Variable",
    "compare_table",
    "comparisons",
    "complete_cases",
    "group_estimates",
    "read_list_experiment",
    "read_schema",
    "recode",
]

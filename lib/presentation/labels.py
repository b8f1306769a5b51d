"""How columns of tables are called and rounded unless a chapter says otherwise."""

LABELS = {
    "conf_high": "95% to",
    "conf_low": "95% from",
    "country": "country",
    "df": "df",
    "diversity": "diversity",
    "effect": "log odds",
    "estimate": "estimate",
    "mean": "mean",
    "n": "n",
    "n_control": "n, control",
    "n_treatment": "n, treatment",
    "n_valid": "answers",
    "p_value": "p",
    "printed": "printed",
    "printed_error": "printed SE",
    "slope": "slope",
    "statistic": "statistic",
    "std_error": "SE",
    "subgroup": "group",
    "term": "term",
    "trust_percent": "trust, percent",
}
DECIMALS = {"df": 0, "p_value": 3, "percent": 1, "trust_percent": 1}

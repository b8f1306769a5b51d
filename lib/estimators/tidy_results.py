"""Estimates as a table, the same for every estimator of the book."""

import pandas as pd
from statsmodels.base.model import LikelihoodModelResults


class TidyResults(LikelihoodModelResults):
    """Results of a statsmodels estimator that give their estimates as a table."""

    def tidy(self, alpha: float = 0.05) -> pd.DataFrame:
        """Estimates as a table, the source of every other display."""
        low, high = self.conf_int(alpha).T
        return pd.DataFrame(
            {
                "term": self.model.data.param_names,
                "estimate": self.params,
                "std_error": self.bse,
                "statistic": self.tvalues,
                "p_value": self.pvalues,
                "conf_low": low,
                "conf_high": high,
            }
        )

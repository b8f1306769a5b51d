"""Estimates as a table, the same for every estimator of the book."""

import pandas as pd
from statsmodels.base.model import LikelihoodModelResults


class TidyResults(LikelihoodModelResults):
    """
    Results of a statsmodels estimator that give their estimates as a table.

    See `statsmodels.base.model.LikelihoodModelResults` for the parameters.
    """

    def tidy(self, alpha: float = 0.05) -> pd.DataFrame:
        """
        Estimates as a table, the source of every other display.

        Parameters
        ----------
        alpha : float
            One minus the level of the intervals.

        Returns
        -------
        pandas.DataFrame
            Columns term, estimate, std_error, statistic, p_value, conf_low, conf_high; what does
            not exist, such as a statistic of an estimate whose null value lies on its boundary, is
            missing.
        """
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

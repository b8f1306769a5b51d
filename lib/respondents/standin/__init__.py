"""Stand-in respondents: generated, calibrated to printed and open figures, evidence of nothing."""

"""World Values Survey: files of a wave or of the time series, and what their answers add up to."""

from lib.sources.wvs.answers import (
    grouped_answers,
    mean_confidence,
    read_confidence,
    read_education,
)
from lib.sources.wvs.codebook import Codebook, Item, TimeSeriesCodes, read_codebook
from lib.sources.wvs.comparison import (
    compare_with_counts,
    difference_sentences,
    read_known_differences,
    restore_scale,
    reverse_scale,
)
from lib.sources.wvs.counts import grouped_responses, read_country_codes, read_counts, resize_counts
from lib.sources.wvs.reading import WaveFile, read_wave_file

__all__ = [
    "Codebook",
    "Item",
    "TimeSeriesCodes",
    "WaveFile",
    "compare_with_counts",
    "difference_sentences",
    "grouped_answers",
    "grouped_responses",
    "mean_confidence",
    "read_codebook",
    "read_confidence",
    "read_country_codes",
    "read_counts",
    "read_education",
    "read_known_differences",
    "read_wave_file",
    "resize_counts",
    "restore_scale",
    "reverse_scale",
]

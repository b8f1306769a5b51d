"""What an output gives away of respondents: consecutive ones repeated, or too few counted."""

from lib.book.disclosure.search import RespondentSearch
from lib.book.disclosure.small_counts import FEWEST, hide_small_counts, small_counts

__all__ = ["FEWEST", "RespondentSearch", "hide_small_counts", "small_counts"]

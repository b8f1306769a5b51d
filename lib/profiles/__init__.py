"""Profiles: what another list experiment, or another question to the WVS, is made of."""

from lib.profiles.list_experiment import ListExperimentProfile
from lib.profiles.reading import Profile, read_profile
from lib.profiles.respondents import is_generated, profile_respondents, profile_texts
from lib.profiles.survey import SurveyProfile

__all__ = [
    "ListExperimentProfile",
    "Profile",
    "SurveyProfile",
    "is_generated",
    "profile_respondents",
    "profile_texts",
    "read_profile",
]

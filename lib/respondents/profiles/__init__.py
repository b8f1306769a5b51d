"""Profiles: what another list experiment, or another question to the WVS, is made of."""

from lib.respondents.profiles.list_experiment import ListExperimentProfile
from lib.respondents.profiles.reading import Profile, read_profile
from lib.respondents.profiles.respondents import is_generated, profile_respondents, profile_texts
from lib.respondents.profiles.survey import SurveyProfile

__all__ = [
    "ListExperimentProfile",
    "Profile",
    "SurveyProfile",
    "is_generated",
    "profile_respondents",
    "profile_texts",
    "read_profile",
]

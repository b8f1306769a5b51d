"""What every profile says, whatever the evidence, and how a fault in one is told."""

import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from lib.core.encodings import codec_name
from lib.core.errors import InputError, did_you_mean
from lib.core.parameters import shortened, shown
from lib.core.text_files import key_line

MOST_CHARACTERS, MOST_OF_A_VALUE = 299, 40  # and an ellipsis
WANTED = {
    "string_type": "be a text: quote numbers, yes, no, on and off",
    "int_type": "be a whole number",
    "float_type": "be a number",
    "list_type": "be a list",
    "dict_type": "be a mapping",
    "model_type": "be a mapping",
    "too_short": "hold {min_length} or more",
    "too_long": "hold at most {max_length}",
    "greater_than_equal": "be at least {ge}",
    "less_than_equal": "be at most {le}",
}
KEY = "[key]"  # how pydantic marks a fault in a key itself
COLUMNS = {
    "count",
    "arm",
    "weight",
    "stratum",
    "cluster",
    "treatment",
    "iso3",
    "respondents",
    "complete",
    "percent",
}
TERMS = {"const", "Intercept", "C"}  # patsy evaluates formulas, in which C() makes categories


def wanted(what: str) -> PydanticCustomError:
    """Make the error of a value that is not `what`."""
    return PydanticCustomError("wanted", "{what}", {"what": f"be {what}"})


def _text(text: str) -> str:
    """Accept what can be printed: not blank, no control characters, no half of a character."""
    if not text.strip() or re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text):
        raise wanted("a text that can be printed")
    return text


def _name(name: str) -> str:
    """Accept what formulas and tables can take for one variable."""
    if name in COLUMNS | TERMS:
        raise wanted("another name, as tables and formulas use this one themselves")
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or iskeyword(name):
        raise wanted("of letters, digits and underscores, a letter first, and no word of Python")
    return name


Text = Annotated[str, AfterValidator(_text)]
Name = Annotated[str, AfterValidator(_name)]


class Strict(BaseModel):
    """A mapping of a profile: each value has its type already, and there are no other keys."""

    model_config = ConfigDict(frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _reject_unknown(cls, values: Any) -> Any:
        for key in values if isinstance(values, dict) else ():
            if key not in cls.model_fields:
                advice = did_you_mean(str(key), cls.model_fields)
                raise ValueError(f"has {_short(key)}, which no profile knows: {advice}")
        return values


class Synthetic(Strict):
    """Generated respondents: how many (of a survey in several countries, in each), their seed."""

    n: int = Field(ge=100, le=100_000)
    seed: int = Field(ge=0, lt=2**32)


class CommonProfile(Strict):
    """What every profile says."""

    kind: str
    title: Text
    file: Text | None = None
    encoding: Annotated[str, AfterValidator(codec_name)] | None = None
    alpha: float = Field(0.05, ge=0.001, le=0.2)
    synthetic: Synthetic
    _name: str = PrivateAttr()

    def model_post_init(self, context: dict[str, Any]) -> None:
        """Keep the name."""
        self._name = context["name"]

    @property
    def name(self) -> str:
        """Name of the profile, that of its file."""
        return self._name


def repeated(texts: Iterable[str]) -> str | None:
    """Find the first text that stands there before, in whatever case and with whatever blanks."""
    before = set()
    for text in texts:
        if (same := " ".join(text.casefold().split())) in before:
            return text
        before.add(same)
    return None


def sentence(error: ValidationError, file: str, text: str) -> str:
    """Tell the first fault in a file, and the line of its text in which it stands."""
    fault = error.errors()[0]
    names = list(fault["loc"])
    in_key = names[-1:] == [KEY]
    names = names[:-1] if in_key else names
    line = key_line(text, names)
    lacking = str(names.pop()) if fault["type"] == "missing" or in_key else ""
    last = names[-1] if names else None
    item = f"item {last + 1} of " if isinstance(last, int) else ""
    keys = item + ".".join(_key(name) for name in names if isinstance(name, str))
    where = file + (f", line {line}" if line else "") + (f": {keys}" if keys else "")
    return shortened(f"{where}{_told(fault, lacking, in_key)}", MOST_CHARACTERS)


def _told(fault: ErrorDetails, lacking: str, in_key: bool) -> str:
    """Say what is wrong, without the subject: validators leave it out too."""
    kind, value, context = fault["type"], _short(fault["input"]), fault.get("ctx", {})
    if kind == "missing":
        return f" lacks {lacking!r}: add it."
    if kind == "value_error":
        error = context["error"]
        return f"{':' if isinstance(error, InputError) else ''} {error}"
    if fault["input"] is None:
        return " is empty: fill it in."
    what = WANTED[kind].format(**context) if kind in WANTED else fault["msg"]
    told = f"{value}; it must {what.removeprefix('Input should ')}."
    return f" has the key {told}" if in_key else f" is {told}"


def _key(name: str) -> str:
    """Show a key of the user's, whatever it holds."""
    return shortened(name if name.isprintable() else repr(name), MOST_OF_A_VALUE)


def _short(value: object) -> str:
    return shown(value, MOST_OF_A_VALUE)

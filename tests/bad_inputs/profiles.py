"""Profiles and the files that they describe."""

from copy import deepcopy

import yaml

from lib.core.paths import ROOT
from tests.bad_inputs import FOLDER, NO_UTF8, PAGE, BadInput

PARAMS = ROOT / "params"
LIST, SURVEY = "csto_second_wave", "trust_eu"
PROFILE = "{book}/params/mine.yml"
GONE = object()
COMMON_FAULTS = [
    (
        "kind",
        "census",
        ("params/mine.yml: kind is 'census'; it must be one of 'list_experiment', 'wvs'."),
    ),
    ("kind", GONE, "params/mine.yml lacks 'kind': add it."),
    ("title", GONE, "params/mine.yml lacks 'title': add it."),
    ("title", 7, "params/mine.yml: title is 7; it must be a text."),
    ("title", "A \0", "params/mine.yml: title is 'A \\x00'; it must be a text."),
    (
        "titel",
        "A title",
        ("params/mine.yml has 'titel', which no profile knows: did you mean 'title'?"),
    ),
    ("file", 7, "params/mine.yml: file is 7; it must be a text."),
    (
        "encoding",
        "cp1521",
        (
            "params/mine.yml: encoding: 'cp1521' is no encoding that Python knows: use a name such "
            "as utf-8 or cp1251."
        ),
    ),
    ("alpha", 5, ("params/mine.yml: alpha is 5; it must be a number from 0.001 to 0.2.")),
    ("standin", GONE, "params/mine.yml lacks 'standin': add it."),
    ("standin", 1000, "params/mine.yml: standin is 1000; it must be a mapping."),
    (
        "standin.n",
        10,
        ("params/mine.yml: standin.n is 10; it must be a whole number from 100 to 100000."),
    ),
    ("standin.n", GONE, "params/mine.yml: standin lacks 'n': add it."),
    (
        "standin.seed",
        -1,
        ("params/mine.yml: standin.seed is -1; it must be a whole number of at least 0."),
    ),
    (
        "standin.size",
        5,
        ("params/mine.yml: standin has 'size', which no profile knows: use one of n, seed."),
    ),
]
LIST_FAULTS = [
    (
        "items",
        ["One"],
        ("params/mine.yml: items is ['One']; it must be a list with a length of at least 2."),
    ),
    (
        "items",
        "One",
        ("params/mine.yml: items is 'One'; it must be a list with a length of at least 2."),
    ),
    ("items", ["One", 2], "item 2 of params/mine.yml: items is 2; it must be a text."),
    ("sensitive", "", "params/mine.yml: sensitive is ''; it must be a text."),
    ("count", GONE, "params/mine.yml lacks 'count': add it."),
    ("arm", "version", "params/mine.yml: arm is 'version'; it must be a mapping."),
    ("arm.control", GONE, "params/mine.yml: arm lacks 'control': add it."),
    (
        "arm.treatment",
        [],
        ("params/mine.yml: arm.treatment is []; it must be a list with a length of at least 1."),
    ),
    ("arm.treatment", [0], "params/mine.yml: arm uses '0' twice: give it one meaning."),
    (
        "arm.placebo",
        [2],
        (
            "params/mine.yml: arm has 'placebo', which no profile knows: use one of "
            "column, control, treatment."
        ),
    ),
    ("groups", {}, "params/mine.yml: groups names 0: name 1 or more."),
    ("groups.gender", "sex", ("params/mine.yml: groups.gender is 'sex'; it must be a mapping.")),
    ("groups.gender.column", GONE, "params/mine.yml: groups.gender lacks 'column': add it."),
    (
        "groups.gender.labels",
        {"men": [1]},
        ("params/mine.yml: groups.gender.labels has fewer than two groups: give two or more."),
    ),
    (
        "groups.gender.labels",
        {True: [1], False: [2]},
        (
            "params/mine.yml: groups.gender.labels has the label True: it must be a "
            "text of its own (quote numbers, yes, no, on and off)."
        ),
    ),
    (
        "groups.gender.labels.men",
        [2],
        ("params/mine.yml: groups.gender uses '2' twice: give it one meaning."),
    ),
    (
        "groups.gender.labels.men",
        [1.5],
        (
            "item 1 of params/mine.yml: groups.gender.labels.men is 1.5; it must be "
            "a code or a text of the file."
        ),
    ),
    (
        "groups.gender.left_out",
        3,
        (
            "params/mine.yml: groups.gender.left_out is 3; it must be a list with a "
            "length of at least 0."
        ),
    ),
    (
        "groups.ethnicity.left_out",
        [2],
        ("params/mine.yml: groups.ethnicity uses '2' twice: give it one meaning."),
    ),
    (
        "groups.class",
        {},
        (
            "params/mine.yml: groups has the name 'class': use letters, digits and "
            "underscores, a letter first (and quote yes, no, on and off)."
        ),
    ),
    (
        "groups.two words",
        {},
        (
            "params/mine.yml: groups has the name 'two words': use letters, digits "
            "and underscores, a letter first (and quote yes, no, on and off)."
        ),
    ),
    (
        "groups.count",
        {"column": "x", "labels": {"a": [1], "b": [2]}},
        (
            "params/mine.yml: groups has 'count', which names a column of its own: "
            "choose another name."
        ),
    ),
]
SURVEY_FAULTS = [
    (
        "items",
        "data/codebook/wvs9_items.csv",
        (
            "{book}/data/codebook/wvs9_items.csv cannot be read (No such file or "
            "directory): restore the file."
        ),
    ),
    (
        "outcome.item",
        "V125_17",
        (
            "params/mine.yml: outcome asks for 'V125_17', which "
            "data/codebook/wvs6_items.csv does not list: did you mean 'V125_07'?"
        ),
    ),
    (
        "outcome.item",
        "V2",
        (
            "params/mine.yml: outcome asks for V2 (Country (ISO 3166 numeric)), "
            "which is no answer: choose another item."
        ),
    ),
    (
        "outcome.ones",
        GONE,
        ("params/mine.yml: outcome lacks 'ones': list the codes that count as 1."),
    ),
    (
        "outcome.ones",
        [5],
        ("item 1 of params/mine.yml: outcome.ones is 5; it must be a whole number from 1 to 4."),
    ),
    (
        "outcome.ones",
        [1, 2, 3, 4],
        (
            "params/mine.yml: outcome.ones lists every code of V125_00 (Confidence: "
            "the European Union): leave some out."
        ),
    ),
    (
        "outcome.name",
        "trust in EU",
        (
            "params/mine.yml: outcome has the name 'trust in EU': use letters, "
            "digits and underscores, a letter first (and quote yes, no, on and off)."
        ),
    ),
    ("outcome.name", "age", "params/mine.yml has two variables named 'age': rename one."),
    ("regressors", {}, "params/mine.yml: regressors names 0: name 1 or more."),
    (
        "regressors.male.ones",
        1,
        (
            "params/mine.yml: regressors.male.ones is 1; it must be a list with a "
            "length of at least 0."
        ),
    ),
    (
        "regressors.male.one",
        [1],
        (
            "params/mine.yml: regressors.male has 'one', which no profile knows: did "
            "you mean 'ones'?"
        ),
    ),
    (
        "regressors.iso3",
        {"item": "V240"},
        (
            "params/mine.yml has a variable named 'iso3', which the tables use "
            "themselves: rename it."
        ),
    ),
    (
        "outcome.name",
        "percent",
        (
            "params/mine.yml: outcome has a variable named 'percent', which the "
            "tables use themselves: rename it."
        ),
    ),
    (
        "moderated",
        "xenofobia",
        ("params/mine.yml: moderated is 'xenofobia', no regressor: did you mean 'xenophobia'?"),
    ),
    (
        "moderated",
        "trust_eu",
        (
            "params/mine.yml: moderated is 'trust_eu', no regressor: use one of "
            "xenophobia, immigrant, unemployed, male, age, finances."
        ),
    ),
    (
        "moderated",
        "age",
        (
            "params/mine.yml: moderated is 'age', which is no variable of 0 and 1: "
            "give its ones, or choose another one."
        ),
    ),
    ("country_level", "male", "params/mine.yml has two variables named 'male': rename one."),
    (
        "countries",
        {"DEU": {"code": 276, "value": 1}},
        "params/mine.yml: countries names 1: name 4 or more.",
    ),
    (
        "countries.Germany",
        {"code": 1, "value": 1},
        ("params/mine.yml: countries has 'Germany': use three capital letters (ISO 3166)."),
    ),
    (
        "countries.DEU.code",
        "DE",
        ("params/mine.yml: countries.DEU.code is 'DE'; it must be a whole number from 1 to 999."),
    ),
    ("countries.DEU.code", 724, ("params/mine.yml: countries uses the code 724 twice: mend one.")),
    (
        "countries.DEU.value",
        GONE,
        ("params/mine.yml: countries.DEU.value is nan; it must be a number."),
    ),
    (
        "countries.DEU.value",
        "high",
        ("params/mine.yml: countries.DEU.value is 'high'; it must be a number."),
    ),
    ("n_points", 3, ("params/mine.yml: n_points is 3; it must be a whole number from 7 to 100.")),
]
FAULTS = [(LIST, *fault) for fault in [*COMMON_FAULTS, *LIST_FAULTS]]
FAULTS += [(SURVEY, *fault) for fault in [*COMMON_FAULTS, *SURVEY_FAULTS]]


def changed(name: str, place: str, value: object) -> dict:
    """Change one value of a worked example."""
    whole = yaml.safe_load((PARAMS / f"{name}.yml").read_text(encoding="utf-8"))
    holder = whole
    *parents, last = place.split(".")
    for parent in parents:
        holder = holder[parent]
    if value is GONE:
        del holder[last]
    else:
        holder[last] = deepcopy(value)
    return whole


TEXTS = {name: (PARAMS / f"{name}.yml").read_text(encoding="utf-8") for name in (LIST, SURVEY)}
FILES = [
    BadInput(f"profile {PROFILE}", sentence, {PROFILE: content})
    for content, sentence in (
        (
            None,
            ("{book}/params/mine.yml cannot be read (No such file or directory): check the path."),
        ),
        ("", "{book}/params/mine.yml is no mapping: write one `name: value` a line."),
        ("- a", "{book}/params/mine.yml is no mapping: write one `name: value` a line."),
        ("a: [", ("{book}/params/mine.yml is no YAML (line 1): write one `name: value` a line.")),
        (NO_UTF8, "{book}/params/mine.yml is no text in UTF-8: save it as such."),
        (FOLDER, ("{book}/params/mine.yml cannot be read (Is a directory): check the path.")),
        (PAGE, "{book}/params/mine.yml is no mapping: write one `name: value` a line."),
        (
            TEXTS[LIST] + "alpha: 0.1\n",
            "{book}/params/mine.yml repeats 'alpha' in line 58: keep one of them.",
        ),
        (
            TEXTS[LIST].replace("labels: {men: [1], women: [2]}", "labels: {men: [1], men: [2]}"),
            "{book}/params/mine.yml repeats 'men' in line 41: keep one of them.",
        ),
        (
            TEXTS[SURVEY].replace("  age: {item: V242}", "  male: {item: V242}"),
            "{book}/params/mine.yml repeats 'male' in line 23: keep one of them.",
        ),
        (
            TEXTS[LIST].replace("alpha: 0.05", "alpha: .nan"),
            "params/mine.yml: alpha is nan; it must be a number from 0.001 to 0.2.",
        ),
        (
            TEXTS[LIST].replace("alpha: 0.05", "alpha: .inf"),
            "params/mine.yml: alpha is inf; it must be a number from 0.001 to 0.2.",
        ),
    )
]
NAMES = [
    BadInput(f"profile {{book}}/params/{name}", sentence, {f"{{book}}/params/{name}": TEXTS[LIST]})
    for name, sentence in (
        (
            "Mine.yml",
            (
                "Mine.yml cannot name a profile: use small letters, digits and "
                "underscores, a letter first, and the ending .yml."
            ),
        ),
        (
            "my-profile.yml",
            (
                "my-profile.yml cannot name a profile: use small letters, digits and "
                "underscores, a letter first, and the ending .yml."
            ),
        ),
        (
            "mine.yaml",
            (
                "mine.yaml cannot name a profile: use small letters, digits and "
                "underscores, a letter first, and the ending .yml."
            ),
        ),
        (
            "2nd.yml",
            (
                "2nd.yml cannot name a profile: use small letters, digits and "
                "underscores, a letter first, and the ending .yml."
            ),
        ),
    )
]
ANSWERS = "items_approved,version,sex,education,ethnicity,city,weight\n2,A,1,4,1,Astana,1\n"
ANSWERS += "5,1,2,5,3,Almaty,2\n"
RESPONDENTS = [
    BadInput(
        f"profile {{book}}/params/{LIST}.yml --file {{here}}/file.csv",
        sentence,
        {"{here}/file.csv": text},
    )
    for text, sentence in (
        (None, "{here}/file.csv does not exist: name the survey file itself."),
        (FOLDER, "{here}/file.csv is a folder: name the survey file itself."),
        ("", "{here}/file.csv is empty: download it again."),
        (
            "items_approved,version,sexe\n1,A,1\n",
            "{here}/file.csv has no column 'sex': did you mean 'sexe'?",
        ),
        (
            ANSWERS + "5,A,1,4,1,Astana,1\n",
            (
                "{here}/file.csv, row 3, column 'items_approved', holds 5 in the control "
                "arm, where a count from 0 to 4 belongs with 4 control items: check the "
                "number of control items."
            ),
        ),
        (
            ANSWERS + "2,C,1,4,1,Astana,1\n",
            (
                "{here}/file.csv, row 3, column 'version', holds 'C', which is no answer "
                "of the schema: use one of 0, A, 1, B."
            ),
        ),
        (
            ANSWERS + "2,A,3,4,1,Astana,1\n",
            (
                "{here}/file.csv, row 3, column 'sex', holds '3', which is no answer of "
                "the schema: use one of 1, 2."
            ),
        ),
        (
            ANSWERS + "2,A,1,4,1,Astan,1\n",
            (
                "{here}/file.csv, row 3, column 'city', holds 'Astan', which is no "
                "answer of the schema: did you mean 'Astana'?"
            ),
        ),
        (
            ANSWERS + "2,A,1,4,1,Astana,0\n",
            (
                "{here}/file.csv, row 3, column 'weight', holds 0 where a weight above "
                "zero belongs: give every respondent one, or leave the column out."
            ),
        ),
        (
            ANSWERS + "2,,1,4,1,Astana,1\n",
            ("{here}/file.csv, row 3, column 'version', is empty: state every respondent's arm."),
        ),
    )
]
STANDINS = [
    BadInput(f"standin {{book}}/params/{LIST}.yml {{here}}/{name}", sentence, files)
    for name, files, sentence in (
        (
            "one.sav",
            {},
            ("{here}/one.sav has another ending than .dta and .csv: choose one of them."),
        ),
        (
            "nowhere/one.csv",
            {},
            "There is no folder {here}/nowhere: make it, or choose another one.",
        ),
        (
            "one.csv",
            {"{here}/one.csv": "mine"},
            "{here}/one.csv exists and is not overwritten: choose another name.",
        ),
        (
            "one.dta",
            {"{here}/one.dta": FOLDER},
            "{here}/one.dta exists and is not overwritten: choose another name.",
        ),
    )
]
CHANGED = [
    BadInput(
        f"profile {PROFILE}",
        sentence,
        {PROFILE: yaml.safe_dump(changed(name, place, value), sort_keys=False)},
    )
    for name, place, value, sentence in FAULTS
]
CASES = [*FILES, *NAMES, *RESPONDENTS, *STANDINS, *CHANGED]

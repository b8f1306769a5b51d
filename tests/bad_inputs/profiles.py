"""Profiles and the files that they describe."""

from copy import deepcopy

import yaml

from lib.core.paths import ROOT
from tests.bad_inputs import FOLDER, NO_UTF8, PAGE, BadInput

PARAMS = ROOT / "params"
LIST, SURVEY = "csto_second_wave", "trust_eu"
PROFILE = "{book}/params/mine.yml"
GONE = object()


def common_faults(alpha: int, encoding: int) -> list[tuple[str, object, str]]:
    """Faults of every profile; `alpha`, before the synthetics, and `encoding` are their lines."""
    return [
        (
            "kind",
            "census",
            "params/mine.yml: kind is 'census'; it must be one of 'list_experiment', 'wvs'.",
        ),
        (
            "kind",
            GONE,
            "params/mine.yml: kind is None; it must be one of 'list_experiment', 'wvs'.",
        ),
        ("title", GONE, "params/mine.yml lacks 'title': add it."),
        (
            "title",
            7,
            (
                "params/mine.yml, line 2: title is 7; it must be a text: quote numbers, yes, "
                "no, on and off."
            ),
        ),
        (
            "title",
            "A \x00",
            ("params/mine.yml, line 2: title is 'A \\x00'; it must be a text that can be printed."),
        ),
        (
            "titel",
            "A title",
            "params/mine.yml has 'titel', which no profile knows: did you mean 'title'?",
        ),
        (
            "file",
            7,
            (
                "params/mine.yml, line 3: file is 7; it must be a text: quote numbers, yes, no,"
                " on and off."
            ),
        ),
        ("alpha", 5, f"params/mine.yml, line {alpha}: alpha is 5; it must be at most 0.2."),
        ("synthetic", GONE, "params/mine.yml lacks 'synthetic': add it."),
        (
            "synthetic",
            1000,
            f"params/mine.yml, line {alpha + 1}: synthetic is 1000; it must be a mapping.",
        ),
        (
            "synthetic.n",
            10,
            f"params/mine.yml, line {alpha + 2}: synthetic.n is 10; it must be at least 100.",
        ),
        ("synthetic.n", GONE, f"params/mine.yml, line {alpha + 1}: synthetic lacks 'n': add it."),
        (
            "synthetic.seed",
            -1,
            f"params/mine.yml, line {alpha + 3}: synthetic.seed is -1; it must be at least 0.",
        ),
        (
            "synthetic.size",
            5,
            (
                f"params/mine.yml, line {alpha + 1}: synthetic has 'size', which no profile knows:"
                " use one of n, seed."
            ),
        ),
        (
            "title",
            " \u200b\ud800",
            (
                "params/mine.yml, line 2: title is ' \\u200b\\ud800'; it must be a text that can "
                "be printed."
            ),
        ),
        (
            "title",
            "A\x1b[31m title",
            (
                "params/mine.yml, line 2: title is 'A\\x1b[31m title'; it must be a text that "
                "can be printed."
            ),
        ),
        ("title", None, "params/mine.yml, line 2: title is empty: fill it in."),
        (
            "encoding",
            "utf-99",
            (
                f"params/mine.yml, line {encoding}: encoding: 'utf-99' is no encoding that "
                "Python knows: use a name such as utf-8 or cp1251."
            ),
        ),
        (
            "synthetic.n",
            1.5,
            (f"params/mine.yml, line {alpha + 2}: synthetic.n is 1.5; it must be a whole number."),
        ),
        (
            "synthetic.seed",
            True,
            (
                f"params/mine.yml, line {alpha + 3}: synthetic.seed is True; it must be a whole "
                "number."
            ),
        ),
        (
            "synthetic.seed",
            2**70,
            (
                f"params/mine.yml, line {alpha + 3}: synthetic.seed is 1180591620717411303424; it "
                "must be less than 4294967296."
            ),
        ),
    ]


LIST_FAULTS = [
    (
        "x" * 1000,
        1,
        (
            "params/mine.yml has 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…, which no "
            "profile knows: use one of kind, title, file, encoding, alpha, synthetic, items, "
            "sensitive, count, arm, weight, strata, clusters, groups."
        ),
    ),
    ("items", ["One"], "params/mine.yml, line 5: items is ['One']; it must hold 2 or more."),
    ("items", "One", "params/mine.yml, line 5: items is 'One'; it must be a list."),
    (
        "items",
        ["One", 2],
        (
            "params/mine.yml, line 7: item 2 of items is 2; it must be a text: quote "
            "numbers, yes, no, on and off."
        ),
    ),
    (
        "sensitive",
        "",
        ("params/mine.yml, line 10: sensitive is ''; it must be a text that can be printed."),
    ),
    ("count", GONE, "params/mine.yml lacks 'count': add it."),
    ("arm", "version", "params/mine.yml, line 12: arm is 'version'; it must be a mapping."),
    ("arm.control", GONE, "params/mine.yml, line 12: arm lacks 'control': add it."),
    ("arm.treatment", [], "params/mine.yml, line 17: arm.treatment is []; it must hold 1 or more."),
    ("arm.treatment", [0], "params/mine.yml, line 12: arm uses '0' twice: give it one meaning."),
    (
        "arm.placebo",
        [2],
        (
            "params/mine.yml, line 12: arm has 'placebo', which no profile knows: use one "
            "of column, control, treatment."
        ),
    ),
    ("groups", {}, "params/mine.yml, line 23: groups is {}; it must hold 1 or more."),
    (
        "groups.gender",
        "sex",
        "params/mine.yml, line 24: groups.gender is 'sex'; it must be a mapping.",
    ),
    (
        "groups.gender.column",
        GONE,
        "params/mine.yml, line 24: groups.gender lacks 'column': add it.",
    ),
    (
        "groups.gender.labels",
        {"men": [1]},
        ("params/mine.yml, line 26: groups.gender.labels is {'men': [1]}; it must hold 2 or more."),
    ),
    (
        "groups.gender.labels",
        {True: [1], False: [2]},
        (
            "params/mine.yml, line 26: groups.gender.labels has the key True; it must be a "
            "text: quote numbers, yes, no, on and off."
        ),
    ),
    (
        "groups.gender.labels.men",
        [2],
        "params/mine.yml, line 24: groups.gender uses '2' twice: give it one meaning.",
    ),
    (
        "groups.gender.labels.men",
        [1.5],
        (
            "params/mine.yml, line 28: item 1 of groups.gender.labels.men is 1.5; it must "
            "be a code or a text of the file."
        ),
    ),
    (
        "groups.gender.left_out",
        3,
        "params/mine.yml, line 31: groups.gender.left_out is 3; it must be a list.",
    ),
    (
        "groups.ethnicity.left_out",
        [2],
        ("params/mine.yml, line 42: groups.ethnicity uses '2' twice: give it one meaning."),
    ),
    (
        "groups.class",
        {},
        (
            "params/mine.yml, line 61: groups has the key 'class'; it must be of letters, "
            "digits and underscores, a letter first, and no word of Python."
        ),
    ),
    (
        "groups.two words",
        {},
        (
            "params/mine.yml, line 61: groups has the key 'two words'; it must be of "
            "letters, digits and underscores, a letter first, and no word of Python."
        ),
    ),
    (
        "groups.count",
        {"column": "x", "labels": {"a": [1], "b": [2]}},
        (
            "params/mine.yml, line 61: groups has the key 'count'; it must be another name,"
            " as tables and formulas use this one themselves."
        ),
    ),
    (
        "items",
        [f"Item {n}" for n in range(500)],
        (
            "params/mine.yml, line 5: items is ['Item 0', 'Item 1', 'Item 2', 'Item 3',…; "
            "it must hold at most 20."
        ),
    ),
    ("items", ["One", "one "], "params/mine.yml has the item 'one ' twice: leave one out."),
    (
        "sensitive",
        "Promoting tourism to bring more attention to Kazakhstan's cultural heritage",
        (
            'params/mine.yml has the item "Promoting tourism to bring more attention to '
            "Kazakhstan's cultural heritage\" twice: leave one out."
        ),
    ),
    (
        "arm.column",
        "items_approved",
        "params/mine.yml uses the column 'items_approved' twice: name another one.",
    ),
    (
        "arm.column",
        "Items_Approved ",
        "params/mine.yml uses the column 'Items_Approved ' twice: name another one.",
    ),
    (
        "weight",
        "items_approved",
        "params/mine.yml uses the column 'items_approved' twice: name another one.",
    ),
    ("weight", "version", "params/mine.yml uses the column 'version' twice: name another one."),
    (
        "groups.region.column",
        "version",
        "params/mine.yml uses the column 'version' twice: name another one.",
    ),
    (
        "groups.region.column",
        "sex",
        "params/mine.yml uses the column 'sex' twice: name another one.",
    ),
    ("arm.control", ["B "], "params/mine.yml, line 12: arm uses 'b' twice: give it one meaning."),
    ("arm.control", ["1.0"], "params/mine.yml, line 12: arm uses '1' twice: give it one meaning."),
    (
        "arm.control",
        [" "],
        (
            "params/mine.yml, line 15: item 1 of arm.control is ' '; it must be a code or a"
            " text: blanks and negative codes are no answer."
        ),
    ),
    (
        "arm.control",
        [-1],
        (
            "params/mine.yml, line 15: item 1 of arm.control is -1; it must be a code or a "
            "text: blanks and negative codes are no answer."
        ),
    ),
    (
        "arm.control",
        ["-1"],
        (
            "params/mine.yml, line 15: item 1 of arm.control is '-1'; it must be a code or "
            "a text: blanks and negative codes are no answer."
        ),
    ),
    (
        "arm.control",
        ["²"],
        (
            "params/mine.yml, line 15: item 1 of arm.control is '²'; it must be written in "
            "digits from 0 to 9."
        ),
    ),
    (
        "arm.control",
        ["٣"],
        (
            "params/mine.yml, line 15: item 1 of arm.control is '٣'; it must be written in "
            "digits from 0 to 9."
        ),
    ),
    (
        "arm.control",
        [True],
        (
            "params/mine.yml, line 15: item 1 of arm.control is True; it must be a code or "
            "a text of the file."
        ),
    ),
    (
        "groups.gender.labels",
        {"men": [1], "Men ": [2]},
        ("params/mine.yml, line 24: groups.gender uses 'Men ' twice: give it one meaning."),
    ),
    (
        "groups.gender.labels",
        {"left out": [1], "women": [2]},
        ("params/mine.yml, line 24: groups.gender uses 'left out' twice: give it one meaning."),
    ),
    (
        "groups.gender.labels",
        {"": [1], "women": [2]},
        (
            "params/mine.yml, line 27: groups.gender.labels has the key ''; it must be a "
            "text that can be printed."
        ),
    ),
    (
        "groups.gender.left_out",
        [-2],
        (
            "params/mine.yml, line 32: item 1 of groups.gender.left_out is -2; it must be a"
            " code or a text: blanks and negative codes are no answer."
        ),
    ),
    (
        "groups.C",
        {"column": "x", "labels": {"a": [1], "b": [2]}},
        (
            "params/mine.yml, line 61: groups has the key 'C'; it must be another name, as "
            "tables and formulas use this one themselves."
        ),
    ),
]
SURVEY_FAULTS = [
    (
        "items",
        "data/codebook/wvs9_items.csv",
        (
            "params/mine.yml, line 4: items: {book}/data/codebook/wvs9_items.csv cannot be "
            "read (No such file or directory): restore the file."
        ),
    ),
    (
        "outcome.item",
        "V125_17",
        (
            "params/mine.yml, line 7: outcome.item is 'V125_17', which the list of items "
            "lacks: did you mean 'V125_07'?"
        ),
    ),
    (
        "outcome.item",
        "V2",
        (
            "params/mine.yml, line 7: outcome.item is V2 (Country (ISO 3166 numeric)), "
            "which is no answer: choose another item."
        ),
    ),
    ("outcome.ones", GONE, "params/mine.yml, line 5: outcome lacks 'ones': add it."),
    (
        "outcome.ones",
        [5],
        (
            "params/mine.yml, line 5: outcome has 5 in ones, but codes of V125_00 "
            "(Confidence: the European Union) are 1 to 4."
        ),
    ),
    (
        "outcome.ones",
        [1, 2, 3, 4],
        (
            "params/mine.yml, line 5: outcome has every code of V125_00 (Confidence: the "
            "European Union) in ones: leave some out."
        ),
    ),
    (
        "outcome.name",
        "trust in EU",
        (
            "params/mine.yml, line 6: outcome.name is 'trust in EU'; it must be of letters,"
            " digits and underscores, a letter first, and no word of Python."
        ),
    ),
    (
        "outcome.name",
        "age",
        ("params/mine.yml, line 11: regressors has the name of the outcome, 'age': rename one."),
    ),
    ("regressors", {}, "params/mine.yml, line 11: regressors is {}; it must hold 1 or more."),
    (
        "regressors.male.ones",
        1,
        "params/mine.yml, line 26: regressors.male.ones is 1; it must be a list.",
    ),
    (
        "regressors.male.one",
        [1],
        (
            "params/mine.yml, line 24: regressors.male has 'one', which no profile knows: "
            "did you mean 'ones'?"
        ),
    ),
    (
        "regressors.iso3",
        {"item": "V240"},
        (
            "params/mine.yml, line 32: regressors has the key 'iso3'; it must be another "
            "name, as tables and formulas use this one themselves."
        ),
    ),
    (
        "outcome.name",
        "percent",
        (
            "params/mine.yml, line 6: outcome.name is 'percent'; it must be another name, "
            "as tables and formulas use this one themselves."
        ),
    ),
    (
        "moderated",
        "xenofobia",
        (
            "params/mine.yml, line 32: moderated is 'xenofobia', no regressor: did you mean"
            " 'xenophobia'?"
        ),
    ),
    (
        "moderated",
        "trust_eu",
        (
            "params/mine.yml, line 32: moderated is 'trust_eu', no regressor: use one of "
            "xenophobia, immigrant, unemployed, male, age, finances."
        ),
    ),
    (
        "moderated",
        "age",
        (
            "params/mine.yml, line 32: moderated is 'age', which is not 0 or 1: give its "
            "ones, or choose another."
        ),
    ),
    (
        "country_level",
        "male",
        (
            "params/mine.yml, line 33: country_level is 'male', which names another "
            "variable: rename one."
        ),
    ),
    (
        "countries",
        {"DEU": {"code": 276, "value": 1}},
        (
            "params/mine.yml, line 34: countries is {'DEU': {'code': 276, 'value': 1}}; it "
            "must hold 4 or more."
        ),
    ),
    (
        "countries.Germany",
        {"code": 1, "value": 1},
        (
            "params/mine.yml, line 59: countries has the key 'Germany'; it must be three "
            "capital letters (ISO 3166)."
        ),
    ),
    (
        "countries.DEU.code",
        "DE",
        ("params/mine.yml, line 36: countries.DEU.code is 'DE'; it must be a whole number."),
    ),
    (
        "countries.DEU.code",
        724,
        "params/mine.yml, line 34: countries has the code 724 twice: correct one.",
    ),
    ("countries.DEU.value", GONE, "params/mine.yml, line 35: countries.DEU lacks 'value': add it."),
    (
        "countries.DEU.value",
        "high",
        "params/mine.yml, line 37: countries.DEU.value is 'high'; it must be a number.",
    ),
    ("n_points", 3, "params/mine.yml, line 59: n_points is 3; it must be at least 7."),
    (
        "outcome.item",
        "V242",
        (
            "params/mine.yml, line 11: regressors has the outcome's item, V242 (Age in "
            "years): leave it out."
        ),
    ),
    (
        "regressors.trust",
        {"item": "V125_00"},
        (
            "params/mine.yml, line 11: regressors has the outcome's item, V125_00 "
            "(Confidence: the European Union): leave it out."
        ),
    ),
    (
        "regressors.trust",
        {"item": "V125_00", "ones": [4]},
        (
            "params/mine.yml, line 11: regressors has the outcome's item, V125_00 "
            "(Confidence: the European Union): leave it out."
        ),
    ),
    (
        "regressors.female",
        {"item": "V240", "ones": [2]},
        (
            "params/mine.yml, line 11: regressors makes male, female of V240 (Sex) so that "
            "one follows from the others."
        ),
    ),
    (
        "regressors.sex",
        {"item": "V240"},
        (
            "params/mine.yml, line 11: regressors makes male, sex of V240 (Sex) so that one"
            " follows from the others."
        ),
    ),
    (
        "regressors.years",
        {"item": "V242"},
        (
            "params/mine.yml, line 11: regressors makes age, years of V242 (Age in years) "
            "so that one follows from the others."
        ),
    ),
    ("outcome.ones", [], "params/mine.yml, line 8: outcome.ones is []; it must hold 1 or more."),
    (
        "outcome.item",
        7,
        "params/mine.yml, line 7: outcome.item is 7; it must be the name of an item.",
    ),
    (
        "country_level",
        "trust_eu",
        (
            "params/mine.yml, line 33: country_level is 'trust_eu', which names another "
            "variable: rename one."
        ),
    ),
    (
        "country_level",
        "lambda",
        (
            "params/mine.yml, line 33: country_level is 'lambda'; it must be of letters, "
            "digits and underscores, a letter first, and no word of Python."
        ),
    ),
    (
        "countries.ÄÖÜ",
        {"code": 1, "value": 1},
        (
            "params/mine.yml, line 59: countries has the key 'ÄÖÜ'; it must be three "
            "capital letters (ISO 3166)."
        ),
    ),
    (
        "countries.DEU.value",
        float("nan"),
        ("params/mine.yml, line 37: countries.DEU.value is nan; it must be a finite number."),
    ),
    (
        "countries.DEU.value",
        10**400,
        (
            "params/mine.yml, line 37: countries.DEU.value is "
            "1000000000000000000000000000000000000000…; it must be a number."
        ),
    ),
    (
        "countries",
        {
            "AAA": {"code": 1, "value": 1},
            "BBB": {"code": 2, "value": 1},
            "CCC": {"code": 3, "value": 1},
            "DDD": {"code": 4, "value": 1},
        },
        "params/mine.yml, line 34: countries has one value for all: a slope needs two.",
    ),
    ("items", GONE, "params/mine.yml lacks 'items': add it."),
]
FAULTS = [(LIST, *fault) for fault in [*common_faults(61, 4), *LIST_FAULTS]]
FAULTS += [(SURVEY, *fault) for fault in [*common_faults(60, 64), *SURVEY_FAULTS]]


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
            "{book}/params/mine.yml repeats 'alpha' in line 62: keep one of them.",
        ),
        (
            TEXTS[LIST].replace("labels: {men: [1], women: [2]}", "labels: {men: [1], men: [2]}"),
            "{book}/params/mine.yml repeats 'men' in line 45: keep one of them.",
        ),
        (
            TEXTS[SURVEY].replace("  age: {item: V242}", "  male: {item: V242}"),
            "{book}/params/mine.yml repeats 'male' in line 23: keep one of them.",
        ),
        (
            TEXTS[LIST].replace("labels: {men: [1]", 'labels: {"\\u202Emen\\n": [1.5]'),
            (
                "params/mine.yml, line 45: item 1 of groups.gender.labels.'\\u202emen\\n' is 1.5; "
                "it must be a code or a text of the file."
            ),
        ),
        (
            TEXTS[LIST] + "7: seven\n",
            (
                "params/mine.yml has 7, which no profile knows: use one of kind, title, file, "
                "encoding, alpha, synthetic, items, sensitive, count, arm, weight, strata, "
                "clusters, groups."
            ),
        ),
        (
            TEXTS[LIST].replace("alpha: 0.05", "alpha: .nan"),
            "params/mine.yml, line 58: alpha is nan; it must be at most 0.2.",
        ),
        (
            TEXTS[LIST].replace("alpha: 0.05", "alpha: .inf"),
            "params/mine.yml, line 58: alpha is inf; it must be at most 0.2.",
        ),
        (
            TEXTS[LIST].replace("alpha: 0.05", "alpha: 0x" + "f" * 9000),
            (
                "params/mine.yml, line 58: alpha is a number of thousands of digits; it must be "
                "a number."
            ),
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
ANSWERS += "5,1,2,5,2,Almaty,2\n3,B,2,6,3,Kostanay,1\n"
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
                "{here}/file.csv, row 4, column 'items_approved', holds 5 in the control "
                "arm, where a count from 0 to 4 belongs with 4 control items: check the "
                "number of control items."
            ),
        ),
        (
            ANSWERS + "2,C,1,4,1,Astana,1\n",
            (
                "{here}/file.csv, row 4, column 'version', holds 'C', which is no answer "
                "of the schema: use one of 0, A, 1, B."
            ),
        ),
        (
            ANSWERS + "2,A,3,4,1,Astana,1\n",
            (
                "{here}/file.csv, row 4, column 'sex', holds '3', which is no answer of "
                "the schema: use one of 1, 2."
            ),
        ),
        (
            ANSWERS + "2,A,1,4,1,Astan,1\n",
            (
                "{here}/file.csv, row 4, column 'city', holds 'Astan', which is no "
                "answer of the schema: did you mean 'Astana'?"
            ),
        ),
        (
            ANSWERS + "2,A,1,4,1,Astana,0\n",
            (
                "{here}/file.csv, row 4, column 'weight', holds 0 where a weight above "
                "zero belongs: give every respondent one, or leave the column out."
            ),
        ),
        (
            ANSWERS + "2,,1,4,1,Astana,1\n",
            ("{here}/file.csv, row 4, column 'version', is empty: state every respondent's arm."),
        ),
    )
]
SYNTHETICS = [
    BadInput(f"synthetic {{book}}/params/{LIST}.yml {{here}}/{name}", sentence, files)
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
CASES = [*FILES, *NAMES, *RESPONDENTS, *SYNTHETICS, *CHANGED]

"""Chapters, parameters, options and files of the project."""

from tests.bad_inputs import FOLDER, NO_UTF8, BadInput

PARAMS = "build --params {here}/choice.yml"

NO_LIST = '{"cells": [], "metadata": {"book": {"data": 5, "source": "published"}}}'
NO_CELL = '{"cells": [{}], "metadata": {"book": {"data": [], "source": "published"}}}'
OPTIONS = [
    BadInput(
        "buidl",
        ("No such command 'buidl'. Did you mean 'build'?"),
    ),
    BadInput(
        "build --chaptr sample",
        (
            "No such option: --chaptr (Possible options: --chapter); `python -m "
            "lib.book --help` shows what there is."
        ),
    ),
    BadInput(
        "build --encoding cp1251",
        "--encoding is for the text of your own file: name the file too.",
    ),
    BadInput(
        "build --list-experiment {here}/file.csv --encoding cyrillic-1",
        ("'cyrillic-1' is no encoding that Python knows: use a name such as utf-8 or cp1251."),
        {"{here}/file.csv": "count,arm\n"},
    ),
    BadInput(
        "build --jobs 0",
        (
            "Invalid value for '--jobs': Input should be greater than or equal to 1; "
            "`python -m lib.book --help` shows what there is."
        ),
    ),
    BadInput(
        "build --jobs many",
        (
            "Invalid value for '--jobs': Input should be a valid integer, unable to "
            "parse string as an integer; `python -m lib.book --help` shows what "
            "there is."
        ),
    ),
    BadInput(
        "build sample",
        (
            "Got unexpected extra argument(s) (sample); `python -m lib.book "
            "--help` shows what there is."
        ),
    ),
    BadInput(
        "profile", ("Missing argument 'profile'; `python -m lib.book --help` shows what there is.")
    ),
    BadInput(
        "sweep", ("Missing argument 'GRID.yml'; `python -m lib.book --help` shows what there is.")
    ),
    BadInput("build --chapter sampl", "there is no chapter 'sampl'; did you mean 'sample'?"),
    BadInput(
        "build --chapter xyzzy",
        ("there is no chapter 'xyzzy'; `python -m lib.book list` shows what there is."),
    ),
    BadInput(
        "build --chapter ''",
        ("there is no chapter ''; `python -m lib.book list` shows what there is."),
    ),
    BadInput(
        "build --name ../x -p n_points=12",
        (
            "'../x' cannot name a run: use letters, digits, dots, underscores and "
            "hyphens, and not 'site', which is the published book."
        ),
    ),
    BadInput(
        "build --name site -p n_points=12",
        (
            "'site' cannot name a run: use letters, digits, dots, underscores and "
            "hyphens, and not 'site', which is the published book."
        ),
    ),
    BadInput(
        "build --name .hidden --chapter sample",
        (
            "'.hidden' cannot name a run: use letters, digits, dots, underscores and "
            "hyphens, and not 'site', which is the published book."
        ),
    ),
    BadInput(
        "build --chapter sample -p alpha=0.1",
        "no chapter has a parameter 'alpha'; `python -m lib.book list` shows what there is.",
    ),
    BadInput("release one", "there is no report yet: run `make book` first."),
    BadInput("report", "there is no report yet: run `make book` first."),
]
PARAMETERS = [
    BadInput(f"build -p '{pair}'", sentence)
    for pair, sentence in (
        ("n_pionts=7", "no chapter has a parameter 'n_pionts'; did you mean 'n_points'?"),
        ("n_points", "'n_points' sets no parameter: write it as NAME=VALUE."),
        ("=7", "'=7' sets no parameter: write it as NAME=VALUE."),
        ("n_points=[1", "the value in 'n_points=[1' cannot be read: quote it as in YAML."),
        (
            "n_points=!!bool maybe",
            ("the value in 'n_points=!!bool maybe' cannot be read: quote it as in YAML."),
        ),
        (
            "n_points=2020-13-45",
            ("the value in 'n_points=2020-13-45' cannot be read: quote it as in YAML."),
        ),
        (
            "n_points={a: 1, a: 2}",
            ("the value in 'n_points={a: 1, a: 2}' cannot be read: quote it as in YAML."),
        ),
        (
            "n_points=many",
            (
                "n_points of seven_countries is 'many' (a text); it must be a whole number, as "
                "the published 25 is."
            ),
        ),
        (
            "n_points=true",
            (
                "n_points of seven_countries is True (true or false); it must be a whole number, "
                "as the published 25 is."
            ),
        ),
        (
            "n_points=12.5",
            (
                "n_points of seven_countries is 12.5 (a number); it must be a whole number, as "
                "the published 25 is."
            ),
        ),
        (
            "n_points=101",
            "seven_countries: n_points is 101; it must be a whole number from 5 to 100.",
        ),
        (
            "n_points=-1",
            "seven_countries: n_points is -1; it must be a whole number from 5 to 100.",
        ),
        (
            "n_points=",
            "seven_countries: n_points is None; it must be a whole number from 5 to 100.",
        ),
        ("alpha=.nan", "uncertainty: alpha is nan; it must be a number from 0.001 to 0.2."),
        ("alpha=.inf", "uncertainty: alpha is inf; it must be a number from 0.001 to 0.2."),
        ("alpha=0", "uncertainty: alpha is 0.0; it must be a number from 0.001 to 0.2."),
        (
            "step=1e400",
            (
                "step of hypotheses is '1e400' (a text); it must be a number, as the "
                "published 0.1 is."
            ),
        ),
        (
            "step=1" + "0" * 400,
            (
                "step of hypotheses is 1" + "0" * 89 + "… (a whole number); it must be a number, "
                "as the published 0.1 is."
            ),
        ),
        (
            "step=" + "x" * 1000,
            (
                "step of hypotheses is '" + "x" * 89 + "… (a text); it must be a number, as the "
                "published 0.1 is."
            ),
        ),
        (
            "countries=KAZ",
            (
                "countries of article is 'KAZ' (a text); it must be a "
                "list, as the published ['ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'UKR', "
                "'UZB'] is."
            ),
        ),
        (
            "countries=[]",
            ("article: countries is []; it must be a list with a length from 5 to 7."),
        ),
        (
            "countries=[KAZ, XYZ, RUS, UKR, UZB]",
            (
                "article: item 2 of countries is 'XYZ'; it must be one of "
                "'ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'UKR', 'UZB'."
            ),
        ),
        (
            "countries=[[KAZ], ARM, RUS, UKR, UZB]",
            (
                "article: item 1 of countries is ['KAZ']; it must be one "
                "of 'ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'UKR', 'UZB'."
            ),
        ),
        (
            "countries=[KAZ, KAZ]",
            ("article: countries is ['KAZ', 'KAZ']; it must be a list with a length from 5 to 7."),
        ),
        (
            "weighted=maybe",
            (
                "weighted of who_supports is 'maybe' (a text); it must be true or false, "
                "as the published False is."
            ),
        ),
        (
            "points=[7, 8.5]",
            "fixed_nodes: item 2 of points is 8.5; it must be a whole number from 2 to 60.",
        ),
        (
            "points=[7, .inf]",
            "fixed_nodes: item 2 of points is inf; it must be a whole number from 2 to 60.",
        ),
        (
            "points={a: 1}",
            (
                "points of fixed_nodes is {'a': 1} (a mapping); it must be a list, as the "
                "published [7, 8, 10, 12, 15, 20, 30] is."
            ),
        ),
        (
            "manual_threshold=0",
            "sample: manual_threshold is 0; it must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, None.",
        ),
        (
            "other_codes=[[10]]",
            (
                "margins_and_robustness: item 1 of item 1 of other_codes is 10; it must be a whole "
                "number from 1 to 9."
            ),
        ),
        (
            "cis_stat=nowhere.csv",
            ("article: cis_stat is 'nowhere.csv'; it must be empty or the path of a file."),
        ),
        (
            "cis_stat=" + "x" * 300,
            ("article: cis_stat is '" + "x" * 199 + "…; it must be empty or the path of a file."),
        ),
        (
            "studies=[nobody2020]",
            (
                "citing: item 1 of studies is 'nobody2020'; it must be one of "
                "'jones2022', 'chacha2018'."
            ),
        ),
        ("7=7", ("no chapter has a parameter '7'; `python -m lib.book list` shows what there is.")),
    )
]
PARAMETER_FILES = [
    BadInput(PARAMS, sentence, {"{here}/choice.yml": content})
    for content, sentence in (
        (None, ("{here}/choice.yml cannot be read (No such file or directory): check the path.")),
        ("", "{here}/choice.yml is no mapping: write one `name: value` a line."),
        ("n_points: [", ("{here}/choice.yml is no YAML (line 1): write one `name: value` a line.")),
        ("- n_points", "{here}/choice.yml is no mapping: write one `name: value` a line."),
        ("7: 7", ("no chapter has a parameter 7; `python -m lib.book list` shows what there is.")),
        (
            "n_points: 12\nn_points: 13\n",
            "{here}/choice.yml repeats 'n_points' in line 2: keep one of them.",
        ),
        (
            "alpha: 0.05\ncountries: {a: 1, a: 2}\n",
            "{here}/choice.yml repeats 'a' in line 2: keep one of them.",
        ),
        (NO_UTF8, "{here}/choice.yml is no text in UTF-8: save it as such."),
        ("n_points: \0\n", "{here}/choice.yml is no YAML: write one `name: value` a line."),
        (FOLDER, "{here}/choice.yml cannot be read (Is a directory): check the path."),
    )
]
PROJECT = [
    BadInput("build", sentence, files)
    for files, sentence in (
        (
            {"{book}/chapters/sample.ipynb": None},
            ("_toc.yml names chapters/sample, but there is no such notebook or Markdown file."),
        ),
        (
            {"{book}/chapters/sample.ipynb": ""},
            "chapters/sample.ipynb cannot be read as a notebook: restore it.",
        ),
        (
            {"{book}/chapters/sample.ipynb": "{"},
            "chapters/sample.ipynb cannot be read as a notebook: restore it.",
        ),
        (
            {"{book}/chapters/sample.ipynb": "[]"},
            "chapters/sample.ipynb cannot be read as a notebook: restore it.",
        ),
        (
            {"{book}/chapters/sample.ipynb": "[" * 100_000},
            "chapters/sample.ipynb cannot be read as a notebook: restore it.",
        ),
        (
            {"{book}/chapters/sample.ipynb": NO_UTF8},
            "chapters/sample.ipynb cannot be read as a notebook: restore it.",
        ),
        (
            {"{book}/chapters/sample.ipynb": '{"cells": [], "metadata": {}}'},
            (
                "chapters/sample.ipynb lacks 'book' in its metadata: declare book.data "
                "(files it may read) and book.source (what its evidence is computed "
                "from)."
            ),
        ),
        (
            {"{book}/chapters/sample.ipynb": NO_LIST},
            (
                "chapters/sample.ipynb declares book.data in its metadata as no list: "
                "list the files it may read."
            ),
        ),
        (
            {"{book}/chapters/sample.ipynb": NO_CELL},
            ("chapters/sample.ipynb has a cell without type, metadata or source: restore it."),
        ),
        (
            {"{book}/chapters/sample.ipynb": FOLDER},
            ("_toc.yml names chapters/sample, but there is no such notebook or Markdown file."),
        ),
        (
            {"{book}/_toc.yml": None},
            ("{book}/_toc.yml cannot be read (No such file or directory): check the path."),
        ),
        (
            {"{book}/_toc.yml": "root: chapters/sample\nroot: chapters/machinery\n"},
            "{book}/_toc.yml repeats 'root' in line 2: keep one of them.",
        ),
        (
            {"{book}/_toc.yml": "root: chapters/sample\nfile: chapters/sample\n"},
            "_toc.yml has two pages called sample: rename one.",
        ),
        (
            {"{book}/_toc.yml": "root: 5\n"},
            "_toc.yml names 5, but there is no such notebook or Markdown file.",
        ),
        (
            {"{book}/_toc.yml": "root: chapters/nowhere\n"},
            ("_toc.yml names chapters/nowhere, but there is no such notebook or Markdown file."),
        ),
        (
            {"{book}/_config.yml": None},
            ("{book}/_config.yml cannot be read (No such file or directory): check the path."),
        ),
        (
            {"{book}/_config.yml": "title: [\n"},
            ("{book}/_config.yml is no YAML (line 2): write one `name: value` a line."),
        ),
        (
            {"{book}/_config.yml": "title: A\ntitle: B\n"},
            "{book}/_config.yml repeats 'title' in line 2: keep one of them.",
        ),
        ({"{book}/_config.yml": "html: 5\n"}, "_config.yml has html: 5; it must be a mapping."),
        (
            {"{book}/_config.yml": NO_UTF8},
            "{book}/_config.yml is no text in UTF-8: save it as such.",
        ),
        (
            {"{book}/_build": "a file where a folder belongs"},
            (
                "{book}/_build cannot be written (File exists): give yourself the right "
                "to, or build in a copy of the project."
            ),
        ),
    )
]
CASES = [*OPTIONS, *PARAMETERS, *PARAMETER_FILES, *PROJECT]

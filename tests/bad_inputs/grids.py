"""Grids of sweeps."""

from tests.bad_inputs import FOLDER, NO_UTF8, BadInput

GRID = "{here}/grid.yml"
FIT = "lib.estimators.multilevel.simulation.fit_simulated_survey"
SCHEMA = "data/codebook/list_experiment_variables.csv"
NESTED = """function: lib.estimators.list_experiment.difference_in_means
fixed:
  data:
    call: lib.sources.list_experiment.recodes.recode
    frame: {call: lib.respondents.synthetic.synthetic_list_experiment}
    schema: {call: lib.sources.list_experiment.schema.read_schema, path: SCHEMA}
  outcome: count
  treatment: treatment
cross:
  alpha: [0.05, 0.1]
  data.university_from: {from: 4, to: 6}
""".replace("SCHEMA", SCHEMA)
SEEDS = "cross: {n_respondents: [100], seed: %s}\n"
TEXTS = [
    BadInput(f"sweep {GRID}", sentence, {GRID: content})
    for content, sentence in (
        (("", "{here}/grid.yml is no mapping: write one `name: value` a line.")),
        (("function: [", "{here}/grid.yml is no YAML (line 1): write one `name: value` a line.")),
        (("function: 2020-13-45", "{here}/grid.yml is no YAML: write one `name: value` a line.")),
        (
            (
                "cross: {a: [1]}",
                ("{here}/grid.yml: no function is named: write function: lib.MODULE.FUNCTION."),
            )
        ),
        (("function: 5", "{here}/grid.yml: a function is named 5: write lib.MODULE.FUNCTION.")),
        (
            (
                f"function: {FIT}\ncros: {{seed: [1]}}",
                "{here}/grid.yml: 'cros' is no part of a grid: did you mean 'cross'?",
            )
        ),
        (
            (
                f"function: {FIT}\nfixed: [1]",
                ("{here}/grid.yml: fixed is [1]; it must be arguments by name, one a line."),
            )
        ),
        (
            (
                f"function: {FIT}\ncross: {{1: [1]}}",
                ("{here}/grid.yml: cross is {1: [1]}; it must be arguments by name, one a line."),
            )
        ),
        (
            (
                f"function: {FIT}",
                ("{here}/grid.yml: cross is missing: name at least one argument that varies."),
            )
        ),
        (
            (
                f"function: os.system\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: 'os.system' is no function of lib for analyses: write "
                    "lib.MODULE.FUNCTION."
                ),
            )
        ),
        (
            (
                f"function: lib.book.build.build\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: 'lib.book.build.build' is no function of lib for "
                    "analyses: write lib.MODULE.FUNCTION."
                ),
            )
        ),
        (
            (
                f"function: lib.core.paths.os.system\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: lib.core.paths.os has no function of lib: write "
                    "lib.MODULE.FUNCTION."
                ),
            )
        ),
        (
            (
                f"function: lib.estimators.power.requird_n\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: lib.estimators.power has no function 'requird_n': did you "
                    "mean 'required_n'?"
                ),
            )
        ),
        (
            (
                f"function: lib.{'m' * 300}\n{SEEDS}" % "[1]",
                (
                    f"{{here}}/grid.yml: 'lib.{'m' * 75}… is no function of lib "
                    "for analyses: write lib.MODULE.FUNCTION."
                ),
            )
        ),
        (
            (
                "function: lib.sources.manifest.write_manifest\ncross: {root: [data/, lib/]}",
                (
                    "{here}/grid.yml: 'lib.sources.manifest.write_manifest' is no function of lib "
                    "for analyses: write lib.MODULE.FUNCTION."
                ),
            )
        ),
        (
            (
                "function: lib.evidence.records.cell_address\ncross: {chapter: [a], cell: [b, c]}",
                ("{here}/grid.yml: cell cannot vary, every dataset has a column cell: fix it."),
            )
        ),
        (
            (
                f"function: lib.estimators.power\n{SEEDS}" % "[1]",
                "{here}/grid.yml: lib.estimators has no function of lib: write "
                "lib.MODULE.FUNCTION.",
            )
        ),
        (
            (
                f"function: lib.core.errors.InputError\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: lib.core.errors.InputError takes no arguments by name: name "
                    "another function."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "[]",
                (
                    "{here}/grid.yml: seed must vary: give it a list of values, or {from: 1, "
                    "to: 100}."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "7",
                (
                    "{here}/grid.yml: seed must vary: give it a list of values, or {from: 1, "
                    "to: 100}."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "[1, 2, 1]",
                "{here}/grid.yml: seed has the value 1 twice: remove one of them.",
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "{from: a, to: 3}",
                "{here}/grid.yml: from of seed is 'a'; it must be a whole number.",
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "{from: 3, to: 1}",
                ("{here}/grid.yml: to of seed is 1; it must be a whole number from 3 to 1e+06."),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "[2020-01-01]",
                ("{here}/grid.yml: seed has a value that is no number and no text: quote it."),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "&a [*a]",
                ("{here}/grid.yml: seed has a value that is no number and no text: quote it."),
            )
        ),
        (
            (
                f"function: {FIT}\nfixed: {{formula: &a {{call: lib.x.y, z: *a}}}}\n{SEEDS}"
                % "[1]",
                "{here}/grid.yml contains itself: write out what an alias stands for.",
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "[seven]",
                "{here}/grid.yml: seed is 'seven'; it must be a whole number.",
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}" % "[true]",
                "{here}/grid.yml: seed is True; it must be a whole number.",
            )
        ),
        (
            (
                f"function: {FIT}\nfixed: {{seed: 1}}\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: seed of lib.estimators.multilevel.simulation."
                    "fit_simulated_survey is fixed and crossed: remove one of them."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\nfixed: {{slop: 1}}\n{SEEDS}" % "[1]",
                (
                    "{here}/grid.yml: lib.estimators.multilevel.simulation.fit_simulated_survey "
                    "has no argument 'slop': did you mean 'slope'?"
                ),
            )
        ),
        (
            (
                f"function: {FIT}\ncross: {{seed: [1]}}",
                (
                    "{here}/grid.yml: lib.estimators.multilevel.simulation.fit_simulated_survey "
                    "needs the argument 'n_respondents': give it a value."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\ncross: {{seed.x: [1]}}",
                ("{here}/grid.yml: seed is no call that x could vary: write one under fixed."),
            )
        ),
        (
            (
                NESTED.replace("path: data", "path: dat"),
                (
                    "{here}/grid.yml: 'dat/codebook/list_experiment_variables.csv' is no file, "
                    "and no folder of data/: check the path."
                ),
            )
        ),
        (
            (
                NESTED.replace(f"path: {SCHEMA}", "path: ."),
                ("{here}/grid.yml: '.' is no file, and no folder of data/: check the path."),
            )
        ),
        (
            (
                NESTED.replace(f"path: {SCHEMA}", "path: 5"),
                "{here}/grid.yml: path is 5; it must be the name of a file.",
            )
        ),
        (
            (
                NESTED.replace("[0.05, 0.1]", "[[0.05]]"),
                "{here}/grid.yml: alpha is [0.05]; it must be a number.",
            )
        ),
        (
            (
                "function: lib.estimators.list_experiment.difference_in_means\n"
                "cross: {data: [a.csv], outcome: [a], treatment: [b]}",
                (
                    "{here}/grid.yml: data is 'a.csv'; it must be the result of a call: "
                    "write {call: FUNCTION, ARGUMENT: VALUE}."
                ),
            )
        ),
        (
            (
                f"function: {FIT}\n{SEEDS}".replace("[100]", "{from: 1, to: 9999}")
                % "{from: 1, to: 9999}",
                ("{here}/grid.yml: cross makes 99,980,001 combinations: at most 1,000,000 can be."),
            )
        ),
        (
            (
                f"function: {FIT}\nfixed: {{formula: answer ~ open(age)}}\n{SEEDS}" % "[1]",
                "{here}/grid.yml: formula is 'answer ~ open(age)'; a formula may hold names of "
                "columns, + - : * ~ and C, center, scale, standardize of a column, another text "
                "no brackets, quotes, =, @ or semicolons.",
            )
        ),
        (
            (
                NESTED.replace("data/codebook", "../codebook"),
                "{here}/grid.yml: '../codebook/list_experiment_variables.csv' lies outside the "
                "project: name a file below its root.",
            )
        ),
        (
            (
                f"function: lib.respondents.profiles.generated.write_synthetic_file\n{SEEDS}"
                % "[1]",
                "{here}/grid.yml: lib.respondents.profiles.generated.write_synthetic_file gives "
                "nothing back: name a function that returns a result.",
            )
        ),
        (
            (
                f'function: {FIT}\ncross: {{"a b": [1]}}',
                "{here}/grid.yml: cross is {'a b': [1]}; it must be arguments by name, one a line.",
            )
        ),
    )
]


FILES = [
    BadInput(
        "sweep {here}/...yml",
        "{here}/...yml: the file's name must start with a letter or digit: rename it.",
        {"{here}/...yml": f"function: {FIT}"},
    )
] + [
    BadInput(f"sweep {GRID}", sentence, {GRID: content})
    for content, sentence in (
        (None, ("{here}/grid.yml cannot be read (No such file or directory): check the path.")),
        (NO_UTF8, "{here}/grid.yml is no text in UTF-8: save it as such."),
        (FOLDER, "{here}/grid.yml cannot be read (Is a directory): check the path."),
        ("", "{here}/grid.yml is no mapping: write one `name: value` a line."),
        (
            f"function: {FIT}\nfunction: {FIT}\n",
            "{here}/grid.yml repeats 'function' in line 2: keep one of them.",
        ),
        (
            f"function: {FIT}\n{SEEDS}" % "[1]" + SEEDS % "[2]",
            "{here}/grid.yml repeats 'cross' in line 3: keep one of them.",
        ),
        (
            f"function: {FIT}\n{SEEDS}" % "[.nan]",
            "{here}/grid.yml: seed is nan; it must be a whole number.",
        ),
        (
            f"function: {FIT}\n{SEEDS}" % "\0",
            "{here}/grid.yml is no YAML: write one `name: value` a line.",
        ),
    )
]
CLUSTER = f"function: {FIT}\n{SEEDS}" % "[1]"
SCHEDULERS = [
    BadInput(f"sweep {GRID} {options}", sentence, {GRID: CLUSTER})
    for options, sentence in (
        (
            "--jobs 2 --scheduler tcp://127.0.0.1:1",
            ("--jobs is for this machine, --scheduler for a cluster: give one of them."),
        ),
        (
            "--jobs 0",
            (
                "Invalid value for '--jobs': Input should be greater than or equal to 1; "
                "`python -m lib.book --help` shows what there is."
            ),
        ),
        (
            "--scheduler tcp://127.0.0.1:1",
            (
                "no scheduler answers at 'tcp://127.0.0.1:1': write the address that it "
                "shows, tcp://HOST:PORT."
            ),
        ),
        (
            "--scheduler 127.0.0.1:99999",
            (
                "no scheduler answers at '127.0.0.1:99999': write the address that it "
                "shows, tcp://HOST:PORT."
            ),
        ),
        (
            "--scheduler ''",
            ("no scheduler answers at '': write the address that it shows, tcp://HOST:PORT."),
        ),
        (
            "--scheduler tcp://nowhere.invalid:8786",
            (
                "no scheduler answers at 'tcp://nowhere.invalid:8786': write the address "
                "that it shows, tcp://HOST:PORT."
            ),
        ),
        (
            "--scheduler ftp://127.0.0.1:8786",
            (
                "no scheduler answers at 'ftp://127.0.0.1:8786': write the address that "
                "it shows, tcp://HOST:PORT."
            ),
        ),
    )
]
CASES = [
    *FILES,
    *SCHEDULERS,
    *TEXTS,
]

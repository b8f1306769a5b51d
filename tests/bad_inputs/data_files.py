"""Published and open numbers, the codebook, the manifest, attestations and deposits."""

import io
import json
import zipfile
from hashlib import sha256

from lib.core.paths import DATA
from tests.bad_inputs import FOLDER, NO_UTF8, PAGE, BadInput
from tests.bad_inputs.surveys import wave

ATTEST = "attest {here}/attestation.json"
VERIFY = "verify {here}/deposit.zip"
WVS = "build --wvs {here}/wave.csv --no-pdf"
TABLE = "data/published/memo806_text.csv"
OPEN = "data/open/wvs6_country_counts.csv"
ITEMS = "data/codebook/wvs6_items.csv"
CODES = "data/codebook/wvs6_codes.csv"
SCHEMA = "data/codebook/list_experiment_variables.csv"
MANIFEST = "data/MANIFEST.sha256"
ADDRESS = "data/attestations/README.md"
MEMO = (DATA.parent / TABLE).read_text(encoding="utf-8")
CODEBOOK = (DATA.parent / ITEMS).read_text(encoding="utf-8")
HASH = "ab" * 32
VALID = {
    "format": 2,
    "sender": "Ann",
    "archive": "unversioned",
    "inputs": [
        {
            "survey": "wvs",
            "form": ".dta",
            "release": None,
            "bytes": 9,
            "respondents": 2,
            "release_corrections": {},
        }
    ],
    "outputs": {"files": {}} | dict.fromkeys(("results", "pages", "notebooks"), HASH),
    "software": dict.fromkeys(("python", "system", "processor", "typesetter"), "some"),
    "numbers": [
        {"id": "x", "printed": "1", "grade": "open", "evidence": "none", "verdict": "untested"}
    ],
}
EMPTY = ("computed", "low", "high", "source", "chapter", "cell")
VALID["numbers"][0] |= dict.fromkeys(EMPTY) | {"verdict": "untested"}
VALID["inputs"][0]["sha256"] = HASH
VALID["software"] |= {"vector_instructions": [], "lock": HASH, "packages": {}}


def deposit(files: dict[str, bytes]) -> bytes:
    """Pack a deposit."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def listed(content: bytes, name: str) -> bytes:
    return f"{sha256(content).hexdigest()}  {name}\n".encode()


UNLISTED = [
    BadInput("build", sentence, {f"{{book}}/{name}": content})
    for name, content, sentence in (
        (
            TABLE,
            MEMO[:-20],
            (
                "data/published/memo806_text.csv differs from its hash in "
                "data/MANIFEST.sha256: restore it with git, or run `python -m "
                "lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            TABLE,
            None,
            (
                "data/published/memo806_text.csv is listed in data/MANIFEST.sha256 but "
                "missing: restore it with git, or run `python -m lib.sources.manifest --write` "
                "if the change is meant."
            ),
        ),
        (
            TABLE,
            "",
            (
                "data/published/memo806_text.csv differs from its hash in "
                "data/MANIFEST.sha256: restore it with git, or run `python -m "
                "lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            TABLE,
            FOLDER,
            (
                "data/published/memo806_text.csv is listed in data/MANIFEST.sha256 but "
                "missing: restore it with git, or run `python -m lib.sources.manifest --write` "
                "if the change is meant."
            ),
        ),
        (
            OPEN,
            "iso3\n",
            (
                "data/open/wvs6_country_counts.csv differs from its hash in "
                "data/MANIFEST.sha256: restore it with git, or run `python -m "
                "lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            ITEMS,
            "item\n",
            (
                "data/codebook/wvs6_items.csv differs from its hash in "
                "data/MANIFEST.sha256: restore it with git, or run `python -m "
                "lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            "data/open/new.csv",
            "x\n",
            (
                "data/open/new.csv is not listed in data/MANIFEST.sha256: remove it, or "
                "run `python -m lib.sources.manifest --write` if it is meant."
            ),
        ),
        (
            MANIFEST,
            None,
            (
                "data/MANIFEST.sha256 cannot be read (No such file or directory): "
                "restore it with git, or run `python -m lib.sources.manifest --write` if the "
                "change is meant."
            ),
        ),
        (
            MANIFEST,
            "",
            (
                "data/attestations/README.md is not listed in data/MANIFEST.sha256: "
                "remove it, or run `python -m lib.sources.manifest --write` if it is meant."
            ),
        ),
        (
            MANIFEST,
            "no hash\n",
            (
                "data/MANIFEST.sha256 is not in the format of sha256sum: restore it with "
                "git, or run `python -m lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            MANIFEST,
            NO_UTF8,
            (
                "data/MANIFEST.sha256 is not in the format of sha256sum: restore it with "
                "git, or run `python -m lib.sources.manifest --write` if the change is meant."
            ),
        ),
        (
            MANIFEST,
            FOLDER,
            (
                "data/MANIFEST.sha256 cannot be read (Is a directory): restore it with "
                "git, or run `python -m lib.sources.manifest --write` if the change is meant."
            ),
        ),
    )
]
PUBLISHED = [
    BadInput(
        ATTEST,
        sentence,
        {f"{{book}}/{TABLE}": content, "{here}/attestation.json": json.dumps(VALID)},
    )
    for content, sentence in (
        (
            "",
            (
                "{book}/data/published/memo806_text.csv is empty, begins with an empty "
                "line or holds a NUL: restore it."
            ),
        ),
        (
            "\n",
            (
                "{book}/data/published/memo806_text.csv is empty, begins with an empty "
                "line or holds a NUL: restore it."
            ),
        ),
        (
            "id,paper\n",
            ("{book}/data/published/memo806_text.csv has no column 'place': did you mean 'paper'?"),
        ),
        (
            NO_UTF8,
            ("{book}/data/published/memo806_text.csv is no CSV file in UTF-8: restore the file."),
        ),
        (
            FOLDER,
            (
                "{book}/data/published/memo806_text.csv cannot be read (Is a directory): "
                "restore the file."
            ),
        ),
        (
            MEMO + MEMO.splitlines()[1] + "\n",
            (
                "{book}/data/published/memo806_text.csv, line 20, repeats "
                "memo806.text.support_percent_introduction: remove one of the lines."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,fifty-five,0,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'value', holds "
                "'fifty-five' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,,0,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'value', holds "
                "'' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,nan,0,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'value', holds "
                "'nan' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,inf,0,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'value', holds "
                "'inf' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,155,0,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv gives "
                "memo806.text.support_percent_introduction the value 155, outside its "
                "range from 0 to 100: correct the value or the range."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,55,0.5,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'decimals', "
                "holds '0.5' where a whole number belongs: restore the file or correct the "
                "cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,55,1e300,0,100,", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, column 'decimals', "
                "holds '1e300' where a whole number belongs: restore the file or correct "
                "the cell."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ",55,55,0,0,100", 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, has 11 cells where the "
                "header has 12: restore the file or correct the line."
            ),
        ),
        (
            MEMO.replace(",55,55,0,0,100,", ',"55,55,0,0,100,', 1),
            (
                "{book}/data/published/memo806_text.csv, line 2, has 14 cells where the "
                "header has 12: restore the file or correct the line."
            ),
        ),
        (
            MEMO.replace("memo806.text.support", "kc2018.text.n\0", 1),
            (
                "{book}/data/published/memo806_text.csv is empty, begins with an empty "
                "line or holds a NUL: restore it."
            ),
        ),
    )
]
CODEBOOKS = [
    BadInput(WVS, sentence, {f"{{book}}/{name}": content, "{here}/wave.csv": wave()}, listed=True)
    for name, content, sentence in (
        (
            ITEMS,
            CODEBOOK.replace("role", "rolle", 1),
            ("{book}/data/codebook/wvs6_items.csv has no column 'role': did you mean 'rolle'?"),
        ),
        (
            ITEMS,
            CODEBOOK.replace(",wave,wave,", ",wave,wafe,", 1),
            (
                "{book}/data/codebook/wvs6_items.csv gives V1 the role 'wafe': use one "
                "of wave, country, answer, weight, other."
            ),
        ),
        (
            ITEMS,
            CODEBOOK.replace(",wave,wave,", ",wave,other,", 1),
            ("{book}/data/codebook/wvs6_items.csv gives 0 items the role 'wave': give it to one."),
        ),
        (
            ITEMS,
            CODEBOOK.replace(",6,6,", ",six,6,", 1),
            (
                "{book}/data/codebook/wvs6_items.csv, line 2, column 'lowest_code', "
                "holds 'six' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            ITEMS,
            CODEBOOK + CODEBOOK.splitlines()[1] + "\n",
            ("{book}/data/codebook/wvs6_items.csv, line 17, repeats V1: remove one of the lines."),
        ),
        (
            CODES,
            "item,code,kind\nV2,minus one,missing\n",
            (
                "{book}/data/codebook/wvs6_codes.csv, line 2, column 'code', holds "
                "'minus one' where a number belongs: restore the file or correct the cell."
            ),
        ),
        (
            "data/codebook/wvs6_time_series_codes.csv",
            "item,codes,wave_codes,remark\nV39,0 1,2,\n",
            (
                "{book}/data/codebook/wvs6_time_series_codes.csv gives V39 codes and "
                "wave_codes that do not pair up as whole numbers: write as many of the "
                "one as of the other, separated by blanks."
            ),
        ),
        (
            OPEN,
            "iso3,item\nARM,V59\n",
            (
                "{book}/data/open/wvs6_country_counts.csv has no column 'country_code': "
                "use one of iso3, item."
            ),
        ),
        (
            "data/open/country_covariates.csv",
            "iso3\n",
            ("{book}/data/open/country_covariates.csv has no column 'country': use one of iso3."),
        ),
    )
]
CODEBOOKS += [
    BadInput(
        "build --list-experiment {here}/file.csv --no-pdf",
        sentence,
        {f"{{book}}/{SCHEMA}": content, "{here}/file.csv": "count,arm\n1,0\n"},
        listed=True,
    )
    for content, sentence in (
        (
            "variable,code\n",
            (
                "{book}/data/codebook/list_experiment_variables.csv has no column "
                "'required': use one of variable, code."
            ),
        ),
        (
            "variable,required,code,text,label,recoded_to\n",
            (
                "{book}/data/codebook/list_experiment_variables.csv has no variable "
                "'count': describe it."
            ),
        ),
    )
]
ATTESTATIONS = [
    BadInput(ATTEST, sentence, {"{here}/attestation.json": content})
    for content, sentence in (
        (
            None,
            ("{here}/attestation.json cannot be read (No such file or directory): check the path."),
        ),
        (
            "",
            (
                "{here}/attestation.json is no JSON: send the attestation.json that a "
                "build on a licensed file writes."
            ),
        ),
        (
            "[" * 100_000,
            (
                "{here}/attestation.json is no JSON: send the attestation.json that a "
                "build on a licensed file writes."
            ),
        ),
        (
            "{",
            (
                "{here}/attestation.json is no JSON: send the attestation.json that a "
                "build on a licensed file writes."
            ),
        ),
        (
            "[]",
            (
                "{here}/attestation.json breaks its schema at $ ([] is not of type "
                "'object'): send the attestation.json that a build on a licensed file "
                "writes."
            ),
        ),
        (
            PAGE,
            (
                "{here}/attestation.json is no JSON: send the attestation.json that a "
                "build on a licensed file writes."
            ),
        ),
        (
            NO_UTF8,
            (
                "{here}/attestation.json is no JSON: send the attestation.json that a "
                "build on a licensed file writes."
            ),
        ),
        (FOLDER, ("{here}/attestation.json cannot be read (Is a directory): check the path.")),
        (
            json.dumps(VALID | {"sender": 5}),
            (
                "{here}/attestation.json breaks its schema at $.sender (5 is not of type "
                "'string'): send the attestation.json that a build on a licensed file "
                "writes."
            ),
        ),
        (
            json.dumps(VALID | {"numbers": [{"id": "x"}]}),
            (
                "{here}/attestation.json breaks its schema at $.numbers[0] ('printed' is "
                "a required property): send the attestation.json that a build on a "
                "licensed file writes."
            ),
        ),
    )
]
SOURCE = b"text"
DEPOSITS = [
    BadInput(VERIFY, sentence, {"{here}/deposit.zip": content})
    for content, sentence in (
        (None, ("{here}/deposit.zip cannot be read (No such file or directory): check the path.")),
        (
            b"",
            (
                "{here}/deposit.zip is no whole zip archive (File is not a zip file): "
                "get the deposit again from where it is kept."
            ),
        ),
        (
            PAGE,
            (
                "{here}/deposit.zip is no whole zip archive (File is not a zip file): "
                "get the deposit again from where it is kept."
            ),
        ),
        (FOLDER, "{here}/deposit.zip cannot be read (Is a directory): check the path."),
        (
            deposit({"a/x": SOURCE}),
            (
                "{here}/deposit.zip is no deposit, as it has no single folder with "
                "MANIFEST.sha256 in it."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": b"", "../x": SOURCE}),
            (
                "{here}/deposit.zip holds '../x', which leads out of its folder: get the "
                "deposit again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": b"no hash\n"}),
            (
                "MANIFEST.sha256 in {here}/deposit.zip is not as sha256sum writes it: "
                "get the deposit again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": NO_UTF8}),
            (
                "MANIFEST.sha256 in {here}/deposit.zip is not as sha256sum writes it: "
                "get the deposit again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": b"", "a/x": SOURCE}),
            (
                "x in {here}/deposit.zip is not listed in its manifest: get the deposit "
                "again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": listed(SOURCE, "x")}),
            ("x is missing in {here}/deposit.zip: get the deposit again from where it is kept."),
        ),
        (
            deposit({"a/MANIFEST.sha256": listed(b"other", "x"), "a/x": SOURCE}),
            (
                "x in {here}/deposit.zip differs from its hash in the manifest: get the "
                "deposit again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": listed(SOURCE, "x"), "a/x": SOURCE})[:-30],
            (
                "{here}/deposit.zip is no whole zip archive (File is not a zip file): "
                "get the deposit again from where it is kept."
            ),
        ),
        (
            deposit({"a/MANIFEST.sha256": listed(SOURCE, "x"), "a/x": SOURCE}),
            (
                "{here}/deposit.zip is no deposit, as it lacks software.json: get the "
                "deposit again from where it is kept."
            ),
        ),
    )
]
CASES = [*UNLISTED, *PUBLISHED, *CODEBOOKS, *ATTESTATIONS, *DEPOSITS]

"""Files of the World Values Survey and of the list experiment."""

import io
import zipfile

from tests.bad_inputs import FOLDER, PAGE, BadInput

COUNTRIES = (51, 112, 398, 417, 643, 804, 860)
ITEMS = {"V1": 6, "V2": 51, "V125_07": 1, "V39": 1, "V245": 1, "V231": 5, "V229": 1, "V240": 1}
ITEMS |= {"V242": 30, "V248": 9, "V238": 3, "V59": 5, "V258": 1.0}
WVS, LIST = "build --no-pdf --wvs {here}/", "build --no-pdf --list-experiment {here}/"
ANSWERS = """count,arm,gender,education,ethnicity,city,weight
0,control,male,1,kazakh,Almaty,1
4,control,female,2,russian,Nur-Sultan,0.5
5,treatment,male,5,other,other,2
3,treatment,female,6,kazakh,other,1
,control,male,,kazakh,,1
2,treatment,,4,russian,Almaty,1
"""


def wave(**changes: object) -> str:
    """Write a file of the wave with one respondent a country; change all, or drop a column."""
    rows = [{**ITEMS, "V2": code} | changes for code in COUNTRIES]
    names = [name for name in rows[0] if changes.get(name, "") is not None]
    lines = [names, *([row[name] for name in names] for row in rows)]
    return "".join(",".join(map(str, line)) + "\n" for line in lines)


def packed(*names: str) -> bytes:
    """Pack files of some names."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for name in names:
            members.writestr(zipfile.ZipInfo(name), wave())
    return archive.getvalue()


FILES = [
    BadInput(f"{WVS}{name}", sentence, {f"{{here}}/{name}": content})
    for name, content, sentence in (
        (
            "wave.csv",
            b"RDX2\nX\n\x00",
            (
                "{here}/wave.csv is not a CSV file as its ending says, but looks like an R file: "
                "rename it to end in .rds."
            ),
        ),
        (
            "wave.dta",
            b"PK\x03\x04 ",
            (
                "{here}/wave.dta is not a Stata file as its ending says, but a zip archive: "
                "rename it to end in .zip."
            ),
        ),
        (
            "wave.rds",
            b"\x00\x01\x02\x03",
            (
                "{here}/wave.rds is not an R file as its ending says, or is damaged: "
                "download it again."
            ),
        ),
        ("wave.zip", b"", "{here}/wave.zip is empty: download it again."),
        ("wave.dta", None, "{here}/wave.dta does not exist: name the survey file itself."),
        ("wave.dta", FOLDER, "{here}/wave.dta is a folder: name the survey file itself."),
        ("wave.dta", "", "{here}/wave.dta is empty: download it again."),
        (
            "wave.dta",
            PAGE,
            (
                "{here}/wave.dta is a web page and no data: download the file itself, "
                "where need be after registering and signing in."
            ),
        ),
        (
            "wave.csv",
            PAGE,
            (
                "{here}/wave.csv is a web page and no data: download the file itself, "
                "where need be after registering and signing in."
            ),
        ),
        (
            "wave.sav",
            wave(),
            (
                "{here}/wave.sav is not an SPSS file as its ending says, but looks like "
                "a CSV file: rename it to end in .csv."
            ),
        ),
        (
            "wave.dta",
            b"$FL2@(#) SPSS DATA FILE",
            (
                "{here}/wave.dta is not a Stata file as its ending says, but looks like "
                "an SPSS file: rename it to end in .sav."
            ),
        ),
        (
            "wave.dta",
            b"<stata_dta><header><release>118</release>",
            (
                "{here}/wave.dta cannot be read as a Stata file: it is damaged or cut "
                "off, download it again."
            ),
        ),
        (
            "wave.dta",
            b"\x73\x01\x01\x00" + bytes(400),
            (
                "{here}/wave.dta has neither V2 nor S003, the country in a file of the "
                "wave and in the time series: use an official release of the wave or of "
                "the time series."
            ),
        ),
        (
            "wave.sav",
            b"$FL2@(#) SPSS DATA FILE" + bytes(200),
            (
                "{here}/wave.sav cannot be read as an SPSS file: it is damaged or cut "
                "off, download it again."
            ),
        ),
        (
            "wave.rds",
            b"\x1f\x8b\x08\x00",
            (
                "{here}/wave.rds cannot be read as an R file: it is damaged or cut off, "
                "download it again."
            ),
        ),
        (
            "wave.rdata",
            b"RDX3\nX\n",
            (
                "{here}/wave.rdata cannot be read as an R file: it is damaged or cut "
                "off, download it again."
            ),
        ),
        (
            "wave.xlsx",
            b"PK\x03\x04",
            (
                "{here}/wave.xlsx has an unknown ending: name a file that ends in .dta, "
                ".sav, .rds, .rdata, .rda, .csv, .zip."
            ),
        ),
        (
            "wave",
            wave(),
            (
                "{here}/wave has an unknown ending: name a file that ends in .dta, .sav, "
                ".rds, .rdata, .rda, .csv, .zip."
            ),
        ),
        (
            "wave.csv",
            b"\0" * 1000,
            (
                "{here}/wave.csv is not a CSV file as its ending says, or is damaged: "
                "download it again."
            ),
        ),
        (
            "wave.csv",
            wave().encode("utf-16-le"),
            (
                "{here}/wave.csv is not a CSV file as its ending says, or is damaged: "
                "download it again."
            ),
        ),
        ("wave.csv", "V1,V2\n", "{here}/wave.csv holds no respondents: download it again."),
        (
            "wave.csv",
            wave()[:-10],
            "{here}/wave.csv breaks off in its last line: download it again.",
        ),
        (
            "wave.csv",
            '"' + wave(),
            (
                "{here}/wave.csv has neither V2 nor S003, the country in a file of the "
                "wave and in the time series: use an official release of the wave or of "
                "the time series."
            ),
        ),
        (
            "wave.zip",
            b"PK\x05\x06" + bytes(18),
            (
                "{here}/wave.zip holds no survey file (.dta, .sav, .rds, .rdata, .rda, "
                ".csv): download the data themselves."
            ),
        ),
        (
            "wave.zip",
            packed("Codebook.pdf"),
            (
                "{here}/wave.zip holds no survey file (.dta, .sav, .rds, .rdata, .rda, "
                ".csv): download the data themselves."
            ),
        ),
        (
            "wave.zip",
            packed("one.csv", "two.csv"),
            (
                "{here}/wave.zip holds several survey files (one.csv, two.csv): unpack "
                "it and name one."
            ),
        ),
        (
            "wave.zip",
            packed("wave.dta"),
            (
                "wave.dta in {here}/wave.zip is not a Stata file as its ending says, but "
                "looks like a CSV file: rename it to end in .csv."
            ),
        ),
        (
            "wave.zip",
            packed("wave.csv")[:-40],
            (
                "{here}/wave.zip cannot be read as a zip archive: it is damaged or cut "
                "off, download it again."
            ),
        ),
        ("wave.zip", wave(), "{here}/wave.zip is no zip archive or is damaged: download it again."),
    )
]
WAVES = [
    BadInput(f"{WVS}wave.csv", sentence, {"{here}/wave.csv": content})
    for content, sentence in (
        (
            wave(V1=5),
            (
                "{here}/wave.csv holds wave 5 where wave 6 is wanted: download that "
                "wave, or the time series."
            ),
        ),
        (
            wave(V1=7),
            (
                "{here}/wave.csv holds wave 7 where wave 6 is wanted: download that "
                "wave, or the time series."
            ),
        ),
        (
            wave(V1="six"),
            (
                "{here}/wave.csv holds 'six' in V1 (Wave), where a number belongs: use "
                "numeric codes instead of labels, and leave a missing answer empty."
            ),
        ),
        (
            wave(V2=None),
            (
                "{here}/wave.csv has neither V2 nor S003, the country in a file of the "
                "wave and in the time series: use an official release of the wave or of "
                "the time series."
            ),
        ),
        (
            wave(V2=276),
            (
                "{here}/wave.csv holds no respondent of ARM (V2 51) in this wave: leave "
                "the country out or use a file that has it."
            ),
        ),
        (
            wave(V2="Armenia"),
            (
                "{here}/wave.csv holds 'Armenia' in V2 (Country (ISO 3166 numeric)), "
                "where a number belongs: use numeric codes instead of labels, and leave a "
                "missing answer empty."
            ),
        ),
        (
            wave(V125_07=None),
            (
                "{here}/wave.csv has no column 'V125_07', Confidence: the CIS: use an "
                "official release of the wave or of the time series."
            ),
        ),
        (
            wave(V125_07=5),
            (
                "{here}/wave.csv holds the code 5 in V125_07 (Confidence: the CIS), "
                "which the codebook does not know (1 to 4; missing -1, -2, -3, -4, -5): "
                "use an official release of the wave or of the time series."
            ),
        ),
        (
            wave(V125_07=-7),
            (
                "{here}/wave.csv holds the code -7 in V125_07 (Confidence: the CIS), "
                "which the codebook does not know (1 to 4; missing -1, -2, -3, -4, -5): "
                "use an official release of the wave or of the time series."
            ),
        ),
        (
            wave(V125_07=2.5),
            (
                "{here}/wave.csv holds 2.5 in V125_07 (Confidence: the CIS), no whole "
                "code: use an official release of the wave or of the time series."
            ),
        ),
        (
            wave(V125_07="inf"),
            (
                "{here}/wave.csv holds 'inf' in V125_07 (Confidence: the CIS), where a number "
                "belongs: use numeric codes instead of labels, and leave a missing answer "
                "empty."
            ),
        ),
        (
            wave(V125_07="A great deal"),
            (
                "{here}/wave.csv holds 'A great deal' in V125_07 (Confidence: the CIS), "
                "where a number belongs: use numeric codes instead of labels, and leave a "
                "missing answer empty."
            ),
        ),
        (
            wave(V125_07=-4),
            (
                "{here}/wave.csv holds no valid answer of ARM to V125_07 (Confidence: "
                "the CIS), which was not asked there or not released: leave the country "
                "out."
            ),
        ),
        (
            wave(V39=None),
            (
                "{here}/wave.csv has no column 'V39', Would not like to have as "
                "neighbours: immigrants/foreign workers: use an official release of the "
                "wave or of the time series."
            ),
        ),
        (
            wave(V240=3),
            (
                "{here}/wave.csv holds the code 3 in V240 (Sex), which the codebook does "
                "not know (1 to 2; missing -1, -2, -3, -4, -5): use an official release "
                "of the wave or of the time series."
            ),
        ),
        (
            wave(V242=-5),
            (
                "{here}/wave.csv holds no valid answer of ARM to V242 (Age in years), "
                "which was not asked there or not released: leave the country out."
            ),
        ),
        (
            wave(V258=-1),
            (
                "{here}/wave.csv holds -1 in V258 (Weight), no weight: use an official "
                "release of the wave or of the time series."
            ),
        ),
        (
            wave(V258="inf"),
            (
                "{here}/wave.csv holds 'inf' in V258 (Weight), where a number belongs: use "
                "numeric codes instead of labels, and leave a missing answer empty."
            ),
        ),
        (
            wave(V258="heavy"),
            (
                "{here}/wave.csv holds 'heavy' in V258 (Weight), where a number belongs: "
                "use numeric codes instead of labels, and leave a missing answer empty."
            ),
        ),
        (
            wave(V258=""),
            (
                "{here}/wave.csv holds nan in V258 (Weight), no weight: use an official "
                "release of the wave or of the time series."
            ),
        ),
        (
            "s003,S002VS\n51,6\n",
            (
                "{here}/wave.csv has no column 'E069_43', Confidence: the CIS: use an "
                "official release of the wave or of the time series."
            ),
        ),
        (
            "S003,E069\n51,1\n",
            (
                "{here}/wave.csv has no column 'S002VS', which tells the waves of the "
                "time series apart: use an official release of the wave or of the time "
                "series."
            ),
        ),
    )
]
LISTS = [
    BadInput(f"{LIST}file.csv", sentence, {"{here}/file.csv": content})
    for content, sentence in (
        (None, "{here}/file.csv does not exist: name the survey file itself."),
        ("", "{here}/file.csv is empty: download it again."),
        (
            PAGE,
            (
                "{here}/file.csv is a web page and no data: download the file itself, "
                "where need be after registering and signing in."
            ),
        ),
        (
            b"\xc0\x80 kind: wvs\n",
            "{here}/file.csv has no column 'count': use one of АЂ kind: wvs.",
        ),
        (FOLDER, "{here}/file.csv is a folder: name the survey file itself."),
        (
            ANSWERS.replace("count,", "number,", 1),
            (
                "{here}/file.csv has no column 'count': use one of number, arm, gender, "
                "education, ethnicity, city, weight."
            ),
        ),
        (
            ANSWERS.replace("arm,", "group,", 1),
            (
                "{here}/file.csv has no column 'arm': use one of count, group, gender, "
                "education, ethnicity, city, weight."
            ),
        ),
        (
            ANSWERS.replace("gender,", "sex,", 1),
            (
                "{here}/file.csv has no column 'gender': use one of count, arm, sex, "
                "education, ethnicity, city, weight."
            ),
        ),
        (
            ANSWERS.replace("education,", "schooling,", 1),
            (
                "{here}/file.csv has no column 'education': use one of count, arm, "
                "gender, schooling, ethnicity, city, weight."
            ),
        ),
        (
            ANSWERS.replace("ethnicity,", "nationality,", 1),
            "{here}/file.csv has no column 'ethnicity': did you mean 'city'?",
        ),
        (
            ANSWERS.replace(",city,", ",place,", 1),
            "{here}/file.csv has no column 'city': did you mean 'ethnicity'?",
        ),
        (
            ANSWERS.splitlines(keepends=True)[0],
            "{here}/file.csv holds no respondents: download it again.",
        ),
        (
            ANSWERS.replace("5,treatment", "6,treatment"),
            (
                "{here}/file.csv, row 3, column 'count', holds 6 in the treatment arm, "
                "where a count from 0 to 5 belongs with 4 control items: check the "
                "number of control items."
            ),
        ),
        (
            ANSWERS.replace("4,control", "5,control"),
            (
                "{here}/file.csv, row 2, column 'count', holds 5 in the control arm, "
                "where a count from 0 to 4 belongs with 4 control items: check the "
                "number of control items."
            ),
        ),
        (
            ANSWERS.replace("0,control", "-1,control"),
            (
                "{here}/file.csv, row 1, column 'count', holds -1 in the control arm, "
                "where a count from 0 to 4 belongs with 4 control items: leave a missing "
                "answer empty."
            ),
        ),
        (
            ANSWERS.replace("3,treatment", "2.5,treatment"),
            (
                "{here}/file.csv, row 4, column 'count', holds 2.5 where a whole number "
                "belongs: it is the number of items, or empty."
            ),
        ),
        (
            ANSWERS.replace("3,treatment", "two,treatment"),
            (
                "{here}/file.csv, row 4, column 'count', holds 'two' where a number "
                "belongs: correct the cell, or leave it empty if there is no answer."
            ),
        ),
        (
            ANSWERS.replace("3,treatment", "inf,treatment"),
            (
                "{here}/file.csv, row 4, column 'count', holds 'inf' where a number "
                "belongs: correct the cell, or leave it empty if there is no answer."
            ),
        ),
        (
            ANSWERS.replace("0,control", "0,placebo"),
            (
                "{here}/file.csv, row 1, column 'arm', holds 'placebo', which is no "
                "answer of the schema: use one of 0, Card with the first four items, "
                "control, 1, Card with all five items, treatment."
            ),
        ),
        (
            ANSWERS.replace("2,treatment", "2,"),
            ("{here}/file.csv, row 6, column 'arm', is empty: state every respondent's arm."),
        ),
        (
            ANSWERS.replace("treatment", "control"),
            (
                "{here}/file.csv has no respondent in the treatment arm: a list "
                "experiment needs two arms."
            ),
        ),
        (
            ANSWERS.replace("control", "treatment"),
            (
                "{here}/file.csv has no respondent in the control arm: a list experiment "
                "needs two arms."
            ),
        ),
        (
            ANSWERS.replace("0,control", ",control").replace("4,control", ",control"),
            ("{here}/file.csv has an arm in which nobody gave a count: both need answers."),
        ),
        (
            ANSWERS.replace("female", "femal"),
            (
                "{here}/file.csv, row 2, column 'gender', holds 'femal', which is no "
                "answer of the schema: did you mean 'female'?"
            ),
        ),
        (
            ANSWERS.replace("male,1", "male,7"),
            (
                "{here}/file.csv, row 1, column 'education', holds '7.0', which is no "
                "answer of the schema: use one of 1, 7th grade or lower, 2, Secondary "
                "education (8-9th grade), 3, Full general secondary education, 4, "
                "Secondary specialized education (trade school), 5, Incomplete higher "
                "education, 6, Full higher education."
            ),
        ),
        (
            ANSWERS.replace("russian", "kazakh"),
            (
                "{here}/file.csv has nobody in the group 'russian': column 'ethnicity' holds "
                "'kazakh', 'other'. Compare the spelling, or name the encoding."
            ),
        ),
        (
            ANSWERS.replace("russian", "None"),
            (
                "{here}/file.csv, row 2, column 'ethnicity', holds 'None', which is no "
                "answer of the schema: use one of 1, kazakh, 2, russian, 3, Other "
                "groups, other."
            ),
        ),
        (
            ANSWERS.replace("russian", "uzbek"),
            (
                "{here}/file.csv, row 2, column 'ethnicity', holds 'uzbek', which is no "
                "answer of the schema: use one of 1, kazakh, 2, russian, 3, Other "
                "groups, other."
            ),
        ),
        (
            ANSWERS.replace("Nur-Sultan", "Nur-Sultn"),
            (
                "{here}/file.csv, row 2, column 'city', holds 'Nur-Sultn', which is no "
                "answer of the schema: did you mean 'Nur-Sultan'?"
            ),
        ),
        (
            ANSWERS.replace("Nur-Sultan", "9"),
            (
                "{here}/file.csv, row 2, column 'city', holds '9', which is no answer of "
                "the schema: use one of 1, Almaty, 2, Nur-Sultan (Astana), Nur-Sultan, "
                "Astana, 3, All Others, other."
            ),
        ),
        (
            ANSWERS.replace("0.5", "-1"),
            (
                "{here}/file.csv, row 2, column 'weight', holds -1 where a weight above "
                "zero belongs: give every respondent one, or leave the column out."
            ),
        ),
        (
            ANSWERS.replace("0.5", "0"),
            (
                "{here}/file.csv, row 2, column 'weight', holds 0 where a weight above "
                "zero belongs: give every respondent one, or leave the column out."
            ),
        ),
        (
            ANSWERS.replace("0.5", ""),
            (
                "{here}/file.csv, row 2, column 'weight', holds nothing where a weight "
                "above zero belongs: give every respondent one, or leave the column out."
            ),
        ),
        (
            ANSWERS.replace("0.5", "nan?"),
            (
                "{here}/file.csv, row 2, column 'weight', holds 'nan?' where a number "
                "belongs: correct the cell, or leave it empty if there is no answer."
            ),
        ),
        (ANSWERS[:-3], "{here}/file.csv breaks off in its last line: download it again."),
    )
]
CASES = [*FILES, *WAVES, *LISTS]

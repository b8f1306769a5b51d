* Table 2 of Chacha and Kobayashi (2018) in Stata with gllamm (ssc install gllamm), without and with option adapt.
*
*   do models_gllamm.do wvs_recoded.csv
*
* The file is the one that `make book WVS=path` leaves in data/raw/prepared: one row a respondent, one column a variable.
* Expected: without adapt (8 fixed points, gllamm's default) the column "plain, 8 points" of the chapter, if gllamm climbs
* to the same optimum from its default start; with adapt the column "adaptive". Only the fit without adapt could give the
* printed standard errors of what lies between countries. Written from the help files and not run for this book.
version 13
args file
import delimited using "`file'", clear varnames(1)
encode iso3, generate(country)
generate xenophobia_x_diversity = xenophobia * ethnic_diversity

local key xenophobia immigrant manual_worker unemployed
local controls gender age college_educated upper_class personal_financial_situation
local model1 `key' ethnic_diversity
local model2 `key' ethnic_diversity xenophobia_x_diversity
local model3 `key' `controls' ethnic_diversity xenophobia_x_diversity ln_gdp_per_capita

foreach integration in "nip(8)" "nip(8) adapt" "nip(25) adapt" {
    display as text _newline "gllamm, `integration'"
    forvalues model = 1/3 {
        gllamm trust_cis `model`model'', i(country) family(binomial) link(logit) `integration'
    }
    gllamm trust_levels_cis `model3', i(country) family(binomial) link(ologit) `integration'
}

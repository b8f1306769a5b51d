* Table 2 of Chacha and Kobayashi (2018) in Stata with melogit and meologit (Stata 13 or newer).
*
*   do models_melogit.do wvs_recoded.csv
*
* The file is the one that `make book WVS=path` leaves in data/raw/prepared: one row a respondent, one column a variable.
* Expected: with the default, mean-variance adaptive quadrature with 7 points, and with 25, the column "adaptive" of the
* chapter; with ghermite, 7 fixed points, the column "plain, 7 points", if Stata climbs to the same optimum from its own
* start. Only the fits with ghermite could give the printed standard errors of what lies between countries. Written from
* the help files and not run for this book.
version 13
args file
import delimited using "`file'", clear varnames(1)
encode iso3, generate(country)

local key xenophobia immigrant manual_worker unemployed
local controls gender age college_educated upper_class personal_financial_situation
local model1 `key' ethnic_diversity
local model2 `key' c.xenophobia##c.ethnic_diversity
local model3 `model2' `controls' ln_gdp_per_capita

foreach integration in "" "intpoints(25)" "intmethod(ghermite) intpoints(7)" {
    display as text _newline "melogit and meologit, `integration'"
    forvalues model = 1/3 {
        melogit trust_cis `model`model'' || country:, `integration'
    }
    meologit trust_levels_cis `model3' || country:, `integration'
}

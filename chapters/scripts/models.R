# Table 2 of Chacha and Kobayashi (2018) in R: Models 1 to 3 with lme4, Model 4 with ordinal.
#
#   Rscript models.R wvs_recoded.csv [MODEL ...]      all four models by default
#
# The file is the one that `make book WVS=path` leaves in data/raw/prepared: one row a respondent, one column a variable.
# Expected: the column "adaptive" of the chapter. glmer integrates with 25 adaptive points. clmm does not work with more
# than one point on groups as large as countries, so Model 4 is Laplace's approximation, equal to about three digits.
# Neither package offers fixed nodes, so the printed column cannot come from them. Prints one CSV line a parameter;
# lme4 gives a variance no standard error. Standard errors between countries come from finite differences and may be off
# by ten percent; the warnings on convergence concern the scale of age and income and may be ignored if the estimates agree.
suppressMessages({
  library(lme4)
  library(ordinal)
})

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1])
wanted <- if (length(arguments) > 1) arguments[-1] else c("1", "2", "3", "4")

key <- c("xenophobia", "immigrant", "manual_worker", "unemployed")
controls <- c("gender", "age", "college_educated", "upper_class", "personal_financial_situation")
product <- "xenophobia:ethnic_diversity"
terms <- list(
  "1" = c(key, "ethnic_diversity"),
  "2" = c(key, "ethnic_diversity", product),
  "3" = c(key, controls, "ethnic_diversity", product, "ln_gdp_per_capita"),
  "4" = c(key, controls, "ethnic_diversity", product, "ln_gdp_per_capita")
)

complete <- function(outcome, model) {
  names <- c("iso3", outcome, setdiff(terms[[model]], product))
  used <- rows[complete.cases(rows[names]), names]
  used$iso3 <- factor(used$iso3)
  used
}

formula_of <- function(outcome, model) {
  as.formula(paste(outcome, "~", paste(terms[[model]], collapse = " + "), "+ (1 | iso3)"))
}

report <- function(model, names, estimates, errors) {
  cat(sprintf("%s,%s,%.6f,%.6f\n", model, names, estimates, errors), sep = "")
}

cat("model,term,estimate,std_error\n")
for (model in intersect(wanted, c("1", "2", "3"))) {
  fit <- glmer(
    formula_of("trust_cis", model), complete("trust_cis", model), binomial,
    nAGQ = 25, control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5))
  )
  table <- coef(summary(fit))
  report(model, rownames(table), table[, "Estimate"], table[, "Std. Error"])
  report(model, "group variance", VarCorr(fit)$iso3[1], NA)
}
if ("4" %in% wanted) {
  used <- complete("trust_levels_cis", "4")
  used$trust_levels_cis <- factor(used$trust_levels_cis)
  fit <- clmm(formula_of("trust_levels_cis", "4"), data = used)
  table <- coef(summary(fit))
  report("4", rownames(table), table[, "Estimate"], table[, "Std. Error"])
  report("4", "group variance", VarCorr(fit)$iso3[1], NA)
}

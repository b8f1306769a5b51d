# Times lme4::glmer(nAGQ = 25): Rscript glmer.R DATA.csv FORMULA RUNS; prints seconds, then the log-likelihood.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1])
formula <- as.formula(arguments[2])
for (run in seq_len(as.integer(arguments[3]))) {
  seconds <- system.time(fit <- glmer(formula, rows, binomial, nAGQ = 25))[["elapsed"]]
  cat(seconds, "\n")
}
cat(format(as.numeric(logLik(fit)), digits = 15), "\n")

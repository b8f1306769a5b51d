# Times ordinal::clmm (Laplace): Rscript clmm.R DATA.csv FORMULA RUNS; prints seconds, then the log-likelihood.
suppressMessages(library(ordinal))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1])
formula <- as.formula(arguments[2])
response <- all.vars(formula)[1]
rows[[response]] <- factor(rows[[response]])
rows$group <- factor(rows$group)
for (run in seq_len(as.integer(arguments[3]))) {
  seconds <- system.time({fit <- clmm(formula, data = rows); summary(fit)})[["elapsed"]]
  cat(seconds, "\n")
}
cat(format(as.numeric(logLik(fit)), digits = 15), "\n")

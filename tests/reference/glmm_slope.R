# Makes glmm_slope.csv and glmm_slope.json: a random slope, fitted by Laplace's approximation with lme4 and ordinal.
suppressMessages({library(lme4); library(ordinal)})
RNGversion("4.0.0"); set.seed(20260003)
g <- rep(1:15, each = 60); n <- length(g); x <- round(rnorm(n), 1)
u <- matrix(rnorm(30), 15) %*% chol(matrix(c(0.5, 0.2, 0.2, 0.4), 2))
eta <- 0.6 * x + u[g, 1] + u[g, 2] * x
d <- data.frame(group = g, x = x, yb = as.integer(eta + rlogis(n) > 0.2),
                yo = as.integer(cut(eta + rlogis(n), c(-Inf, -0.8, 0.5, 1.9, Inf))))
write.csv(d, "glmm_slope.csv", row.names = FALSE)
tight <- glmerControl(optCtrl = list(maxfun = 1e5, rhobeg = 2e-3, rhoend = 1e-9), optimizer = "bobyqa", tolPwrss = 1e-12)
binary <- glmer(yb ~ x + (1 + x | group), d, binomial, control = tight)
ordered <- clmm(factor(yo) ~ x + (1 + x | group), data = transform(d, group = factor(group)))
lower <- function(S) S[c(1, 2, 4)]
text <- function(name, ll, coef, S) sprintf(' "%s": {"logLik": %.13g, "coef": [%s], "covariance": [%s]}', name, ll,
  paste(sprintf("%.12g", coef), collapse = ", "), paste(sprintf("%.12g", lower(S)), collapse = ", "))
writeLines(c("{", paste0(text("glmer_laplace", logLik(binary), fixef(binary), VarCorr(binary)$group), ","),
  text("clmm_laplace", logLik(ordered), coef(ordered), VarCorr(ordered)$group), "}"), "glmm_slope.json")

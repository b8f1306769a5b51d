# R >= 4.2 with quadprog, MASS and jsonlite. Draws a list experiment with a planted design effect and tests for it, as
# Blair & Imai (2012, Political Analysis 20:47) describe, without the package list: Kudo's statistic by quadratic
# programming, its p-value by simulation, each with and without generalized moment selection.
suppressMessages({library(quadprog); library(MASS); library(jsonlite)})
RNGversion("4.0.0"); set.seed(2012)
J <- 4; n <- 600
treat <- sample(rep(0:1, length.out = n))
trait <- rbinom(n, 1, 0.5)
y <- rbinom(n, J, 0.6) + treat * trait
offended <- treat == 1 & rbinom(n, 1, 1 / 12) == 1 # who read the sensitive item and count nothing at all
y[offended] <- 0
write.csv(data.frame(y, treat), "list_design_effect.csv", row.names = FALSE)

F0 <- sapply(-1:J, function(k) mean(y[treat == 0] <= k)); F1 <- sapply(-1:J, function(k) mean(y[treat == 1] <= k))
covariance <- function(F, m) outer(F, F, pmin) * (1 - outer(F, F, pmax)) / m
V0 <- covariance(F0, sum(treat == 0)); V1 <- covariance(F1, sum(treat == 1))
with <- 2:(J + 1); without <- 3:(J + 2) # counts 0 to J - 1, and 1 to J
families <- list(
  "1" = list(p = (F0 - F1)[with], V = (V0 + V1)[with, with]),
  "0" = list(p = F1[without] - F0[without - 1], V = V1[without, without] + V0[without - 1, without - 1]))
distance <- function(p, W) { # min over t >= 0 of (p - t)' W (p - t)
  if (all(p >= 0)) return(0)
  solve.QP(W, drop(W %*% p), diag(length(p)))$value * 2 + drop(p %*% W %*% p) }
draws <- 200000
out <- list()
for (gms in c(TRUE, FALSE)) {
  rows <- list()
  for (name in names(families)) { f <- families[[name]]
    keep <- if (gms) f$p <= sqrt(log(n)) * sqrt(diag(f$V)) else rep(TRUE, length(f$p))
    p <- f$p[keep]; V <- f$V[keep, keep, drop = FALSE]
    W <- if (any(keep)) solve(V); stat <- if (any(keep)) distance(p, W) else 0
    p_value <- if (stat == 0) 1 else mean(apply(mvrnorm(draws, rep(0, length(p)), V), 1, distance, W = W) >= stat)
    rows[[length(rows) + 1]] <- list(trait = as.integer(name), n_inequalities = sum(keep), statistic = stat, p_value = p_value) }
  out[[if (gms) "moment_selection" else "all_inequalities"]] <- rows }
out$shares <- lapply(families, function(f) f$p)
out$draws <- draws
write_json(out, "list_design_effect.json", auto_unbox = TRUE, digits = I(10), pretty = TRUE)

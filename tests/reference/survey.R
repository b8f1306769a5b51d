# Writes the small R files of tests/test_survey_files.py: Rscript survey.R (R 4, no package).
d <- data.frame(
  whole = c(51L, 112L, NA, 643L, 51L),
  factor = factor(c("Yes", "No", "Yes", NA, "No")),
  numbered = factor(c("10", "2", "2", NA, "10"))
)
d$labelled <- structure(c(1, 2, -1, -2, 4),
  label = "Confidence: CIS",
  labels = c("A great deal" = 1, "Don't know" = -1),
  class = c("haven_labelled", "vctrs_vctr", "double")
)
for (compression in c("gzip", "bzip2", "xz"))
  saveRDS(d, paste0("survey_", compression, ".rds"), compress = compression)
saveRDS(d, "survey_none.rds", compress = FALSE)
e <- d
save(d, e, file = "survey_two.rdata")
answers <- list(1, 2)
save(answers, file = "survey_none.rdata")

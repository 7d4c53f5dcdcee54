# SPDX-License-Identifier: GPL-3.0-or-later
#
# A second way to what vectors.json could not check against an established
# package. Wrote second.json with R 4.2.2 and limma 3.54.1 (Debian 12,
# r-bioc-limma): Rscript second.R > second.json. The tests do not need R.
#
#   limma     fitFDist() and squeezeVar(); the prior's df capped at 10 by us
#   p.adjust  p.adjust(method = "BH"), stats
#   mser5     White 1997 by var(): (k-d-1)/(k-d)^2 times the sample variance
#   usl       lm() with weights on every subset of the two terms
#   fisher    mid-p by dhyper(): the smaller side doubled
library(limma)
set.seed(20260301, kind = "Mersenne-Twister", normal.kind = "Inversion")

num <- function(x) {
  s <- sprintf("%.15g", x)
  s[is.infinite(x)] <- "\"inf\""
  s[is.na(x)] <- "null"
  s
}
list_of <- function(x) paste0("[", paste(num(x), collapse = ", "), "]")
field <- function(name, text) paste0("\"", name, "\": ", text)
object <- function(...) paste0("{", paste(c(...), collapse = ", "), "}")
section <- function(name, cases)
  cat("\"", name, "\": {\"cases\": [\n", paste(cases, collapse = ",\n"),
      "\n]}", sep = "")

# Where all variances are alike (d0 = Inf) limma 3.54 takes their plain mean for
# s0^2, vectors.json exp(mean e) with Smyth: only d0 is compared.
limma_case <- function(s2, df) {
  fit <- fitFDist(s2, df)
  if (is.infinite(fit$df2)) fit$scale <- NA
  d0 <- min(fit$df2, 10)
  post <- (d0 * fit$scale + df * s2) / (d0 + df)
  if (is.finite(fit$df2) && fit$df2 <= 10) {
    squeezed <- squeezeVar(s2, df)$var.post
    stopifnot(all.equal(post, squeezed, tolerance = 1e-12))
  }
  object(field("s2", list_of(s2)), field("df", num(df)),
         field("d0", num(fit$df2)), field("s0_2", num(fit$scale)),
         field("d0_capped", num(d0)), field("s2_post", list_of(post)))
}
bh_case <- function(p)
  object(field("p", list_of(p)), field("q", list_of(p.adjust(p, "BH"))))

mser_case <- function(x) {
  k <- length(x) %/% 5
  z <- colMeans(matrix(x[seq_len(5 * k)], nrow = 5))
  mser <- sapply(0:(k %/% 2), function(d) {
    rest <- z[(d + 1):k]
    var(rest) * (length(rest) - 1) / length(rest)^2
  })
  d <- which.min(mser) - 1
  object(field("x", list_of(x)), field("mser", list_of(mser)),
         field("d", num(d)), field("cut", num(5 * d)))
}

usl_case <- function(N, X) {
  y <- N / X
  u <- N - 1
  v <- N * (N - 1)
  w <- (X / N)^2
  fits <- list(lm(y ~ u + v, weights = w), lm(y ~ u, weights = w),
               lm(y ~ v, weights = w), lm(y ~ 1, weights = w))
  fits <- Filter(function(f) all(coef(f)[-1] >= 0), fits)
  best <- fits[[which.min(sapply(fits, function(f) sum(w * resid(f)^2)))]]
  get <- function(n) if (n %in% names(coef(best))) coef(best)[[n]] else 0
  a <- coef(best)[[1]]
  object(field("N", list_of(N)), field("X", list_of(X)), field("a", num(a)),
         field("b", num(get("u"))), field("c", num(get("v"))),
         field("wrss", num(sum(w * resid(best)^2))))
}

fisher_case <- function(a, na, b, nb) {
  k <- max(0, a + b - na):min(a + b, nb)
  d <- dhyper(k, nb, na, a + b)
  at <- d[k == b]
  p <- min(1, 2 * min(sum(d[k < b]) + at / 2, sum(d[k > b]) + at / 2))
  object(field("a", num(a)), field("na", num(na)), field("b", num(b)),
         field("nb", num(nb)), field("p", num(p)))
}

cat("{\n")
section("limma", c(
  limma_case(c(0.0021, 0.0035, 0.0012, 0.0098, 0.004, 0.0017, 0.0061), 6),
  sapply(c(3, 4, 6, 8), function(df)
    limma_case(signif(0.004 * rchisq(12, df) / df / (rchisq(12, 4) / 4), 6),
               df)),
  limma_case(signif(0.01 * rchisq(40, 4) / 4 / (rchisq(40, 2) / 2), 6), 4),
  limma_case(signif(rchisq(25, 100) / 100, 6), 4)))
cat(",\n")
section("p.adjust", c(
  bh_case(c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
            0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1)),
  sapply(c(2, 5, 11, 40, 100), function(n) bh_case(signif(runif(n)^3, 8))),
  bh_case(rep(c(0.01, 0.2, 0.05), 4)), bh_case(c(0, 0, 1, 1))))
cat(",\n")
section("mser5", c(
  mser_case(round(40 + 60 * exp(-(0:99) / 12) + rnorm(100, 0, 2), 3)),
  mser_case(round(rnorm(63, 100, 5), 3)),
  mser_case(round(50 + (1:80) / 4 + rnorm(80), 3)),
  mser_case(round(c(rep(10, 30), rep(20, 70)) + rnorm(100) / 10, 3))))
cat(",\n")
# The first is SPEC SDM91, the worked example of Gunther's "Guerrilla Capacity
# Planning" (2007), as in R's package usl.
section("usl", c(
  usl_case(c(1, 18, 36, 72, 108, 144, 216),
           c(64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2)),
  usl_case(c(1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64),
           c(20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310)),
  usl_case(c(1, 2, 4, 8), c(100, 202, 405, 812)),
  usl_case(c(10, 40, 70, 100, 130), c(300, 1010, 1300, 1280, 1190)),
  usl_case(c(5, 10, 20, 40), c(50, 98, 205, 370))))
cat(",\n")
section("fisher", c(
  fisher_case(0, 1000, 12, 1000), fisher_case(3, 500, 9, 300),
  fisher_case(0, 10, 0, 20), fisher_case(10, 10, 20, 20),
  fisher_case(120, 20000, 80, 9000), fisher_case(5, 7, 1, 9),
  fisher_case(50, 100000, 30, 100000)))
cat("\n}\n")

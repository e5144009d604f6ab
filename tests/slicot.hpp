// SPDX-License-Identifier: BSD-3-Clause
// SLICOT's H2 norm and Hankel singular values of a diagonal system of one channel, in discrete time. The library has no
// headers; it is under the GPL, and only tests and benchmarks that were asked to compare link it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): Fortran's names
extern "C" {
double ab13bd_(const char* dico, const char* jobn, const int* n, const int* m, const int* p, double* a,
               const int* lda, double* b, const int* ldb, double* c, const int* ldc, double* d,
               const int* ldd, int* nq, const double* tol, double* dwork, const int* ldwork, int* iwarn,
               int* info, std::size_t, std::size_t);
double ab13ad_(const char* dico, const char* equil, const int* n, const int* m, const int* p,
               const double* alpha, double* a, const int* lda, double* b, const int* ldb, double* c,
               const int* ldc, int* ns, double* hsv, double* dwork, const int* ldwork, int* info, std::size_t,
               std::size_t);
}
// NOLINTEND(readability-identifier-naming)

/// One system; each call copies it, since SLICOT works in place.
class slicot_system {
 public:
  slicot_system(const std::vector<double>& poles, std::vector<double> b, std::vector<double> c)
      : n_(static_cast<int>(poles.size())),
        b_(std::move(b)),
        c_(std::move(c)),
        a_(poles.size() * poles.size()),
        work_(200000 + 40 * a_.size()) {
    for (std::size_t j = 0; j < poles.size(); ++j) a_[j * poles.size() + j] = poles[j];
  }

  double h2() {
    std::vector<double> a = a_, b = b_, c = c_;
    const int one = 1, size = static_cast<int>(work_.size());
    const double tolerance = 0;
    double d = 0;
    int order = 0, warning = 0;
    return ab13bd_("D", "H", &n_, &one, &one, a.data(), &n_, b.data(), &n_, c.data(), &one, &d, &one, &order,
                   &tolerance, work_.data(), &size, &warning, &info, 1, 1);
  }
  std::vector<double> hankel() {
    std::vector<double> a = a_, b = b_, c = c_, sigma(b_.size());
    const int one = 1, size = static_cast<int>(work_.size());
    const double alpha = 1;
    int stable = 0;
    ab13ad_("D", "N", &n_, &one, &one, &alpha, a.data(), &n_, b.data(), &n_, c.data(), &one, &stable,
            sigma.data(), work_.data(), &size, &info, 1, 1);
    return sigma;
  }

  int info = 0;  ///< 0 where the last call succeeded

 private:
  int n_;
  std::vector<double> b_, c_, a_, work_;
};

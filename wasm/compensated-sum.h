// Sums whose error does not grow with the number of terms.
#pragma once

#include <cmath>

namespace erfem {

/// A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974); as core/summation.ts.
struct CompensatedSum {
  double sum = 0;
  double correction = 0;

  void add(double term) {
    const double total = sum + term;
    correction += std::fabs(sum) >= std::fabs(term) ? sum - total + term : term - total + sum;
    sum = total;
  }
  double value() const { return sum + correction; }
};

}  // namespace erfem

// Naive references in f64, one loop per formula, for the test program. Nothing is shared with the kernels.

#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace reference {

using Doubles = std::vector<double>;

inline double activate(double z, int kind) {
  if (kind == 1) return z > 0 ? z : 0;
  if (kind == 2) return z > 0 ? z * z : 0;
  if (kind == 3) return 0.5 * z * (1 + std::tanh(0.7978845608 * (z + 0.044715 * z * z * z)));
  return z;
}

inline double slope(double z, int kind) {
  if (kind == 1) return z > 0 ? 1 : 0;
  if (kind == 2) return z > 0 ? 2 * z : 0;
  if (kind == 3) {
    const double u = 0.7978845608 * (z + 0.044715 * z * z * z), t = std::tanh(u);
    return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * 0.7978845608 * (1 + 3 * 0.044715 * z * z);
  }
  return 1;
}

/** c[m,n] = op(a) op(b). */
template <class A, class B>
Doubles gemm(bool ta, bool tb, int64_t m, int64_t n, int64_t k, const A* a, const B* b) {
  Doubles c(static_cast<size_t>(m * n));
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      double s = 0;
      for (int64_t t = 0; t < k; ++t)
        s += static_cast<double>(ta ? a[t * m + i] : a[i * k + t]) * static_cast<double>(tb ? b[j * k + t] : b[t * n + j]);
      c[static_cast<size_t>(i * n + j)] = s;
    }
  return c;
}

/** Attention and, when dout is given, its gradients, with the probabilities written out. */
struct Attention {
  Doubles out, lse, dq, dk, dv;
};

inline Attention attention(const float* q, const float* k, const float* v, const float* dout, const std::vector<int32_t>& qo,
                           const std::vector<int32_t>& ko, int64_t heads, int64_t d, double scale, bool causal) {
  const int64_t ld = heads * d;
  Attention r;
  r.out.resize(static_cast<size_t>(qo.back() * ld));
  r.dq.resize(r.out.size());
  r.dk.resize(static_cast<size_t>(ko.back() * ld));
  r.dv.resize(r.dk.size());
  r.lse.resize(static_cast<size_t>(qo.back() * heads));
  for (size_t seg = 0; seg + 1 < qo.size(); ++seg)
    for (int64_t h = 0; h < heads; ++h) {
      const int64_t T = qo[seg + 1] - qo[seg], S = ko[seg + 1] - ko[seg];
      for (int64_t t = 0; t < T; ++t) {
        const int64_t qi = (qo[seg] + t) * ld + h * d;
        const int64_t seen = causal ? std::max<int64_t>(0, std::min<int64_t>(S, S - T + t + 1)) : S;
        Doubles p(static_cast<size_t>(seen));
        double top = -INFINITY, total = 0;
        for (int64_t j = 0; j < seen; ++j) {
          double s = 0;
          for (int64_t i = 0; i < d; ++i) s += static_cast<double>(q[qi + i]) * k[(ko[seg] + j) * ld + h * d + i];
          p[static_cast<size_t>(j)] = s * scale;
          top = std::max(top, s * scale);
        }
        for (double& x : p) x = std::exp(x - top), total += x;
        r.lse[static_cast<size_t>((qo[seg] + t) * heads + h)] = seen ? top + std::log(total) : -INFINITY;
        for (double& x : p) x /= total;
        double delta = 0;
        for (int64_t i = 0; i < d; ++i) {
          double s = 0;
          for (int64_t j = 0; j < seen; ++j) s += p[static_cast<size_t>(j)] * v[(ko[seg] + j) * ld + h * d + i];
          r.out[static_cast<size_t>(qi + i)] = s;
          if (dout) delta += s * dout[qi + i];
        }
        if (!dout) continue;
        for (int64_t j = 0; j < seen; ++j) {
          const int64_t kj = (ko[seg] + j) * ld + h * d;
          double dp = 0;
          for (int64_t i = 0; i < d; ++i) dp += static_cast<double>(dout[qi + i]) * v[kj + i];
          const double pj = p[static_cast<size_t>(j)], ds = pj * (dp - delta) * scale;
          for (int64_t i = 0; i < d; ++i) {
            r.dv[static_cast<size_t>(kj + i)] += pj * dout[qi + i];
            r.dk[static_cast<size_t>(kj + i)] += ds * q[qi + i];
            r.dq[static_cast<size_t>(qi + i)] += ds * k[kj + i];
          }
        }
      }
    }
  return r;
}

}  // namespace reference

// Compares every kernel of every path that this machine runs with naive f64 references: odd sizes, empty
// inputs, one-token rows, misaligned views; and the bits of one thread with those of two and three.
// Exit code 1 and one line per failure; otherwise one summary line.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "cpu.h"
#include "kernels.h"
#include "reference.h"

// Paths that were not built are null.
namespace auspex {
extern const Kernels kKernelsPortable __attribute__((weak));
#if defined(__x86_64__)
extern const Kernels kKernelsAvx2 __attribute__((weak));
extern const Kernels kKernelsAvx512 __attribute__((weak));
extern const Kernels kKernelsAvx512Bf16 __attribute__((weak));
extern const Kernels kKernelsAmx __attribute__((weak));
extern const Kernels kKernelsAmxModel __attribute__((weak));
#endif
}  // namespace auspex

using namespace auspex;
using reference::Doubles;

namespace {

int failures = 0;
int checks = 0;
uint64_t randomState = 1;

double uniform() {
  randomState = randomState * 6364136223846793005ull + 1442695040888963407ull;
  return static_cast<double>(randomState >> 11) / 9007199254740992.0 * 2 - 1;
}

/** Floats one off the alignment that malloc gives, of exactly the size asked (the sanitizer sees overruns). */
class Floats {
 public:
  explicit Floats(int64_t size, double range = 1) : raw_(static_cast<size_t>(size) + 1), size_(size) {
    for (float& x : raw_) x = static_cast<float>(uniform() * range);
  }
  static Floats filled(int64_t size, float value) {
    Floats f(size);
    std::fill(f.raw_.begin(), f.raw_.end(), value);
    return f;
  }
  float* data() { return raw_.data() + 1; }
  const float* data() const { return raw_.data() + 1; }
  operator float*() { return data(); }
  int64_t size() const { return size_; }
  float& operator[](int64_t i) { return raw_[static_cast<size_t>(i) + 1]; }

 private:
  std::vector<float> raw_;
  int64_t size_;
};

std::string label;
using Outputs = std::vector<Floats>;

void check(const char* what, const Floats& actual, const Doubles& expected, double tolerance) {
  ++checks;
  double scale = 0.1, worst = 0;  // a floor, for gradients that are all but zero
  int64_t where = -1;
  for (double x : expected)
    if (std::isfinite(x)) scale = std::max(scale, std::fabs(x));
  for (int64_t i = 0; i < actual.size(); ++i) {
    const double a = static_cast<double>(actual.data()[i]), e = expected[static_cast<size_t>(i)];
    const double error = std::isfinite(e) ? std::fabs(a - e) / scale : (a == e ? 0 : INFINITY);
    if (!(error <= worst)) worst = error, where = i;
  }
  if (worst <= tolerance) return;
  ++failures;
  std::printf("FAIL %s %s: error %.3g of the largest value at %lld (tolerance %.1g)\n", label.c_str(), what, worst,
              static_cast<long long>(where), tolerance);
}

/** Runs `body` with one, two and three threads and wants the same bits; returns those of one. */
Outputs sameBits(const char* what, Outputs outputs, const std::function<void(Pool&, Outputs&)>& body) {
  static Pool pool;
  Outputs first;
  for (int threads = 1; threads <= 3; ++threads) {
    pool.setThreads(threads);
    Outputs now = outputs;
    body(pool, now);
    if (threads == 1) {
      first = now;
      continue;
    }
    ++checks;
    for (size_t i = 0; i < now.size(); ++i)
      if (now[i].size() > 0 &&
          std::memcmp(now[i].data(), first[i].data(), static_cast<size_t>(now[i].size()) * sizeof(float)) != 0) {
        ++failures;
        std::printf("FAIL %s %s: output %zu differs between 1 and %d threads\n", label.c_str(), what, i, threads);
      }
  }
  return first;
}

double toBf16(double x) {
  float f = static_cast<float>(x);
  uint32_t u;
  std::memcpy(&u, &f, 4);
  u = (u + 0x7FFFu + ((u >> 16) & 1u)) & 0xFFFF0000u;
  std::memcpy(&f, &u, 4);
  return static_cast<double>(f);
}

Doubles rounded(const Floats& x, bool bf16) {
  Doubles r(static_cast<size_t>(x.size()));
  for (int64_t i = 0; i < x.size(); ++i) {
    const double v = static_cast<double>(x.data()[i]);
    r[static_cast<size_t>(i)] = bf16 ? toBf16(v) : v;
  }
  return r;
}

/** Products of few rows keep f32 operands (gemm.inl). */
bool roundsOperands(bool bf16, bool ta, bool tb, int64_t m, int64_t depth) {
  return bf16 && !(tb && !ta && m <= 6 && depth >= 16);
}

void testGemm(const Kernels& k, int64_t m, int64_t n, int64_t depth, bool bf16) {
  for (int mode = 0; mode < 4; ++mode)
    for (int accumulate = 0; accumulate < 2; ++accumulate) {
      const bool ta = mode & 1, tb = mode & 2;
      char name[96];
      std::snprintf(name, sizeof name, "gemm%s %c%c %lldx%lldx%lld beta %d", bf16 ? " bf16" : "", ta ? 'T' : 'N',
                    tb ? 'T' : 'N', (long long)m, (long long)n, (long long)depth, accumulate);
      Floats a(m * depth), b(n * depth), c(m * n);
      const bool rounds = roundsOperands(bf16, ta, tb, m, depth);
      Doubles expected = reference::gemm(ta, tb, m, n, depth, rounded(a, rounds).data(), rounded(b, rounds).data());
      if (accumulate)
        for (int64_t i = 0; i < m * n; ++i) expected[static_cast<size_t>(i)] += static_cast<double>(c[i]);
      const Outputs got = sameBits(name, {c}, [&](Pool& pool, Outputs& out) {
        GemmArgs g = {};
        g.transA = ta, g.transB = tb, g.m = m, g.n = n, g.k = depth, g.bf16 = bf16;
        g.a = a, g.lda = ta ? m : depth, g.b = b, g.ldb = tb ? depth : n, g.c = out[0], g.ldc = n;
        g.accumulate = accumulate;
        k.gemm(pool, g);
      });
      check(name, got[0], expected, 3e-6);
    }
}

void testLinear(const Kernels& k, int64_t n, int64_t d, int64_t o, int activation, bool bf16) {
  char name[96];
  std::snprintf(name, sizeof name, "linear%s %lldx%lldx%lld act %d", bf16 ? " bf16" : "", (long long)n, (long long)d,
                (long long)o, activation);
  Floats x(n * d), w(o * d), bias(o), dy(n * o);
  const bool rounds = roundsOperands(bf16, false, true, n, d);
  const Doubles z0 = reference::gemm(false, true, n, o, d, rounded(x, rounds).data(), rounded(w, rounds).data());
  Doubles z(z0), y(z0), dz(z0);
  for (int64_t i = 0; i < n * o; ++i) {
    const size_t u = static_cast<size_t>(i);
    z[u] += static_cast<double>(bias[i % o]);
    y[u] = reference::activate(z[u], activation);
  }
  const Outputs f = sameBits(name, {Floats(n * o), Floats(n * o)}, [&](Pool& pool, Outputs& out) {
    GemmArgs g = {};
    g.transB = true, g.m = n, g.n = o, g.k = d, g.bf16 = bf16;
    g.a = x, g.lda = d, g.b = w, g.ldb = d, g.c = out[0], g.ldc = o;
    g.bias = bias, g.activation = activation, g.pre = out[1];
    k.gemm(pool, g);
  });
  check((std::string(name) + " y").c_str(), f[0], y, 5e-6);
  check((std::string(name) + " pre").c_str(), f[1], z, 5e-6);

  // The backward is judged from the forward that it was given: at a kink the sign of a tiny z decides.
  Floats fy = f[0], fz = f[1];
  for (int64_t i = 0; i < n * o; ++i) {
    const size_t u = static_cast<size_t>(i);
    dz[u] = static_cast<double>(dy[i]) * reference::slope(static_cast<double>(fz[i]), activation);
  }
  Doubles db(static_cast<size_t>(o));
  for (int64_t i = 0; i < n * o; ++i) db[static_cast<size_t>(i % o)] += dz[static_cast<size_t>(i)];
  Doubles dzr(dz);
  if (bf16)
    for (double& v : dzr) v = toBf16(v);
  const Doubles dx = reference::gemm(false, false, n, d, o, dzr.data(), rounded(w, bf16).data());
  const Doubles dw = reference::gemm(true, false, o, d, n, dzr.data(), rounded(x, bf16).data());
  const Outputs b = sameBits(name, {Floats(n * d), Floats(o * d), Floats(o)}, [&](Pool& pool, Outputs& out) {
    LinearBackwardArgs g = {};
    g.dy = dy, g.x = x, g.w = w, g.y = fy, g.pre = fz, g.dx = out[0], g.dw = out[1], g.db = out[2];
    g.n = n, g.d = d, g.o = o, g.activation = activation, g.bf16 = bf16;
    k.linearBackward(pool, g);
  });
  // bf16: dz is rounded from f32, so a value near a tie may round the other way than the reference.
  const double tolerance = bf16 ? 3e-3 : 5e-6;
  check((std::string(name) + " dx").c_str(), b[0], dx, tolerance);
  check((std::string(name) + " dw").c_str(), b[1], dw, tolerance);
  check((std::string(name) + " db").c_str(), b[2], db, 5e-6);
}

void testNorms(const Kernels& k, int64_t n, int64_t d, bool withGain) {
  char name[64];
  std::snprintf(name, sizeof name, "norm %lldx%lld gain %d", (long long)n, (long long)d, withGain);
  Floats x(n * d, 3), gain(d), bias(d), dy(n * d);
  const double epsilon = 1e-5;
  for (int layer = 0; layer < 2; ++layer) {
    Doubles y(static_cast<size_t>(n * d)), dx(y), dgain(static_cast<size_t>(d)), dbias(dgain);
    for (int64_t r = 0; r < n; ++r) {
      double mean = 0, square = 0, sg = 0, sgx = 0;
      const float* row = x.data() + r * d;
      if (layer)
        for (int64_t i = 0; i < d; ++i) mean += static_cast<double>(row[i]) / static_cast<double>(d);
      for (int64_t i = 0; i < d; ++i) square += std::pow(static_cast<double>(row[i]) - mean, 2) / static_cast<double>(d);
      const double rstd = 1 / std::sqrt(square + epsilon);
      for (int64_t i = 0; i < d; ++i) {
        const double xhat = (static_cast<double>(row[i]) - mean) * rstd, g = withGain ? static_cast<double>(gain[i]) : 1;
        const double up = static_cast<double>(dy[r * d + i]);
        y[static_cast<size_t>(r * d + i)] = xhat * g + (layer && withGain ? static_cast<double>(bias[i]) : 0);
        sg += up * g / static_cast<double>(d), sgx += up * g * xhat / static_cast<double>(d);
        dgain[static_cast<size_t>(i)] += up * xhat, dbias[static_cast<size_t>(i)] += up;
      }
      for (int64_t i = 0; i < d; ++i) {
        const double xhat = (static_cast<double>(row[i]) - mean) * rstd, g = withGain ? static_cast<double>(gain[i]) : 1;
        dx[static_cast<size_t>(r * d + i)] =
            rstd * (static_cast<double>(dy[r * d + i]) * g - (layer ? sg : 0) - xhat * sgx);
      }
    }
    float* g = withGain ? gain.data() : nullptr;
    const Outputs f = sameBits(name, {Floats(n * d), Floats(n), Floats(n)}, [&](Pool& pool, Outputs& out) {
      if (layer) k.layerNormForward(pool, x, g, withGain ? bias.data() : nullptr, out[0], out[1], out[2], n, d, 1e-5f);
      else k.rmsNormForward(pool, x, g, out[0], out[2], n, d, 1e-5f);
    });
    check(layer ? "layerNorm y" : "rmsNorm y", f[0], y, 3e-6);
    Floats mean = f[1], rstd = f[2];
    const Outputs b = sameBits(name, {Floats(n * d), Floats(d), Floats(d)}, [&](Pool& pool, Outputs& out) {
      if (layer) k.layerNormBackward(pool, dy, x, g, mean, rstd, out[0], out[1], out[2], n, d);
      else k.rmsNormBackward(pool, dy, x, g, rstd, out[0], out[1], n, d);
    });
    check((std::string(name) + " dx").c_str(), b[0], dx, 2e-5);
    check((std::string(name) + " dgain").c_str(), b[1], dgain, 2e-5);
    if (layer) check((std::string(name) + " dbias").c_str(), b[2], dbias, 2e-5);
  }
}

std::vector<int32_t> offsets(const std::vector<int>& lengths) {
  std::vector<int32_t> o = {0};
  for (int length : lengths) o.push_back(o.back() + length);
  return o;
}

void testAttention(const Kernels& k, const std::vector<int>& tq, const std::vector<int>& tk, int64_t heads, int64_t d,
                   bool causal, bool bf16) {
  char name[96];
  std::snprintf(name, sizeof name, "attention%s heads %lld x %lld causal %d rows %zu first %dx%d", bf16 ? " bf16" : "",
                (long long)heads, (long long)d, causal, tq.size(), tq.empty() ? 0 : tq[0], tk.empty() ? 0 : tk[0]);
  const std::vector<int32_t> qo = offsets(tq), ko = offsets(tk);
  const int64_t nq = qo.back() * heads * d, nk = ko.back() * heads * d;
  Floats q(nq, 2), kk(nk, 2), v(nk), dout(nq);
  const float scale = 1.0f / std::sqrt(static_cast<float>(d));
  const reference::Attention r = reference::attention(q, kk, v, dout, qo, ko, heads, d, static_cast<double>(scale), causal);
  AttentionArgs g = {};
  g.q = q, g.k = kk, g.v = v, g.dout = dout, g.qOffsets = qo.data(), g.kOffsets = ko.data();
  g.segments = static_cast<int64_t>(tq.size()), g.heads = heads, g.headDim = d, g.scale = scale, g.causal = causal, g.bf16 = bf16;
  Outputs f = sameBits(name, {Floats(nq), Floats(qo.back() * heads)}, [&](Pool& pool, Outputs& out) {
    AttentionArgs a = g;
    a.out = out[0], a.lse = out[1];
    k.attentionForward(pool, a);
  });
  const double tolerance = bf16 ? 2e-2 : 5e-6;
  check((std::string(name) + " out").c_str(), f[0], r.out, tolerance);
  check((std::string(name) + " lse").c_str(), f[1], r.lse, tolerance);
  const Outputs b = sameBits(name, {Floats(nq), Floats(nk), Floats(nk)}, [&](Pool& pool, Outputs& out) {
    AttentionArgs a = g;
    a.out = f[0], a.lse = f[1], a.dq = out[0], a.dk = out[1], a.dv = out[2];
    k.attentionBackward(pool, a);
  });
  check((std::string(name) + " dq").c_str(), b[0], r.dq, bf16 ? 5e-2 : 1e-5);
  check((std::string(name) + " dk").c_str(), b[1], r.dk, bf16 ? 5e-2 : 1e-5);
  check((std::string(name) + " dv").c_str(), b[2], r.dv, bf16 ? 5e-2 : 1e-5);
}

void testFavor(const Kernels& k, const std::vector<int>& tq, const std::vector<int>& tk, int64_t heads, int64_t F, int64_t d) {
  const std::vector<int32_t> qo = offsets(tq), ko = offsets(tk);
  const int64_t ld = heads * d, fLd = heads * F;
  Floats qf(qo.back() * fLd), kf(ko.back() * fLd), v(ko.back() * ld), dout(qo.back() * ld);
  for (int64_t i = 0; i < qf.size(); ++i) qf[i] = std::fabs(qf[i]) + 0.05f;
  for (int64_t i = 0; i < kf.size(); ++i) kf[i] = std::fabs(kf[i]) + 0.05f;
  Doubles out(static_cast<size_t>(dout.size())), den(static_cast<size_t>(qo.back() * heads));
  Doubles dqf(static_cast<size_t>(qf.size())), dkf(static_cast<size_t>(kf.size())), dv(static_cast<size_t>(v.size()));
  for (size_t seg = 0; seg + 1 < qo.size(); ++seg)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t t = qo[seg]; t < qo[seg + 1]; ++t) {
        // a[j] = qf . kf[j]; out = sum a v / (sum a + eps): its gradients through a.
        Doubles a;
        double total = 1e-6;
        for (int64_t j = ko[seg]; j < ko[seg + 1]; ++j) {
          double s = 0;
          for (int64_t f = 0; f < F; ++f)
            s += static_cast<double>(qf[t * fLd + h * F + f]) * static_cast<double>(kf[j * fLd + h * F + f]);
          a.push_back(s), total += s;
        }
        den[static_cast<size_t>(t * heads + h)] = total;
        double dot = 0;
        for (int64_t i = 0; i < d; ++i) {
          double s = 0;
          for (size_t j = 0; j < a.size(); ++j)
            s += a[j] / total * static_cast<double>(v[(ko[seg] + static_cast<int64_t>(j)) * ld + h * d + i]);
          out[static_cast<size_t>(t * ld + h * d + i)] = s;
          dot += s * static_cast<double>(dout[t * ld + h * d + i]);
        }
        for (size_t j = 0; j < a.size(); ++j) {
          const int64_t kj = ko[seg] + static_cast<int64_t>(j);
          double da = -dot;
          for (int64_t i = 0; i < d; ++i) {
            da += static_cast<double>(dout[t * ld + h * d + i]) * static_cast<double>(v[kj * ld + h * d + i]);
            dv[static_cast<size_t>(kj * ld + h * d + i)] += a[j] / total * static_cast<double>(dout[t * ld + h * d + i]);
          }
          da /= total;
          for (int64_t f = 0; f < F; ++f) {
            dqf[static_cast<size_t>(t * fLd + h * F + f)] += da * static_cast<double>(kf[kj * fLd + h * F + f]);
            dkf[static_cast<size_t>(kj * fLd + h * F + f)] += da * static_cast<double>(qf[t * fLd + h * F + f]);
          }
        }
      }
  FavorArgs g = {};
  g.qf = qf, g.kf = kf, g.v = v, g.dout = dout, g.qOffsets = qo.data(), g.kOffsets = ko.data();
  g.segments = static_cast<int64_t>(tq.size()), g.heads = heads, g.features = F, g.headDim = d;
  Outputs f = sameBits("favor", {Floats(dout.size()), Floats(qo.back() * heads)}, [&](Pool& pool, Outputs& o) {
    FavorArgs a = g;
    a.out = o[0], a.den = o[1];
    k.favorForward(pool, a);
  });
  check("favor out", f[0], out, 1e-5);
  check("favor den", f[1], den, 1e-5);
  const Outputs b = sameBits("favor", {Floats(qf.size()), Floats(kf.size()), Floats(v.size())}, [&](Pool& pool, Outputs& o) {
    FavorArgs a = g;
    a.out = f[0], a.den = f[1], a.dqf = o[0], a.dkf = o[1], a.dv = o[2];
    k.favorBackward(pool, a);
  });
  check("favor dqf", b[0], dqf, 5e-5);
  check("favor dkf", b[1], dkf, 5e-5);
  check("favor dv", b[2], dv, 5e-5);
}

void testDecode(const Kernels& k, const std::vector<int32_t>& rows, const std::vector<int32_t>& lengths, int64_t capacity,
                int64_t heads, int64_t d) {
  const int64_t n = static_cast<int64_t>(rows.size()), ld = heads * d;
  int32_t caches = 1;
  for (int32_t row : rows) caches = std::max(caches, row + 1);
  Floats q(n * ld, 2), kk(caches * capacity * ld, 2), v(caches * capacity * ld);
  const float scale = 0.3f;
  Doubles expected;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t base = rows[static_cast<size_t>(i)] * capacity * ld;
    const int length = lengths[static_cast<size_t>(i)];
    const std::vector<int32_t> qo = {0, 1}, ko = {0, length};
    const reference::Attention r =
        reference::attention(q.data() + i * ld, kk.data() + base, v.data() + base, nullptr, qo, ko, heads, d,
                             static_cast<double>(scale), false);
    expected.insert(expected.end(), r.out.begin(), r.out.end());
  }
  const Outputs f = sameBits("decode", {Floats(n * ld)}, [&](Pool& pool, Outputs& o) {
    DecodeArgs a = {};
    a.q = q, a.k = kk, a.v = v, a.out = o[0], a.rows = rows.data(), a.lengths = lengths.data();
    a.n = n, a.capacity = capacity, a.heads = heads, a.headDim = d, a.scale = scale;
    k.decodeAttention(pool, a);
  });
  check("decode", f[0], expected, 1e-5);
}

void testTokens(const Kernels& k, int64_t n, int64_t v, int64_t d) {
  Floats logits(n * v, 4), dloss(n), table(v * d), dy(n * d);
  std::vector<int32_t> ids(static_cast<size_t>(n));
  for (int32_t& id : ids) id = static_cast<int32_t>((uniform() + 1) / 2 * static_cast<double>(v)) % static_cast<int32_t>(v);
  const double z = 0.1;
  Doubles loss, lse, dlogits, probabilities, y, dtable(static_cast<size_t>(v * d));
  for (int64_t r = 0; r < n; ++r) {
    double total = 0;
    for (int64_t i = 0; i < v; ++i) total += std::exp(static_cast<double>(logits[r * v + i]));
    const double l = std::log(total);
    lse.push_back(l);
    loss.push_back(l - static_cast<double>(logits[r * v + ids[static_cast<size_t>(r)]]) + z * l * l);
    for (int64_t i = 0; i < v; ++i) {
      const double p = std::exp(static_cast<double>(logits[r * v + i]) - l);
      probabilities.push_back(p);
      dlogits.push_back(static_cast<double>(dloss[r]) * (p * (1 + 2 * z * l) - (i == ids[static_cast<size_t>(r)] ? 1 : 0)));
    }
    for (int64_t i = 0; i < d; ++i) {
      const int64_t at = ids[static_cast<size_t>(r)] * d + i;
      y.push_back(static_cast<double>(table[at]));
      dtable[static_cast<size_t>(at)] += static_cast<double>(dy[r * d + i]);
    }
  }
  Outputs f = sameBits("cross entropy", {Floats(n), Floats(n), Floats(n * v), Floats(n * v)}, [&](Pool& pool, Outputs& o) {
    k.crossEntropyForward(pool, logits, ids.data(), o[0], o[1], n, v, 0.1f);
    k.crossEntropyBackward(pool, dloss, logits, ids.data(), o[1], o[2], n, v, 0.1f);
    k.softmax(pool, logits, o[3], n, v);
  });
  check("cross entropy loss", f[0], loss, 2e-6);
  check("cross entropy lse", f[1], lse, 2e-6);
  check("cross entropy dlogits", f[2], dlogits, 2e-6);
  check("softmax", f[3], probabilities, 2e-6);
  const Outputs e = sameBits("embedding", {Floats(n * d), Floats(v * d)}, [&](Pool& pool, Outputs& o) {
    k.embeddingForward(pool, table, ids.data(), o[0], n, d);
    k.embeddingBackward(pool, dy, ids.data(), o[1], n, d, v);
  });
  check("embedding", e[0], y, 0);
  check("embedding scatter", e[1], dtable, 1e-6);
}

void testRotary(const Kernels& k, int64_t n, int64_t heads, int64_t d) {
  Floats x(n * heads * d);
  std::vector<int32_t> positions;
  std::vector<float> table(static_cast<size_t>(2 * d * 64));
  for (int64_t p = 0; p < 64; ++p)
    for (int64_t i = 0; i < d / 2; ++i) {
      const double angle = static_cast<double>(p) * std::pow(1e4, -2.0 * static_cast<double>(i) / static_cast<double>(d));
      float* row = table.data() + p * 2 * d;
      row[2 * i] = row[2 * i + 1] = static_cast<float>(std::cos(angle));
      row[d + 2 * i] = -static_cast<float>(std::sin(angle)), row[d + 2 * i + 1] = static_cast<float>(std::sin(angle));
    }
  Doubles expected(static_cast<size_t>(x.size())), back(expected);
  for (int64_t r = 0; r < n; ++r) {
    positions.push_back(static_cast<int32_t>((r * 7) % 64));
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t i = 0; i < d / 2; ++i) {
        const double angle = positions.back() * std::pow(1e4, -2.0 * static_cast<double>(i) / static_cast<double>(d));
        const int64_t at = (r * heads + h) * d + 2 * i;
        const double a = static_cast<double>(x[at]), b = static_cast<double>(x[at + 1]);
        expected[static_cast<size_t>(at)] = a * std::cos(angle) - b * std::sin(angle);
        expected[static_cast<size_t>(at + 1)] = a * std::sin(angle) + b * std::cos(angle);
        back[static_cast<size_t>(at)] = a, back[static_cast<size_t>(at + 1)] = b;
      }
  }
  const Outputs f = sameBits("rotary", {Floats(x.size()), Floats(x.size())}, [&](Pool& pool, Outputs& o) {
    k.rotary(pool, x, positions.data(), table.data(), o[0], n, heads, d, false);
    k.rotary(pool, o[0], positions.data(), table.data(), o[1], n, heads, d, true);
  });
  check("rotary", f[0], expected, 1e-6);
  check("rotary back", f[1], back, 1e-6);
}

/** Flat kernels must give exactly what the formulas of API.md give, on every path. */
void testFlat(const Kernels& k, int64_t n) {
  Floats a(n, 5), b(n, 5), p(n), g(n), m(n), v(n);
  for (int64_t i = 0; i < n; ++i) v[i] = std::fabs(v[i]);
  Doubles sum, scaled, dropped;
  for (int64_t i = 0; i < n; ++i) {
    sum.push_back(static_cast<double>(a[i] + b[i] * 0.37f));
    uint32_t h = (static_cast<uint32_t>(i) * 0x9E3779B1u) ^ 99u;
    h ^= h >> 16, h *= 0x85EBCA6Bu, h ^= h >> 13, h *= 0xC2B2AE35u, h ^= h >> 16;
    dropped.push_back(h >= 1073741824u ? static_cast<double>(a[i] * (1.0f / 0.75f)) : 0.0);
  }
  Doubles p2, m2, v2;
  const float c1 = static_cast<float>(1 / (1 - std::pow(0.9, 3))), c2 = static_cast<float>(1 / (1 - std::pow(0.99, 3)));
  const int32_t ranges[] = {static_cast<int32_t>(n / 7), static_cast<int32_t>(n / 3), static_cast<int32_t>(n / 2), static_cast<int32_t>(n)};
  for (int64_t i = 0; i < n; ++i) {
    const volatile float grad = g[i] * 0.5f;
    const volatile float t1 = 0.9f * m[i], t2 = 0.1f * grad, t3 = 0.99f * v[i], gg = grad * grad, t4 = 0.01f * gg;
    const volatile float mm = t1 + t2, vv = t3 + t4;
    const volatile float mc = mm * c1, vc = vv * c2, root = std::sqrt(vc), den = root + 1e-8f, u = mc / den;
    const bool decays = (i >= ranges[0] && i < ranges[1]) || (i >= ranges[2] && i < ranges[3]);
    const volatile float kept = decays ? p[i] * 0.999f : p[i];
    const volatile float move = 0.01f * u;
    p2.push_back(static_cast<double>(kept - move)), m2.push_back(static_cast<double>(mm)), v2.push_back(static_cast<double>(vv));
  }
  const Outputs f = sameBits("flat", {Floats(n), Floats(n), p, m, v}, [&](Pool& pool, Outputs& o) {
    k.elementwise(pool, 3, a, b, 0.37f, o[0], n);
    k.dropout(pool, a, o[1], n, 1073741824u, 1.0f / 0.75f, 99);
    AdamwArgs w = {};
    w.params = o[2], w.grads = g, w.m = o[3], w.v = o[4], w.ranges = ranges, w.size = n, w.numRanges = 2;
    w.beta1 = 0.9f, w.beta2 = 0.99f, w.oneMinusBeta1 = 0.1f, w.oneMinusBeta2 = 0.01f, w.correction1 = c1, w.correction2 = c2;
    w.epsilon = 1e-8f, w.learningRate = 0.01f, w.keep = 0.999f, w.gradScale = 0.5f;
    k.adamw(pool, w);
  });
  check("addScaled", f[0], sum, 0);
  check("dropout", f[1], dropped, 0);
  check("adamw params", f[2], p2, 0);
  check("adamw m", f[3], m2, 0);
  check("adamw v", f[4], v2, 0);

  double expected = 0;
  for (int64_t block = 0; block < n; block += 65536) {
    double lane[16] = {};
    for (int64_t i = block; i < std::min(n, block + 65536); ++i)
      lane[(i - block) % 16] += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    for (int half = 8; half > 0; half /= 2)
      for (int j = 0; j < half; ++j) lane[j] += lane[j + half];
    expected += lane[0];
  }
  Pool pool;
  pool.setThreads(2);
  ++checks;
  if (k.sum(pool, a, n, true) != expected) ++failures, std::printf("FAIL %s sumOfSquares\n", label.c_str());

  // f32 -> bf16 -> f32 rounds to nearest even.
  std::vector<uint16_t> packed(static_cast<size_t>(n));
  Floats back(n);
  Doubles near;
  for (int64_t i = 0; i < n; ++i) near.push_back(toBf16(static_cast<double>(a[i])));
  k.f32ToBf16(pool, a, packed.data(), n);
  k.bf16ToF32(pool, packed.data(), back, n);
  check("bf16 conversion", back, near, 0);
}

void testMuon(const Kernels& k, int64_t rows, int64_t cols) {
  Floats x(rows * cols);
  const Outputs f = sameBits("newtonSchulz", {Floats(rows * cols)}, [&](Pool& pool, Outputs& o) {
    k.newtonSchulz(pool, x, o[0], rows, cols, 5, false);
  });
  // The iteration brings every singular value near 1: the Gram matrix of the shorter side is near the identity.
  const int64_t side = std::min(rows, cols);
  Doubles expected;
  Floats gram(side * side);
  const Floats& y = f[0];
  for (int64_t i = 0; i < side; ++i)
    for (int64_t j = 0; j < side; ++j) {
      double s = 0;
      for (int64_t t = 0; t < std::max(rows, cols); ++t)
        s += static_cast<double>(rows > cols ? y.data()[t * cols + i] : y.data()[i * cols + t]) *
             static_cast<double>(rows > cols ? y.data()[t * cols + j] : y.data()[j * cols + t]);
      gram[i * side + j] = static_cast<float>(s);
      expected.push_back(i == j ? 1 : 0);
    }
  check("newtonSchulz gram", gram, expected, 0.6);
}

void testPath(const char* path, const Kernels& k) {
  label = path;
  randomState = 1;
  const int64_t shapes[][3] = {{1, 1, 1},   {1, 50, 33},  {3, 7, 5},     {4, 64, 40},   {8, 48, 16},  {9, 49, 17},  {6, 130, 70},
                               {31, 33, 65}, {64, 96, 257}, {100, 17, 520}, {2, 500, 30}, {130, 3, 11}, {0, 5, 3}, {5, 0, 3}, {5, 4, 0},
                               {17, 481, 19}, {40, 32, 1030}};
  for (const auto& s : shapes)
    for (int bf16 = 0; bf16 < 2; ++bf16) testGemm(k, s[0], s[1], s[2], bf16);
  for (int activation = 0; activation < 4; ++activation)
    for (int bf16 = 0; bf16 < 2; ++bf16) {
      testLinear(k, 37, 20, 51, activation, bf16);
      testLinear(k, 1, 33, 16, activation, bf16);
      testLinear(k, 0, 4, 3, activation, bf16);
      testLinear(k, 65, 64, 96, activation, bf16);
    }
  for (int gain = 0; gain < 2; ++gain) {
    testNorms(k, 130, 67, gain);
    testNorms(k, 5, 64, gain);
    testNorms(k, 70, 16, gain);
    testNorms(k, 1, 1, gain);
    testNorms(k, 0, 8, gain);
  }
  for (int bf16 = 0; bf16 < 2; ++bf16)
    for (int causal = 0; causal < 2; ++causal) {
      testAttention(k, {1}, {1}, 1, 16, causal, bf16);
      testAttention(k, {5, 0, 1, 70}, {5, 0, 1, 70}, 2, 32, causal, bf16);
      testAttention(k, {3, 9, 2}, {70, 1, 0}, 3, 20, causal, bf16);
      testAttention(k, {33, 130}, {97, 203}, 2, 64, causal, bf16);
      testAttention(k, {9}, {3}, 1, 7, causal, bf16);
      testAttention(k, {20}, {900}, 1, 8, causal, bf16);
      testAttention(k, {300}, {300}, 1, 48, causal, bf16);
      testAttention(k, {}, {}, 2, 16, causal, bf16);
    }
  testFavor(k, {5, 0, 1, 70}, {9, 3, 1, 130}, 2, 33, 20);
  testFavor(k, {65}, {65}, 1, 64, 32);
  testDecode(k, {0, 0, 0, 0, 0, 1, 2, 2}, {40, 40, 40, 40, 40, 1, 7, 6}, 50, 2, 20);
  testDecode(k, {3, 1, 2, 0, 0}, {1, 2, 3, 4, 0}, 5, 3, 16);
  testDecode(k, {}, {}, 5, 3, 16);
  testTokens(k, 37, 50, 20);
  testTokens(k, 1, 16, 64);
  testTokens(k, 0, 3, 4);
  testRotary(k, 19, 3, 20);
  testRotary(k, 50, 2, 64);
  testFlat(k, 70001);
  testFlat(k, 13);
  testFlat(k, 0);
  testMuon(k, 20, 50);
  testMuon(k, 70, 33);
}

}  // namespace

int main(int argc, char** argv) {
  const Kernels* tables[kNumPaths] = {&kKernelsPortable};
#if defined(__x86_64__)
  tables[kAvx2] = &kKernelsAvx2, tables[kAvx512] = &kKernelsAvx512, tables[kAvx512Bf16] = &kKernelsAvx512Bf16, tables[kAmx] = &kKernelsAmx;
#endif
  std::string tested;
  for (int path = 0; path < kNumPaths; ++path) {
    if (!tables[path] || !pathWorks(static_cast<Path>(path))) continue;
    if (argc > 1 && std::string(argv[1]) != pathName(static_cast<Path>(path))) continue;
    testPath(pathName(static_cast<Path>(path)), *tables[path]);
    tested += std::string(tested.empty() ? "" : ", ") + pathName(static_cast<Path>(path));
  }
#if defined(__x86_64__)
  if (&kKernelsAmxModel && pathWorks(kAvx512Bf16) && argc == 1) {
    testPath("amx model", kKernelsAmxModel);
    tested += ", amx (tiles in software)";
  }
#endif
  std::printf("%d checks on %s: %d failures\n", checks, tested.c_str(), failures);
  return failures > 0 ? 1 : 0;
}

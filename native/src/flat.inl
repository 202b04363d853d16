// Elementwise kernels on flat arrays. No fused multiply-add here: these give the same bits on every path
// and from the TypeScript versions (native/API.md has the order of the arithmetic).

template <class Body>
static void overFlat(Pool& pool, int64_t size, Body&& body) {
  parallelRange(pool, size, 16384, [&](int64_t begin, int64_t end, int) { overVectors(begin, end, body); });
}

static void elementwise(Pool& pool, int op, const float* a, const float* b, float factor, float* y, int64_t size) {
  const V f = set1(factor);
  switch (op) {
    case 0:
      return overFlat(pool, size, [=](int64_t i, int m) { storeLanes(y + i, add(loadLanes(a + i, m), loadLanes(b + i, m)), m); });
    case 1:
      return overFlat(pool, size, [=](int64_t i, int m) { storeLanes(y + i, sub(loadLanes(a + i, m), loadLanes(b + i, m)), m); });
    case 2:
      return overFlat(pool, size, [=](int64_t i, int m) { storeLanes(y + i, mul(loadLanes(a + i, m), loadLanes(b + i, m)), m); });
    case 3:
      return overFlat(pool, size, [=](int64_t i, int m) { storeLanes(y + i, add(loadLanes(a + i, m), mul(loadLanes(b + i, m), f)), m); });
    default: return overFlat(pool, size, [=](int64_t i, int m) { storeLanes(y + i, mul(loadLanes(a + i, m), f), m); });
  }
}

static void addBias(Pool& pool, const float* x, const float* bias, float* y, int64_t n, int64_t d) {
  parallelRange(pool, n, 16, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r)
      overVectors(0, d, [&](int64_t i, int m) { storeLanes(y + r * d + i, add(loadLanes(x + r * d + i, m), loadLanes(bias + i, m)), m); });
  });
}

constexpr int64_t kSumBlock = 65536;
constexpr int kSumLanes = 16;

static double sumOneBlock(const float* a, int64_t size, bool squares) {
  double lane[kSumLanes] = {};
  int64_t i = 0;
  if (squares) {
    // A product of two f32 is exact in f64, so fusing or not makes no difference.
    for (; i + kSumLanes <= size; i += kSumLanes)
#pragma GCC unroll 16
      for (int j = 0; j < kSumLanes; ++j) lane[j] += static_cast<double>(a[i + j]) * static_cast<double>(a[i + j]);
    for (int j = 0; i + j < size; ++j) lane[j] += static_cast<double>(a[i + j]) * static_cast<double>(a[i + j]);
  } else {
    for (; i + kSumLanes <= size; i += kSumLanes)
#pragma GCC unroll 16
      for (int j = 0; j < kSumLanes; ++j) lane[j] += static_cast<double>(a[i + j]);
    for (int j = 0; i + j < size; ++j) lane[j] += static_cast<double>(a[i + j]);
  }
  for (int half = kSumLanes / 2; half > 0; half /= 2)
    for (int j = 0; j < half; ++j) lane[j] += lane[j + half];
  return lane[0];
}

static double sum(Pool& pool, const float* a, int64_t size, bool squares) {
  const int64_t blocks = ceilDiv(size, kSumBlock);
  double* partial = reinterpret_cast<double*>(pool.scratch(0, kSlotPartial, static_cast<size_t>(2 * blocks + 2)));
  parallelTasks(pool, blocks, [&](int64_t block, int) {
    const int64_t begin = block * kSumBlock;
    partial[block] = sumOneBlock(a + begin, min64(kSumBlock, size - begin), squares);
  });
  double total = 0;
  for (int64_t block = 0; block < blocks; ++block) total += partial[block];
  return total;
}

static void adamwRange(const AdamwArgs& g, int64_t begin, int64_t end, bool decay) {
  const V beta1 = set1(g.beta1), beta2 = set1(g.beta2), rest1 = set1(g.oneMinusBeta1), rest2 = set1(g.oneMinusBeta2);
  const V c1 = set1(g.correction1), c2 = set1(g.correction2), epsilon = set1(g.epsilon), rate = set1(g.learningRate);
  const V keep = set1(decay ? g.keep : 1.0f), gradScale = set1(g.gradScale);
  overVectors(begin, end, [&](int64_t i, int n) {
    const V grad = mul(loadLanes(g.grads + i, n), gradScale);
    const V m = add(mul(beta1, loadLanes(g.m + i, n)), mul(rest1, grad));
    const V v = add(mul(beta2, loadLanes(g.v + i, n)), mul(rest2, mul(grad, grad)));
    const V update = div(mul(m, c1), add(vsqrt(mul(v, c2)), epsilon));
    const V p = mul(loadLanes(g.params + i, n), keep);  // times 1 is exact
    storeLanes(g.m + i, m, n);
    storeLanes(g.v + i, v, n);
    storeLanes(g.params + i, sub(p, mul(rate, update)), n);
  });
}

static void adamw(Pool& pool, const AdamwArgs& g) {
  parallelRange(pool, g.size, 16384, [&](int64_t begin, int64_t end, int) {
    int64_t at = begin;
    for (int64_t r = 0; r < g.numRanges && at < end; ++r) {
      const int64_t from = max64(g.ranges[2 * r], at), to = min64(g.ranges[2 * r + 1], end);
      if (from >= to) continue;
      if (at < from) adamwRange(g, at, from, false);
      adamwRange(g, from, to, true);
      at = to;
    }
    if (at < end) adamwRange(g, at, end, false);
  });
}

static void f32ToBf16(Pool& pool, const float* src, uint16_t* dst, int64_t size) {
  parallelRange(pool, size, 16384, [=](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      uint32_t u;
      std::memcpy(&u, src + i, 4);
      const uint32_t nan = (u >> 16) | 0x40u;
      const uint32_t rounded = (u + 0x7FFFu + ((u >> 16) & 1u)) >> 16;
      dst[i] = static_cast<uint16_t>((u & 0x7FFFFFFFu) > 0x7F800000u ? nan : rounded);
    }
  });
}

static void bf16ToF32(Pool& pool, const uint16_t* src, float* dst, int64_t size) {
  parallelRange(pool, size, 16384, [=](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const uint32_t u = static_cast<uint32_t>(src[i]) << 16;
      std::memcpy(dst + i, &u, 4);
    }
  });
}

// What surrounds the matrix products: rotary positions, embedding, softmax, cross entropy, dropout.

static void rotary(Pool& pool, const float* x, const int32_t* rowIndex, const float* table, float* y, int64_t n,
                   int64_t heads, int64_t headDim, bool inverse) {
  // (a, b) -> (a cos - b sin, b cos + a sin): y = v * (c, c) + swapped(v) * (-s, s); the table rows hold
  // headDim cosines doubled, then headDim sines with signs.
  const V sign = set1(inverse ? -1.0f : 1.0f);
  parallelRange(pool, n, 16, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      const float* c = table + static_cast<int64_t>(rowIndex[r]) * 2 * headDim;
      const float* s = c + headDim;
      for (int64_t h = 0; h < heads; ++h) {
        const float* in = x + (r * heads + h) * headDim;
        float* out = y + (r * heads + h) * headDim;
        overVectors(0, headDim, [&](int64_t i, int m) {
          const V v = loadLanes(in + i, m);
          storeLanes(out + i, fma(swapPairs(v), mul(sign, loadLanes(s + i, m)), mul(v, loadLanes(c + i, m))), m);
        });
      }
    }
  });
}

static void embeddingForward(Pool& pool, const float* table, const int32_t* ids, float* y, int64_t n, int64_t d) {
  parallelRange(pool, n, 64, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r)
      std::memcpy(y + r * d, table + static_cast<int64_t>(ids[r]) * d, static_cast<size_t>(d) * sizeof(float));
  });
}

static void embeddingBackward(Pool& pool, const float* dy, const int32_t* ids, float* dtable, int64_t n, int64_t d,
                              int64_t v) {
  parallelRange(pool, v * d, 65536, [=](int64_t begin, int64_t end, int) {
    std::memset(dtable + begin, 0, static_cast<size_t>(end - begin) * sizeof(float));
  });
  // Split by columns: every cell is summed by one thread, in the order of the rows.
  parallelRange(pool, d, 16, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = 0; r < n; ++r) {
      float* out = dtable + static_cast<int64_t>(ids[r]) * d;
      const float* in = dy + r * d;
      overVectors(begin, end, [&](int64_t i, int m) { storeLanes(out + i, add(loadLanes(out + i, m), loadLanes(in + i, m)), m); });
    }
  });
}

AUSPEX_INLINE float maxOver(const float* p, int64_t d) {
  V best = set1(-__builtin_inff());
  float tail = -__builtin_inff();
  int64_t i = 0;
  if (d >= 4 * W) {
    V b0 = load(p), b1 = load(p + W), b2 = load(p + 2 * W), b3 = load(p + 3 * W);
    for (i = 4 * W; i + 4 * W <= d; i += 4 * W) {
      b0 = vmax(b0, load(p + i)), b1 = vmax(b1, load(p + i + W));
      b2 = vmax(b2, load(p + i + 2 * W)), b3 = vmax(b3, load(p + i + 3 * W));
    }
    best = vmax(vmax(b0, b1), vmax(b2, b3));
  }
  for (; i + W <= d; i += W) best = vmax(best, load(p + i));
  for (; i < d; ++i) tail = p[i] > tail ? p[i] : tail;
  const float whole = maxLanes(best);
  return whole > tail ? whole : tail;
}

/** Sum of e^(p - shift), the exponentials stored to `out` unless it is null. */
AUSPEX_INLINE float sumExp(const float* p, float shift, float* out, int64_t d) {
  const V shift1 = set1(shift);
  V s = zero();
  int64_t i = 0;
  for (; i + W <= d; i += W) {
    const V e = vexp(sub(load(p + i), shift1));
    if (out) store(out + i, e);
    s = add(s, e);
  }
  if (i < d) {
    const int rest = static_cast<int>(d - i);
    const V e = vexp(sub(loadN(p + i, rest), shift1));
    // Only the first lanes are real: write them to a zeroed vector and add that.
    float lane[W] = {};
    storeN(lane, e, rest);
    if (out) storeN(out + i, e, rest);
    s = add(s, load(lane));
  }
  return sumLanes(s);
}

static void softmax(Pool& pool, const float* x, float* y, int64_t n, int64_t d) {
  parallelRange(pool, n, 4, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      float* out = y + r * d;
      const float total = sumExp(x + r * d, maxOver(x + r * d, d), out, d);
      const V scale = set1(1.0f / total);
      overVectors(0, d, [&](int64_t i, int m) { storeLanes(out + i, mul(loadLanes(out + i, m), scale), m); });
    }
  });
}

static void crossEntropyForward(Pool& pool, const float* logits, const int32_t* targets, float* loss, float* lse,
                                int64_t n, int64_t v, float zLoss) {
  parallelRange(pool, n, 4, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      const float* row = logits + r * v;
      const float top = maxOver(row, v);
      // Through f64: log and the sum of a large shift and a small logarithm.
      const double total = static_cast<double>(top) + __builtin_log(static_cast<double>(sumExp(row, top, nullptr, v)));
      const float l = static_cast<float>(total);
      lse[r] = l;
      loss[r] = static_cast<float>(total - static_cast<double>(row[targets[r]])) + zLoss * l * l;
    }
  });
}

static void crossEntropyBackward(Pool& pool, const float* dloss, const float* logits, const int32_t* targets,
                                 const float* lse, float* dlogits, int64_t n, int64_t v, float zLoss) {
  parallelRange(pool, n, 4, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      const V l = set1(lse[r]), factor = set1(dloss[r] * (1.0f + 2.0f * zLoss * lse[r]));
      const float* row = logits + r * v;
      float* out = dlogits + r * v;
      overVectors(0, v, [&](int64_t i, int m) { storeLanes(out + i, mul(vexp(sub(loadLanes(row + i, m), l)), factor), m); });
      out[targets[r]] -= dloss[r];
    }
  });
}

AUSPEX_INLINE uint32_t dropoutHash(uint32_t i, uint32_t seed) {
  uint32_t h = (i * 0x9E3779B1u) ^ seed;
  h ^= h >> 16;
  h *= 0x85EBCA6Bu;
  h ^= h >> 13;
  h *= 0xC2B2AE35u;
  return h ^ (h >> 16);
}

static void dropout(Pool& pool, const float* x, float* y, int64_t size, uint32_t threshold, float factor,
                    uint32_t seed) {
  parallelRange(pool, size, 4096, [=](int64_t begin, int64_t end, int) {
    // Blocks of a fixed length, which compilers turn into vector code.
    constexpr int kBlock = 16;
    int64_t i = begin;
    for (; i + kBlock <= end; i += kBlock) {
      uint32_t keep[kBlock];
      float kept[kBlock];
      for (int j = 0; j < kBlock; ++j) keep[j] = dropoutHash(static_cast<uint32_t>(i) + static_cast<uint32_t>(j), seed);
      for (int j = 0; j < kBlock; ++j) keep[j] = keep[j] >= threshold ? 0xFFFFFFFFu : 0u;
      for (int j = 0; j < kBlock; ++j) kept[j] = x[i + j] * factor;
      uint32_t bits[kBlock];
      std::memcpy(bits, kept, sizeof bits);
      for (int j = 0; j < kBlock; ++j) bits[j] &= keep[j];
      std::memcpy(y + i, bits, sizeof bits);
    }
    for (; i < end; ++i) y[i] = dropoutHash(static_cast<uint32_t>(i), seed) >= threshold ? x[i] * factor : 0.0f;
  });
}

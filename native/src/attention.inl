// Attention over ragged segments without a score matrix in memory. A task is one head of one segment (and,
// forward, a stretch of its queries): the head's keys and values are packed once, then blocks of scores live
// in L1 and L2. Scores, softmax and sums are f32; with bf16 the operands of the five products are rounded.

/** c[m, vectors W] (+)= a b with a's rows or columns contiguous (UNIT_ROWS: a[row + k ks], else a[row rs + k]). */
template <class K, bool UNIT_ROWS, bool ACC, int NVx, int MRx>
static void stridedTile(int kc, const typename K::Slot* a, int64_t stride, const typename K::Slot* b, int64_t ldb,
                        float* c, int64_t ldc) {
  if (UNIT_ROWS) {
    K::template strided<MRx, NVx, ACC>(kc, a, 1, stride, b, ldb, c, ldc);
  } else {
    K::template strided<MRx, NVx, ACC>(kc, a, stride, 1, b, ldb, c, ldc);
  }
}

template <class K, bool UNIT_ROWS, bool ACC, int NVx>
static void stridedRows(int rows, int kc, const typename K::Slot* a, int64_t stride, const typename K::Slot* b,
                        int64_t ldb, float* c, int64_t ldc) {
  switch (rows) {
    case 1: return stridedTile<K, UNIT_ROWS, ACC, NVx, 1>(kc, a, stride, b, ldb, c, ldc);
    case 2: return stridedTile<K, UNIT_ROWS, ACC, NVx, 2>(kc, a, stride, b, ldb, c, ldc);
    case 3: return stridedTile<K, UNIT_ROWS, ACC, NVx, 3>(kc, a, stride, b, ldb, c, ldc);
#if AUSPEX_V512
    case 4: return stridedTile<K, UNIT_ROWS, ACC, NVx, 4>(kc, a, stride, b, ldb, c, ldc);
    case 5: return stridedTile<K, UNIT_ROWS, ACC, NVx, 5>(kc, a, stride, b, ldb, c, ldc);
    case 6: return stridedTile<K, UNIT_ROWS, ACC, NVx, 6>(kc, a, stride, b, ldb, c, ldc);
    case 7: return stridedTile<K, UNIT_ROWS, ACC, NVx, 7>(kc, a, stride, b, ldb, c, ldc);
#endif
    default: return stridedTile<K, UNIT_ROWS, ACC, NVx, MR>(kc, a, stride, b, ldb, c, ldc);
  }
}

template <class K, bool UNIT_ROWS, bool ACC>
static void smallProduct(int64_t m, int vectors, int kc, const typename K::Slot* a, int64_t stride,
                         const typename K::Slot* b, int64_t ldb, float* c, int64_t ldc) {
  for (int done = 0; done < vectors;) {
    const int left = vectors - done;
    const int now = left == 4 ? 2 : left < 3 ? left : 3;
    for (int64_t row = 0; row < m; row += MR) {
      const int rows = static_cast<int>(min64(MR, m - row));
      const typename K::Slot* ap = a + (UNIT_ROWS ? row : row * stride);
      float* cp = c + row * ldc + done * W;
      if (now == 1) stridedRows<K, UNIT_ROWS, ACC, 1>(rows, kc, ap, stride, b + done * W, ldb, cp, ldc);
      else if (now == 2) stridedRows<K, UNIT_ROWS, ACC, 2>(rows, kc, ap, stride, b + done * W, ldb, cp, ldc);
      else stridedRows<K, UNIT_ROWS, ACC, 3>(rows, kc, ap, stride, b + done * W, ldb, cp, ldc);
    }
    done += now;
  }
}

/** Packs rows [0, count) of a head into panels of `width` columns, transposed: one panel is [headDim][width]. */
template <class K>
static void packPanels(typename K::Slot* dst, int width, const float* src, int64_t ld, int64_t count, int headDim) {
  const int64_t panel = ceilDiv(headDim, K::kGroup) * width;
  for (int64_t i = 0; i < count; i += width)
    K::pack(dst + i / width * panel, width, src + i * ld, ld, true, static_cast<int>(min64(width, count - i)), headDim);
}

/** Rows of a head, multiplied by `factor`, padded with zeros to `padded` columns. */
static void copyHead(float* dst, int64_t padded, const float* src, int64_t ld, int64_t count, int64_t headDim,
                     float factor) {
  const V f = set1(factor);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < padded; j += W) {
      const int64_t rest = headDim - j;
      const V v = rest >= W ? load(src + i * ld + j) : loadN(src + i * ld + j, static_cast<int>(rest));
      store(dst + i * padded + j, mul(v, f));
    }
}

// Scores are kept in units of log 2: queries are scaled by log2(e) as well, and 2^x replaces e^x.
constexpr float kLog2E = 1.44269504088896341f;
constexpr float kLn2 = 0.693147180559945309f;

AUSPEX_INLINE float scalarExp2(float x) {
  if (!(x > -1000.0f)) return 0.0f;
  float lane[W];
  store(lane, vexp2(set1(x)));
  return lane[0];
}

/** Stores lanes of probabilities as slots of a row-major left operand (pairs of neighbours for bf16). */
AUSPEX_INLINE void storeRow(float* row, int64_t j, V p) { store(row + j, p); }
#if AUSPEX_HAS_BF16_KERNEL
AUSPEX_INLINE void storeRow(uint32_t* row, int64_t j, V p) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(reinterpret_cast<uint16_t*>(row) + j), toBf16(p));
}
#endif

/** Lanes below n keep v, the others become 0. */
AUSPEX_INLINE V keepLanes(V v, int64_t n) {
  if (n >= W) return v;
  if (n <= 0) return zero();
#if AUSPEX_V512
  return _mm512_maskz_mov_ps(headMask(static_cast<int>(n)), v);
#else
  float lane[W];
  store(lane, v);
  for (int64_t i = n; i < W; ++i) lane[i] = 0.0f;
  return load(lane);
#endif
}

/** Keys that query t of T sees of S. */
AUSPEX_INLINE int64_t visibleKeys(const AttentionArgs& g, int64_t t, int64_t T, int64_t S) {
  if (!g.causal) return S;
  return max64(0, min64(S, S - T + t + 1));
}

constexpr int64_t kKeyBlock = NR * 12;

template <class K>
static void attendQueries(Pool& pool, int thread, const AttentionArgs& g, int64_t segment, int64_t head,
                          int64_t firstQuery, int64_t endQuery) {
  using Slot = typename K::Slot;
  const int64_t q0 = g.qOffsets[segment], T = g.qOffsets[segment + 1] - q0;
  const int64_t k0 = g.kOffsets[segment], S = g.kOffsets[segment + 1] - k0;
  const int64_t d = g.headDim, ld = g.heads * d, dp = roundUp(d, W);
  const int vectors = static_cast<int>(dp / W);
  const int64_t dSlots = ceilDiv(d, K::kGroup);
  const int64_t sPadded = roundUp(S, NR);
  const float* keys = g.k + k0 * ld + head * d;
  const float* values = g.v + k0 * ld + head * d;

  const size_t panelFloats = static_cast<size_t>(sPadded * dSlots), valueFloats = static_cast<size_t>(roundUp(S, 2) * dp);
  float* scratch = pool.scratch(thread, kSlotLocal,
                                panelFloats + valueFloats + static_cast<size_t>(MR * (dp * 3 + 2 * kKeyBlock)));
  Slot* keyPanels = reinterpret_cast<Slot*>(scratch);
  Slot* valueRows = reinterpret_cast<Slot*>(scratch + panelFloats);
  float* scores = scratch + panelFloats + valueFloats;
  Slot* weights = reinterpret_cast<Slot*>(scores + MR * kKeyBlock);
  float* qRows = scores + 2 * MR * kKeyBlock;
  Slot* qPanel = reinterpret_cast<Slot*>(qRows + MR * dp);
  float* result = qRows + 2 * MR * dp;

  packPanels<K>(keyPanels, NR, keys, ld, S, static_cast<int>(d));
  K::pack(valueRows, static_cast<int>(dp), values, ld, false, static_cast<int>(d), static_cast<int>(S));

  for (int64_t row = firstQuery; row < endQuery; row += MR) {
    const int rows = static_cast<int>(min64(MR, endQuery - row));
    copyHead(qRows, dp, g.q + (q0 + row) * ld + head * d, ld, rows, d, g.scale * kLog2E);
    K::pack(qPanel, MR, qRows, dp, true, rows, static_cast<int>(d));
    const PackedTile tile = tileFor<K, false>(rows, NV);
    float top[MR], total[MR];
    for (int r = 0; r < rows; ++r) top[r] = -__builtin_inff(), total[r] = 0.0f;
    std::memset(result, 0, static_cast<size_t>(MR * dp) * sizeof(float));
    const int64_t limit = visibleKeys(g, row + rows - 1, T, S);

    for (int64_t j0 = 0; j0 < limit; j0 += kKeyBlock) {
      const int64_t count = min64(kKeyBlock, limit - j0);
      for (int64_t j = 0; j < count; j += NR)
        tile(static_cast<int>(d), qPanel, keyPanels + (j0 + j) / NR * (dSlots * NR), scores + j, kKeyBlock);
      for (int r = 0; r < rows; ++r) {
        const int64_t seen = max64(0, min64(count, visibleKeys(g, row + r, T, S) - j0));
        float* s = scores + r * kKeyBlock;
        Slot* p = weights + r * kKeyBlock;
        const float newTop = seen > 0 ? __builtin_fmaxf(top[r], maxOver(s, seen)) : top[r];
        const V shift = set1(newTop);
        V sum = zero(), sum1 = zero();
        int64_t j = 0;
        for (; j + 2 * W <= seen; j += 2 * W) {
          const V e0 = vexp2(sub(load(s + j), shift)), e1 = vexp2(sub(load(s + j + W), shift));
          storeRow(p, j, e0);
          storeRow(p, j + W, e1);
          sum = add(sum, e0);
          sum1 = add(sum1, e1);
        }
        for (; j < seen; j += W) {
          const V e = keepLanes(vexp2(sub(load(s + j), shift)), seen - j);
          storeRow(p, j, e);
          sum = add(sum, e);
        }
        for (; j < count; j += W) storeRow(p, j, zero());
        sum = add(sum, sum1);
        if (seen == 0) continue;
        if (j0 > 0 && newTop != top[r]) {
          const float correction = scalarExp2(top[r] - newTop);
          total[r] *= correction;
          for (int64_t j = 0; j < dp; j += W) store(result + r * dp + j, mul(load(result + r * dp + j), set1(correction)));
        }
        total[r] += sumLanes(sum);
        top[r] = newTop;
      }
      smallProduct<K, false, true>(rows, vectors, static_cast<int>(count), weights, kKeyBlock,
                                   valueRows + j0 / K::kGroup * dp, dp, result, dp);
    }

    for (int r = 0; r < rows; ++r) {
      const bool any = total[r] > 0.0f;
      const V scale = set1(any ? 1.0f / total[r] : 0.0f);
      float* out = g.out + (q0 + row + r) * ld + head * d;
      overVectors(0, d, [&](int64_t j, int m) { storeLanes(out + j, mul(load(result + r * dp + j), scale), m); });
      g.lse[(q0 + row + r) * g.heads + head] =
          any ? static_cast<float>(static_cast<double>(top[r]) * 0.69314718055994531 +
                                   __builtin_log(static_cast<double>(total[r])))
              : -__builtin_inff();
    }
  }
}

template <class K>
static void attentionForwardWith(Pool& pool, const AttentionArgs& g) {
  // Stretches of queries, in whole tiles; only as many as the threads need, for each packs the keys again.
  int64_t stretch = int64_t{1} << 40;
  if (pool.threads() > 1 && g.segments * g.heads < 4 * pool.threads()) stretch = 32 * MR;
  int64_t longest = 0;
  for (int64_t s = 0; s < g.segments; ++s) longest = max64(longest, g.qOffsets[s + 1] - g.qOffsets[s]);
  const int64_t parts = max64(1, ceilDiv(longest, stretch));
  parallelTasks(pool, g.segments * g.heads * parts, [&](int64_t task, int thread) {
    const int64_t part = task % parts, head = task / parts % g.heads, segment = task / parts / g.heads;
    const int64_t T = g.qOffsets[segment + 1] - g.qOffsets[segment];
    const int64_t first = part * stretch, end = min64(T, first + stretch);
    if (first < end) attendQueries<K>(pool, thread, g, segment, head, first, end);
  });
}

static void attentionForward(Pool& pool, const AttentionArgs& g) {
#if AUSPEX_HAS_BF16_KERNEL
  if (g.bf16) return attentionForwardWith<Bf16Kernel>(pool, g);
#endif
  attentionForwardWith<F32Kernel>(pool, g);
}

// ---- Backward: blocks of 64 queries against two tiles of keys; one task owns a head of a segment. ----

constexpr int64_t kQueryBlock = 64;
constexpr int64_t kBackwardKeys = NR * 2;

/** Turns two rows of scores and of dO Vᵀ into P and dS = P (dP - delta), in the layouts that the products read. */
AUSPEX_INLINE void storeGradients(float* pRows, float* dsRows, float*, int64_t row, int64_t j, const V p[2],
                                  const V ds[2], int rows) {
  for (int u = 0; u < rows; ++u) {
    store(pRows + (row + u) * kBackwardKeys + j, p[u]);
    store(dsRows + (row + u) * kBackwardKeys + j, ds[u]);
  }
}
#if AUSPEX_HAS_BF16_KERNEL
AUSPEX_INLINE void storeGradients(uint32_t* pPairs, uint32_t* dsPairs, uint32_t* dsRows, int64_t row, int64_t j,
                                  const V p[2], const V ds[2], int rows) {
  _mm512_storeu_si512(pPairs + row / 2 * kBackwardKeys + j, pairHalves(p[0], p[1]));
  _mm512_storeu_si512(dsPairs + row / 2 * kBackwardKeys + j, pairHalves(ds[0], ds[1]));
  for (int u = 0; u < rows; ++u) storeRow(dsRows + (row + u) * kBackwardKeys, j, ds[u]);
}
#endif

template <class K>
static void attendBackward(Pool& pool, int thread, const AttentionArgs& g, int64_t segment, int64_t head) {
  using Slot = typename K::Slot;
  const int64_t q0 = g.qOffsets[segment], T = g.qOffsets[segment + 1] - q0;
  const int64_t k0 = g.kOffsets[segment], S = g.kOffsets[segment + 1] - k0;
  const int64_t d = g.headDim, ld = g.heads * d, dp = roundUp(d, W);
  const int vectors = static_cast<int>(dp / W);
  const int64_t dSlots = ceilDiv(d, K::kGroup);
  const int64_t sPadded = roundUp(S, NR), tPadded = roundUp(T, MR);
  const int width = static_cast<int>(d);

  // One allocation, cut in order.
  const int64_t sizes[] = {
      sPadded * dSlots, sPadded * dSlots, roundUp(S, 2) * dp,               // key panels, value panels, key rows
      tPadded * dSlots, tPadded * dSlots, roundUp(T, 2) * dp, roundUp(T, 2) * dp,  // q, dO panels; q, dO rows
      roundUp(T, 2) * dp, roundUp(T, 16),                                   // dq (first: scaled q), delta
      kBackwardKeys * dp, kBackwardKeys * dp,                               // dk, dv of a block
      kQueryBlock * kBackwardKeys, kQueryBlock * kBackwardKeys,             // scores, dO Vᵀ
      kQueryBlock * kBackwardKeys, kQueryBlock * kBackwardKeys, kQueryBlock * kBackwardKeys,
  };
  int64_t total = 0;
  for (int64_t size : sizes) total += roundUp(size, 16);
  float* cut[16];
  float* at = pool.scratch(thread, kSlotLocal, static_cast<size_t>(total));
  for (int i = 0; i < 16; ++i) cut[i] = at, at += roundUp(sizes[i], 16);
  Slot *keyPanels = reinterpret_cast<Slot*>(cut[0]), *valuePanels = reinterpret_cast<Slot*>(cut[1]);
  Slot *keyRows = reinterpret_cast<Slot*>(cut[2]), *qPanels = reinterpret_cast<Slot*>(cut[3]);
  Slot *gradPanels = reinterpret_cast<Slot*>(cut[4]), *qRows = reinterpret_cast<Slot*>(cut[5]);
  Slot* gradRows = reinterpret_cast<Slot*>(cut[6]);
  float *dq = cut[7], *delta = cut[8], *dk = cut[9], *dv = cut[10], *scores = cut[11], *gv = cut[12];
  constexpr bool kPairs = K::kGroup == 2;
  // f32 overwrites the scores in place; bf16 writes rounded copies.
  Slot* pLeft = reinterpret_cast<Slot*>(kPairs ? cut[13] : scores);
  Slot* dsLeft = reinterpret_cast<Slot*>(kPairs ? cut[14] : gv);
  Slot* dsRows = reinterpret_cast<Slot*>(kPairs ? cut[15] : gv);

  const float *q = g.q + q0 * ld + head * d, *grad = g.dout + q0 * ld + head * d, *out = g.out + q0 * ld + head * d;
  const float *keys = g.k + k0 * ld + head * d, *values = g.v + k0 * ld + head * d;
  packPanels<K>(keyPanels, NR, keys, ld, S, width);
  packPanels<K>(valuePanels, NR, values, ld, S, width);
  K::pack(keyRows, static_cast<int>(dp), keys, ld, false, width, static_cast<int>(S));
  copyHead(dq, dp, q, ld, T, d, g.scale * kLog2E);
  packPanels<K>(qPanels, MR, dq, dp, T, width);
  K::pack(qRows, static_cast<int>(dp), dq, dp, false, static_cast<int>(dp), static_cast<int>(T));
  packPanels<K>(gradPanels, MR, grad, ld, T, width);
  K::pack(gradRows, static_cast<int>(dp), grad, ld, false, width, static_cast<int>(T));
  for (int64_t t = 0; t < T; ++t)
    delta[t] = sumOver(d, [&](V s, int64_t i, int m) { return fma(loadLanes(grad + t * ld + i, m), loadLanes(out + t * ld + i, m), s); });
  std::memset(dq, 0, static_cast<size_t>(T * dp) * sizeof(float));

  for (int64_t j0 = 0; j0 < S; j0 += kBackwardKeys) {
    const int64_t keyCount = min64(kBackwardKeys, S - j0);
    std::memset(dk, 0, static_cast<size_t>(kBackwardKeys * dp) * sizeof(float));
    std::memset(dv, 0, static_cast<size_t>(kBackwardKeys * dp) * sizeof(float));
    for (int64_t i0 = 0; i0 < T; i0 += kQueryBlock) {
      const int64_t queryCount = min64(kQueryBlock, T - i0);
      if (visibleKeys(g, i0 + queryCount - 1, T, S) <= j0) continue;
      for (int64_t i = 0; i < queryCount; i += MR) {
        const int rows = static_cast<int>(min64(MR, queryCount - i));
        const PackedTile tile = tileFor<K, false>(rows, NV);
        for (int64_t j = 0; j < keyCount; j += NR) {
          const int64_t panel = (j0 + j) / NR * (dSlots * NR), left = (i0 + i) / MR * (dSlots * MR);
          tile(width, qPanels + left, keyPanels + panel, scores + i * kBackwardKeys + j, kBackwardKeys);
          tile(width, gradPanels + left, valuePanels + panel, gv + i * kBackwardKeys + j, kBackwardKeys);
        }
      }
      for (int64_t i = 0; i < queryCount; i += 2) {
        const int rows = static_cast<int>(min64(2, queryCount - i));
        V shift[2], less[2];
        int64_t seen[2] = {0, 0};
        for (int u = 0; u < rows; ++u) {
          seen[u] = visibleKeys(g, i0 + i + u, T, S) - j0;
          shift[u] = set1(g.lse[(q0 + i0 + i + u) * g.heads + head] * kLog2E);
          less[u] = set1(delta[i0 + i + u]);
        }
        // Most vectors hold keys that both queries see.
        int64_t j = 0;
        if (rows == 2)
          for (; j + W <= min64(min64(seen[0], seen[1]), keyCount); j += W) {
            V p[2], ds[2];
#pragma GCC unroll 2
            for (int u = 0; u < 2; ++u) {
              const int64_t cell = (i + u) * kBackwardKeys + j;
              p[u] = vexp2(sub(load(scores + cell), shift[u]));
              ds[u] = mul(p[u], sub(load(gv + cell), less[u]));
            }
            storeGradients(pLeft, dsLeft, dsRows, i, j, p, ds, 2);
          }
        for (; j < keyCount; j += W) {
          V p[2] = {zero(), zero()}, ds[2] = {zero(), zero()};
          for (int u = 0; u < rows; ++u) {
            if (j >= seen[u]) continue;
            const int64_t cell = (i + u) * kBackwardKeys + j;
            p[u] = keepLanes(vexp2(sub(load(scores + cell), shift[u])), min64(seen[u], keyCount) - j);
            ds[u] = mul(p[u], sub(load(gv + cell), less[u]));
          }
          storeGradients(pLeft, dsLeft, dsRows, i, j, p, ds, rows);
        }
      }
      const int queries = static_cast<int>(queryCount);
      smallProduct<K, true, true>(keyCount, vectors, queries, pLeft, kBackwardKeys, gradRows + i0 / K::kGroup * dp, dp,
                                  dv, dp);
      smallProduct<K, true, true>(keyCount, vectors, queries, dsLeft, kBackwardKeys, qRows + i0 / K::kGroup * dp, dp,
                                  dk, dp);
      smallProduct<K, false, true>(queryCount, vectors, static_cast<int>(keyCount), dsRows, kBackwardKeys,
                                   keyRows + j0 / K::kGroup * dp, dp, dq + i0 * dp, dp);
    }
    for (int64_t j = 0; j < keyCount; ++j) {
      const int64_t to = (k0 + j0 + j) * ld + head * d;
      overVectors(0, d, [&](int64_t i, int m) {
        storeLanes(g.dk + to + i, mul(load(dk + j * dp + i), set1(kLn2)), m);
        storeLanes(g.dv + to + i, load(dv + j * dp + i), m);
      });
    }
  }
  const V scale = set1(g.scale);
  for (int64_t t = 0; t < T; ++t)
    overVectors(0, d, [&](int64_t i, int m) {
      storeLanes(g.dq + (q0 + t) * ld + head * d + i, mul(load(dq + t * dp + i), scale), m);
    });
}

static void attentionBackward(Pool& pool, const AttentionArgs& g) {
  parallelTasks(pool, g.segments * g.heads, [&](int64_t task, int thread) {
    const int64_t head = task % g.heads, segment = task / g.heads;
#if AUSPEX_HAS_BF16_KERNEL
    if (g.bf16) return attendBackward<Bf16Kernel>(pool, thread, g, segment, head);
#endif
    attendBackward<F32Kernel>(pool, thread, g, segment, head);
  });
}

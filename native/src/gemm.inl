// Matrix products. The shape is BLIS turned inside out: B is packed into panels of NR columns that stay in
// L2, eight (or four) rows of A are packed into L1, and the tile kernel keeps their MR x NR results in
// registers. Every element is summed over k in order, in blocks of KC, whatever the split or the tile.

#if AUSPEX_V512
constexpr int MR = 8;
#else
constexpr int MR = 4;
#endif
constexpr int NV = 3;        // vectors across a tile
constexpr int NR = NV * W;   // columns of a tile

// ---- Packing: dst[k * width + i] for k in [0, kc), i in [0, width), zero where i >= count. ----

#if AUSPEX_V512 || AUSPEX_V256
AUSPEX_INLINE void transpose8(__m256 r[8]) {
  const __m256 t0 = _mm256_unpacklo_ps(r[0], r[1]), t1 = _mm256_unpackhi_ps(r[0], r[1]);
  const __m256 t2 = _mm256_unpacklo_ps(r[2], r[3]), t3 = _mm256_unpackhi_ps(r[2], r[3]);
  const __m256 t4 = _mm256_unpacklo_ps(r[4], r[5]), t5 = _mm256_unpackhi_ps(r[4], r[5]);
  const __m256 t6 = _mm256_unpacklo_ps(r[6], r[7]), t7 = _mm256_unpackhi_ps(r[6], r[7]);
  const __m256 s0 = _mm256_shuffle_ps(t0, t2, 0x44), s1 = _mm256_shuffle_ps(t0, t2, 0xEE);
  const __m256 s2 = _mm256_shuffle_ps(t1, t3, 0x44), s3 = _mm256_shuffle_ps(t1, t3, 0xEE);
  const __m256 s4 = _mm256_shuffle_ps(t4, t6, 0x44), s5 = _mm256_shuffle_ps(t4, t6, 0xEE);
  const __m256 s6 = _mm256_shuffle_ps(t5, t7, 0x44), s7 = _mm256_shuffle_ps(t5, t7, 0xEE);
  r[0] = _mm256_permute2f128_ps(s0, s4, 0x20);
  r[1] = _mm256_permute2f128_ps(s1, s5, 0x20);
  r[2] = _mm256_permute2f128_ps(s2, s6, 0x20);
  r[3] = _mm256_permute2f128_ps(s3, s7, 0x20);
  r[4] = _mm256_permute2f128_ps(s0, s4, 0x31);
  r[5] = _mm256_permute2f128_ps(s1, s5, 0x31);
  r[6] = _mm256_permute2f128_ps(s2, s6, 0x31);
  r[7] = _mm256_permute2f128_ps(s3, s7, 0x31);
}
#endif

/** src[i * ld + k]: k is contiguous, so blocks are transposed. */
static void packTransposed(float* dst, int width, const float* src, int64_t ld, int count, int kc) {
  int i = 0;
#if AUSPEX_V512 || AUSPEX_V256
  for (; i + 4 <= count; i += 8) {
    const int rows = count - i < 8 ? count - i : 8;
    const int lanes = width - i < 8 ? width - i : 8;
    if (rows < 8 && !(rows == 4 && lanes == 4)) break;
    int k = 0;
    for (; k + 8 <= kc; k += 8) {
      __m256 r[8];
      for (int j = 0; j < 8; ++j)
        r[j] = j < rows ? _mm256_loadu_ps(src + (i + j) * ld + k) : _mm256_setzero_ps();
      transpose8(r);
      if (lanes == 8) {
        for (int j = 0; j < 8; ++j) _mm256_storeu_ps(dst + (k + j) * width + i, r[j]);
      } else {
        for (int j = 0; j < 8; ++j) _mm_storeu_ps(dst + (k + j) * width + i, _mm256_castps256_ps128(r[j]));
      }
    }
    for (; k < kc; ++k)
      for (int j = 0; j < rows; ++j) dst[k * width + i + j] = src[(i + j) * ld + k];
  }
  if (i > count) i = count;
#endif
  for (; i < count; ++i)
    for (int k = 0; k < kc; ++k) dst[k * width + i] = src[i * ld + k];
  for (; i < width; ++i)
    for (int k = 0; k < kc; ++k) dst[k * width + i] = 0.0f;
}

/** src[k * ld + i]: i is contiguous. */
static void packStraight(float* dst, int width, const float* src, int64_t ld, int count, int kc) {
  for (int k = 0; k < kc; ++k) {
    float* out = dst + static_cast<int64_t>(k) * width;
    const float* in = src + k * ld;
    int i = 0;
    for (; i + W <= count; i += W) store(out + i, load(in + i));
    for (; i < count; ++i) out[i] = in[i];
    for (; i < width; ++i) out[i] = 0.0f;
  }
}

/** Rounds to bf16 precision (nearest even, subnormals to zero) in f32 storage, where there are no bf16 instructions. */
static void roundToBf16(float* p, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    uint32_t u;
    std::memcpy(&u, p + i, 4);
    const uint32_t rounded = (u + 0x7FFFu + ((u >> 16) & 1u)) & 0xFFFF0000u;
    const uint32_t kept = (u & 0x7F800000u) == 0x7F800000u ? u : rounded;
    const uint32_t result = (u & 0x7F800000u) == 0 ? (u & 0x80000000u) : kept;
    std::memcpy(p + i, &result, 4);
  }
}

// ---- Tile kernels: c[MRx, NVx W] (+)= a b, b rows `ldb` slots apart, a[row * rs + k * ks]. ----

using PackedTile = void (*)(int kc, const void* a, const void* b, float* c, int64_t ldc);

/** f32 operands, packed: a is [kc][MR], b is [kc][NVx W]. */
struct F32Kernel {
  static constexpr int kGroup = 1;  // values of k that share one 32-bit slot
  static constexpr int64_t kKc = 256;
  using Slot = float;

  template <int MRx, int NVx, bool ACC>
  AUSPEX_INLINE void strided(int kc, const float* a, int64_t rs, int64_t ks, const float* b, int64_t ldb, float* c,
                             int64_t ldc) {
    V acc[MRx][NVx];
#pragma GCC unroll 8
    for (int i = 0; i < MRx; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) acc[i][j] = zero();
    for (int k = 0; k < kc; ++k) {
      V bv[NVx];
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) bv[j] = load(b + j * W);
#pragma GCC unroll 8
      for (int i = 0; i < MRx; ++i) {
        const V av = set1(a[i * rs]);
#pragma GCC unroll 4
        for (int j = 0; j < NVx; ++j) acc[i][j] = fma(av, bv[j], acc[i][j]);
      }
      a += ks;
      b += ldb;
    }
#pragma GCC unroll 8
    for (int i = 0; i < MRx; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) {
        float* p = c + i * ldc + j * W;
        store(p, ACC ? add(load(p), acc[i][j]) : acc[i][j]);
      }
  }

  template <int MRx, int NVx, bool ACC>
  static void tile(int kc, const void* a, const void* b, float* c, int64_t ldc) {
    strided<MRx, NVx, ACC>(kc, static_cast<const float*>(a), 1, MR, static_cast<const float*>(b), NVx * W, c, ldc);
  }

  static void pack(void* dst, int width, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    if (kContiguous) {
      packTransposed(static_cast<float*>(dst), width, src, ld, count, kc);
    } else {
      packStraight(static_cast<float*>(dst), width, src, ld, count, kc);
    }
  }
};

/** The same on operands rounded to bf16. */
struct RoundedKernel : F32Kernel {
  static void pack(void* dst, int width, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    F32Kernel::pack(dst, width, src, ld, kContiguous, count, kc);
    roundToBf16(static_cast<float*>(dst), static_cast<int64_t>(width) * kc);
  }
};

#if defined(AUSPEX_PATH_AVX512BF16) || defined(AUSPEX_PATH_AMX)
#define AUSPEX_HAS_BF16_KERNEL 1

AUSPEX_INLINE __m256i toBf16(__m512 v) { return (__m256i)_mm512_cvtneps_pbh(v); }

/** bf16 operands in pairs of k: a is [kc / 2][MR], b is [kc / 2][NVx W] 32-bit slots, the lower k in the lower half. */
struct Bf16Kernel {
  static constexpr int kGroup = 2;
  static constexpr int64_t kKc = 512;

  using Slot = uint32_t;

  template <int MRx, int NVx, bool ACC>
  AUSPEX_INLINE void strided(int kc, const uint32_t* a, int64_t rs, int64_t ks, const uint32_t* b, int64_t ldb,
                             float* c, int64_t ldc) {
    const int pairs = (kc + 1) / 2;
    V acc[MRx][NVx];
#pragma GCC unroll 8
    for (int i = 0; i < MRx; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) acc[i][j] = zero();
    for (int k = 0; k < pairs; ++k) {
      __m512i bv[NVx];
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) bv[j] = _mm512_loadu_si512(b + j * W);
#pragma GCC unroll 8
      for (int i = 0; i < MRx; ++i) {
        const __m512i av = _mm512_set1_epi32(static_cast<int>(a[i * rs]));
#pragma GCC unroll 4
        for (int j = 0; j < NVx; ++j)
          acc[i][j] = _mm512_dpbf16_ps(acc[i][j], (__m512bh)av, (__m512bh)bv[j]);
      }
      a += ks;
      b += ldb;
    }
#pragma GCC unroll 8
    for (int i = 0; i < MRx; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < NVx; ++j) {
        float* p = c + i * ldc + j * W;
        store(p, ACC ? add(load(p), acc[i][j]) : acc[i][j]);
      }
  }

  template <int MRx, int NVx, bool ACC>
  static void tile(int kc, const void* a, const void* b, float* c, int64_t ldc) {
    strided<MRx, NVx, ACC>(kc, static_cast<const uint32_t*>(a), 1, MR, static_cast<const uint32_t*>(b), NVx * W, c,
                           ldc);
  }

  static void pack(void* dstPacked, int width, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    uint32_t* dst = static_cast<uint32_t*>(dstPacked);
    if (kContiguous) {
      // Sixteen k of eight rows: round to eight 32-bit pairs a row, then transpose 8 x 8.
      for (int i = 0; i < width; i += 8) {
        for (int k = 0; k < kc; k += 16) {
          const __mmask16 mask = kc - k >= 16 ? 0xFFFF : headMask(kc - k);
          __m256 r[8];
          for (int j = 0; j < 8; ++j)
            r[j] = i + j < count
                       ? _mm256_castsi256_ps(toBf16(_mm512_maskz_loadu_ps(mask, src + (i + j) * ld + k)))
                       : _mm256_setzero_ps();
          transpose8(r);
          const int pairs = kc - k >= 16 ? 8 : (kc - k + 1) / 2;
          for (int j = 0; j < pairs; ++j)
            _mm256_storeu_ps(reinterpret_cast<float*>(dst + (k / 2 + j) * static_cast<int64_t>(width) + i), r[j]);
        }
      }
      return;
    }
    for (int k = 0; k < kc; k += 2) {
      uint32_t* out = dst + (k / 2) * static_cast<int64_t>(width);
      const float* in0 = src + k * ld;
      const float* in1 = in0 + ld;
      for (int i = 0; i < width; i += W) {
        const int rest = count - i;
        const __mmask16 mask = rest >= W ? 0xFFFF : rest <= 0 ? 0 : headMask(rest);
        const __m512 lo = _mm512_maskz_loadu_ps(mask, in0 + i);
        const __m512 hi = k + 1 < kc ? _mm512_maskz_loadu_ps(mask, in1 + i) : _mm512_setzero_ps();
        const __m512i pair = _mm512_or_si512(_mm512_cvtepu16_epi32(toBf16(lo)),
                                             _mm512_slli_epi32(_mm512_cvtepu16_epi32(toBf16(hi)), 16));
        if (i + W <= width) {
          _mm512_storeu_si512(out + i, pair);
        } else {
          _mm512_mask_storeu_epi32(out + i, headMask(width - i), pair);
        }
      }
    }
  }
};
#endif

template <class K, bool ACC, int NVx>
static PackedTile tileForRows(int rows) {
  switch (rows) {
    case 1: return K::template tile<1, NVx, ACC>;
    case 2: return K::template tile<2, NVx, ACC>;
    case 3: return K::template tile<3, NVx, ACC>;
#if AUSPEX_V512
    case 4: return K::template tile<4, NVx, ACC>;
    case 5: return K::template tile<5, NVx, ACC>;
    case 6: return K::template tile<6, NVx, ACC>;
    case 7: return K::template tile<7, NVx, ACC>;
#endif
    default: return K::template tile<MR, NVx, ACC>;
  }
}

template <class K, bool ACC>
static PackedTile tileFor(int rows, int vectors) {
  if (vectors == 1) return tileForRows<K, ACC, 1>(rows);
  if (vectors == 2) return tileForRows<K, ACC, 2>(rows);
  return tileForRows<K, ACC, 3>(rows);
}

AUSPEX_INLINE V activate(V z, int activation);

/** Bias and activation over a finished tile, which is still in L1. */
static void epilogue(const GemmArgs& g, float* c, float* pre, int64_t rows, int64_t column, int64_t count) {
  for (int64_t r = 0; r < rows; ++r) {
    float* out = c + r * g.ldc;
    for (int64_t j = 0; j < count; j += W) {
      const int n = static_cast<int>(min64(W, count - j));
      V z = n == W ? load(out + j) : loadN(out + j, n);
      if (g.bias) z = add(z, n == W ? load(g.bias + column + j) : loadN(g.bias + column + j, n));
      if (pre) {
        if (n == W) store(pre + r * g.ldc + j, z);
        else storeN(pre + r * g.ldc + j, z, n);
      }
      z = activate(z, g.activation);
      if (n == W) store(out + j, z);
      else storeN(out + j, z, n);
    }
  }
}

template <class K>
static void gemmPacked(Pool& pool, const GemmArgs& g) {
  constexpr int64_t kNc = NR * 10;
  const bool finish = g.bias || g.pre || g.activation != kNone;
  const int64_t rowPanels = ceilDiv(g.m, MR);

  for (int64_t n0 = 0; n0 < g.n; n0 += kNc) {
    const int64_t nc = min64(kNc, g.n - n0);
    const int64_t columnPanels = ceilDiv(nc, NR);
    // Rows first; columns too when there are too few rows for the threads.
    int64_t columnParts = 1;
    if (pool.threads() > 1 && rowPanels < 2 * pool.threads())
      columnParts = min64(columnPanels, ceilDiv(2 * pool.threads(), rowPanels));
    const int64_t panelsPerPart = ceilDiv(columnPanels, columnParts);
    columnParts = ceilDiv(columnPanels, panelsPerPart);
    const int64_t rowGroup = max64(1, rowPanels / (4 * pool.threads()));
    const int64_t rowGroups = ceilDiv(rowPanels, rowGroup);

    for (int64_t k0 = 0; k0 < g.k; k0 += K::kKc) {
      const int kc = static_cast<int>(min64(K::kKc, g.k - k0));
      const int64_t slots = ceilDiv(kc, K::kGroup);
      const bool accumulate = g.accumulate || k0 > 0;
      const bool last = k0 + kc == g.k;
      float* packedB = pool.scratch(0, kSlotPackB, static_cast<size_t>(slots * columnPanels * NR));

      parallelTasks(pool, columnPanels, [&](int64_t panel, int) {
        const int64_t column = n0 + panel * NR;
        const int count = static_cast<int>(min64(NR, g.n - column));
        const float* src = g.transB ? g.b + column * g.ldb + k0 : g.b + k0 * g.ldb + column;
        K::pack(packedB + panel * NR * slots, static_cast<int>(roundUp(count, W)), src, g.ldb, g.transB, count, kc);
      });

      parallelTasks(pool, rowGroups * columnParts, [&](int64_t task, int thread) {
        const int64_t part = task % columnParts;
        const int64_t firstPanel = part * panelsPerPart;
        const int64_t endPanel = min64(columnPanels, firstPanel + panelsPerPart);
        const int64_t firstRow = (task / columnParts) * rowGroup * MR;
        const int64_t endRow = min64(g.m, firstRow + rowGroup * MR);
        float* packedA = pool.scratch(thread, kSlotPackA, static_cast<size_t>(K::kKc * MR));
        alignas(64) float edge[MR * NR];

        for (int64_t row = firstRow; row < endRow; row += MR) {
          const int rows = static_cast<int>(min64(MR, endRow - row));
          const float* src = g.transA ? g.a + k0 * g.lda + row : g.a + row * g.lda + k0;
          K::pack(packedA, MR, src, g.lda, !g.transA, rows, kc);
          PackedTile full = accumulate ? tileFor<K, true>(rows, NV) : tileFor<K, false>(rows, NV);
          for (int64_t panel = firstPanel; panel < endPanel; ++panel) {
            const int64_t column = n0 + panel * NR;
            const int64_t count = min64(NR, g.n - column);
            const float* b = packedB + panel * NR * slots;
            float* c = g.c + row * g.ldc + column;
            if (count == NR) {
              full(kc, packedA, b, c, g.ldc);
            } else {
              const int vectors = static_cast<int>(ceilDiv(count, W));
              if (count % W == 0) {
                (accumulate ? tileFor<K, true>(rows, vectors) : tileFor<K, false>(rows, vectors))(kc, packedA, b, c,
                                                                                                 g.ldc);
              } else {
                tileFor<K, false>(rows, vectors)(kc, packedA, b, edge, NR);
                for (int r = 0; r < rows; ++r)
                  for (int64_t j = 0; j < count; ++j) {
                    float* out = c + r * g.ldc + j;
                    *out = accumulate ? *out + edge[r * NR + j] : edge[r * NR + j];
                  }
              }
            }
            if (last && finish)
              epilogue(g, c, g.pre ? g.pre + row * g.ldc + column : nullptr, rows, column, count);
          }
        }
      });
    }
  }
}

// ---- Few rows against a [n, k] matrix: packing it would cost more than the product. ----

template <int R>
AUSPEX_INLINE void dotRows(const GemmArgs& g, int64_t row, int64_t firstColumn, int64_t endColumn) {
  for (int64_t column = firstColumn; column < endColumn; column += 4) {
    const int columns = static_cast<int>(min64(4, endColumn - column));
    const float* bp[4];
    for (int j = 0; j < 4; ++j) bp[j] = g.b + (column + (j < columns ? j : 0)) * g.ldb;
    V acc[R][4];
#pragma GCC unroll 4
    for (int i = 0; i < R; ++i)
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) acc[i][j] = zero();
    for (int64_t k = 0; k < g.k; k += W) {
      const int n = static_cast<int>(min64(W, g.k - k));
      V bv[4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) bv[j] = n == W ? load(bp[j] + k) : loadN(bp[j] + k, n);
#pragma GCC unroll 4
      for (int i = 0; i < R; ++i) {
        const float* ap = g.a + (row + i) * g.lda + k;
        const V av = n == W ? load(ap) : loadN(ap, n);
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) acc[i][j] = fma(av, bv[j], acc[i][j]);
      }
    }
    for (int i = 0; i < R; ++i)
      for (int j = 0; j < columns; ++j) {
        float* c = g.c + (row + i) * g.ldc + column + j;
        const float dot = sumLanes(acc[i][j]);
        *c = g.accumulate ? *c + dot : dot;
      }
  }
}

constexpr int64_t kFewRows = 6;

static void gemmFewRows(Pool& pool, const GemmArgs& g) {
  const bool finish = g.bias || g.pre || g.activation != kNone;
  parallelRange(pool, g.n, 64, [&](int64_t begin, int64_t end, int) {
    for (int64_t row = 0; row < g.m;) {
      const int64_t left = g.m - row;
      if (left >= 3) {
        dotRows<3>(g, row, begin, end);
        row += 3;
      } else if (left == 2) {
        dotRows<2>(g, row, begin, end);
        row += 2;
      } else {
        dotRows<1>(g, row, begin, end);
        row += 1;
      }
    }
    if (finish) epilogue(g, g.c + begin, g.pre ? g.pre + begin : nullptr, g.m, begin, end - begin);
  });
}

static void gemmEmpty(const GemmArgs& g) {
  for (int64_t r = 0; r < g.m; ++r) {
    if (!g.accumulate) std::memset(g.c + r * g.ldc, 0, static_cast<size_t>(g.n) * sizeof(float));
    epilogue(g, g.c + r * g.ldc, g.pre ? g.pre + r * g.ldc : nullptr, 1, 0, g.n);
  }
}

static void gemm(Pool& pool, const GemmArgs& g) {
  if (g.m == 0 || g.n == 0) return;
  if (g.k == 0) return gemmEmpty(g);
  if (g.transB && !g.transA && g.m <= kFewRows && g.k >= W && !g.bf16) return gemmFewRows(pool, g);
#if AUSPEX_HAS_BF16_KERNEL
  if (g.bf16) return gemmPacked<Bf16Kernel>(pool, g);
#else
  if (g.bf16) return gemmPacked<RoundedKernel>(pool, g);
#endif
  gemmPacked<F32Kernel>(pool, g);
}

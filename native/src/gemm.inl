// Matrix products. The shape is BLIS turned inside out: B is packed into panels of NR columns, of which a
// block of k stays in L2; eight (or four) rows of A are packed into L1; the tile kernel keeps their MR x NR
// results in registers. Every element is summed over k in order, in blocks of KC, whatever the split or tile.

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

/**
 * A block of rows of a transposed left operand, src[k * ld + i], into panels of MR rows: whole cache lines
 * are read once. Panel p starts at dst + p * panelSize.
 */
static void packLeftStraight(float* dst, int64_t panelSize, const float* src, int64_t ld, int count, int kc) {
  const int whole = count / W * W;
  for (int k = 0; k < kc; ++k) {
    const float* in = src + k * ld;
    float* out = dst + static_cast<int64_t>(k) * MR;
    for (int i = 0; i < whole; i += W)
      for (int j = 0; j < W; j += MR) std::memcpy(out + (i + j) / MR * panelSize, in + i + j, MR * sizeof(float));
    for (int i = whole; i < count; i += MR) {
      float* panel = out + i / MR * panelSize;
      for (int j = 0; j < MR; ++j) panel[j] = i + j < count ? in[i + j] : 0.0f;
    }
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

  /** The left operand: `count` rows in panels of MR, one after the other. */
  static void packLeft(void* dst, int64_t panelSize, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    if (!kContiguous) return packLeftStraight(static_cast<float*>(dst), panelSize, src, ld, count, kc);
    for (int i = 0; i < count; i += MR)
      packTransposed(static_cast<float*>(dst) + i / MR * panelSize, MR, src + i * ld, ld, count - i < MR ? count - i : MR,
                     kc);
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
  static void packLeft(void* dst, int64_t panelSize, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    F32Kernel::packLeft(dst, panelSize, src, ld, kContiguous, count, kc);
    roundToBf16(static_cast<float*>(dst), ceilDiv(count, MR) * panelSize);
  }

  static void pack(void* dst, int width, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    F32Kernel::pack(dst, width, src, ld, kContiguous, count, kc);
    roundToBf16(static_cast<float*>(dst), static_cast<int64_t>(width) * kc);
  }
};

#if (defined(AUSPEX_PATH_AVX512BF16) || defined(AUSPEX_PATH_AMX)) && !defined(AUSPEX_NO_BF16)
#define AUSPEX_HAS_BF16_KERNEL 1

AUSPEX_INLINE __m256i toBf16(__m512 v) { return (__m256i)_mm512_cvtneps_pbh(v); }
/** Sixteen 32-bit slots: lo rounded in the lower half of each, hi in the upper. */
AUSPEX_INLINE __m512i pairHalves(__m512 lo, __m512 hi) {
  return _mm512_or_si512(_mm512_cvtepu16_epi32(toBf16(lo)), _mm512_slli_epi32(_mm512_cvtepu16_epi32(toBf16(hi)), 16));
}

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

  static void packLeft(void* dstPacked, int64_t panelSize, const float* src, int64_t ld, bool kContiguous, int count,
                       int kc) {
    uint32_t* dst = static_cast<uint32_t*>(dstPacked);
    if (kContiguous) {
      for (int i = 0; i < count; i += MR)
        pack(dst + i / MR * panelSize, MR, src + i * ld, ld, true, count - i < MR ? count - i : MR, kc);
      return;
    }
    for (int k = 0; k < kc; k += 2) {
      const float *in0 = src + k * ld, *in1 = in0 + ld;
      uint32_t* out = dst + static_cast<int64_t>(k / 2) * MR;
      for (int i = 0; i < count; i += W) {
        const __mmask16 mask = count - i >= W ? 0xFFFF : headMask(count - i);
        const __m512 lo = _mm512_maskz_loadu_ps(mask, in0 + i);
        const __m512 hi = k + 1 < kc ? _mm512_maskz_loadu_ps(mask, in1 + i) : _mm512_setzero_ps();
        const __m512i pair = pairHalves(lo, hi);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i / MR * panelSize), _mm512_castsi512_si256(pair));
        if (i + MR < count)
          _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + (i / MR + 1) * panelSize),
                              _mm512_extracti64x4_epi64(pair, 1));
      }
    }
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
        const __m512i pair = pairHalves(lo, hi);
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

#if defined(AUSPEX_PATH_AMX) && !defined(AUSPEX_NO_AMX)
#define AUSPEX_HAS_AMX_KERNEL 1
#include "amx.inl"
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

/** Floats of packed B at most, at a time: 16 MB, which the last cache level holds. */
constexpr int64_t kPackedFloats = int64_t{1} << 22;
/** Bytes of packed B that stay in L2 while rows pass over them. */
constexpr int64_t kResidentBytes = 512 << 10;
/** Multiply-adds from which a product is shared among threads: about 10 microseconds. */
constexpr double kParallelWork = 1 << 19;
/** Rows whose results stay in L2 from one block of k to the next. */
constexpr int64_t kRowBlock = 64;

/** What a blocked product needs of a kernel whose tiles are registers: shapes, packing, one tile of any size. */
template <class K>
struct RegisterTiles {
  using Slot = typename K::Slot;
  static constexpr int kMr = MR, kNr = NR;
  static constexpr int64_t kKc = K::kKc;
  static int64_t slots(int64_t kc) { return ceilDiv(kc, K::kGroup); }
  static void begin() {}
  static void end() {}
  static void packLeft(Slot* dst, int64_t panelSize, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    K::packLeft(dst, panelSize, src, ld, kContiguous, count, kc);
  }
  static void packRight(Slot* dst, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    K::pack(dst, static_cast<int>(roundUp(count, W)), src, ld, kContiguous, count, kc);
  }

  /** Goes through a buffer where the matrix ends inside a vector. */
  static void tile(int rows, int64_t count, bool accumulate, int kc, const Slot* a, const Slot* b, float* c, int64_t ldc) {
    if (count % W == 0) {
      const int vectors = static_cast<int>(count / W);
      (accumulate ? tileFor<K, true>(rows, vectors) : tileFor<K, false>(rows, vectors))(kc, a, b, c, ldc);
      return;
    }
    alignas(64) float edge[MR * NR];
    tileFor<K, false>(rows, static_cast<int>(ceilDiv(count, W)))(kc, a, b, edge, NR);
    for (int r = 0; r < rows; ++r)
      for (int64_t j = 0; j < count; j += W) {
        const int lanes = static_cast<int>(min64(W, count - j));
        float* out = c + r * ldc + j;
        const V v = load(edge + r * NR + j);
        storeLanes(out, accumulate ? add(loadLanes(out, lanes), v) : v, lanes);
      }
  }
};

/** A stretch [k0, kEnd) of the sum, for columns [n0, nEnd); B is packed whole, then blocks of rows pass over it. */
template <class K>
static void gemmStretch(Pool& pool, const GemmArgs& g, int64_t n0, int64_t nEnd, int64_t k0, int64_t kEnd) {
  using Slot = typename K::Slot;
  const bool finish = kEnd == g.k && (g.bias || g.pre || g.activation != kNone);
  const int64_t columnPanels = ceilDiv(nEnd - n0, K::kNr), kBlocks = ceilDiv(kEnd - k0, K::kKc);
  const int64_t slotsPerBlock = K::slots(min64(K::kKc, kEnd - k0));
  const int64_t blockSize = slotsPerBlock * columnPanels * K::kNr;
  Slot* packedB = reinterpret_cast<Slot*>(pool.scratch(0, kSlotPackB, static_cast<size_t>(blockSize * kBlocks)));

  const bool worthIt = static_cast<double>(g.m) * static_cast<double>(nEnd - n0) * static_cast<double>(kEnd - k0) >= kParallelWork;
  parallelTasksIf(worthIt, pool, columnPanels * kBlocks, [&](int64_t task, int) {
    const int64_t panel = task % columnPanels, block = task / columnPanels;
    const int64_t column = n0 + panel * K::kNr, k = k0 + block * K::kKc;
    const int kc = static_cast<int>(min64(K::kKc, kEnd - k));
    const int count = static_cast<int>(min64(K::kNr, nEnd - column));
    const float* src = g.transB ? g.b + column * g.ldb + k : g.b + k * g.ldb + column;
    K::packRight(packedB + block * blockSize + panel * K::kNr * K::slots(kc), src, g.ldb, g.transB, count, kc);
  });

  // Column panels in equal parts that stay in L2; more parts when there are too few rows for the threads.
  const int64_t rowPanels = ceilDiv(g.m, K::kMr);
  const int64_t resident = max64(1, kResidentBytes / (slotsPerBlock * K::kNr * 4));
  int64_t columnParts = ceilDiv(columnPanels, resident);
  const int64_t wanted = pool.threads() > 1 ? 4 * pool.threads() : 1;
  int64_t rowGroup = kRowBlock / K::kMr;
  if (wanted > 1) rowGroup = max64(1, min64(rowGroup, rowPanels / wanted));
  const int64_t rowGroups = ceilDiv(rowPanels, rowGroup);
  if (rowGroups < wanted) columnParts = min64(columnPanels, max64(columnParts, ceilDiv(wanted, rowGroups)));
  const int64_t panelsPerPart = ceilDiv(columnPanels, columnParts);
  columnParts = ceilDiv(columnPanels, panelsPerPart);

  parallelTasksIf(worthIt, pool, rowGroups * columnParts, [&](int64_t task, int thread) {
    const int64_t firstPanel = (task % columnParts) * panelsPerPart;
    const int64_t endPanel = min64(columnPanels, firstPanel + panelsPerPart);
    const int64_t firstRow = (task / columnParts) * rowGroup * K::kMr;
    const int64_t endRow = min64(g.m, firstRow + rowGroup * K::kMr);
    Slot* packedA = reinterpret_cast<Slot*>(pool.scratch(thread, kSlotPackA, static_cast<size_t>(K::kKc * kRowBlock)));
    K::begin();
    for (int64_t block = 0; block < kBlocks; ++block) {
      const int64_t k = k0 + block * K::kKc;
      const int kc = static_cast<int>(min64(K::kKc, kEnd - k));
      const int64_t panelSize = K::kNr * K::slots(kc), leftSize = K::kMr * K::slots(kc);
      const bool accumulate = g.accumulate || k > 0;
      for (int64_t row = firstRow; row < endRow; row += K::kMr) {
        const int rows = static_cast<int>(min64(K::kMr, endRow - row));
        Slot* left = packedA + (row - firstRow) / K::kMr * leftSize;
        // A transposed operand is packed a block at a time, for its rows share cache lines.
        if (!g.transA) K::packLeft(left, leftSize, g.a + row * g.lda + k, g.lda, true, rows, kc);
        else if (row == firstRow)
          K::packLeft(left, leftSize, g.a + k * g.lda + row, g.lda, false, static_cast<int>(endRow - firstRow), kc);
        for (int64_t panel = firstPanel; panel < endPanel; ++panel) {
          const int64_t column = n0 + panel * K::kNr, count = min64(K::kNr, nEnd - column);
          float* c = g.c + row * g.ldc + column;
          K::tile(rows, count, accumulate, kc, left, packedB + block * blockSize + panel * panelSize, c, g.ldc);
          if (finish && k + kc == g.k)
            epilogue(g, c, g.pre ? g.pre + row * g.ldc + column : nullptr, rows, column, count);
        }
      }
    }
    K::end();
  });
}

template <class K>
static void gemmPacked(Pool& pool, const GemmArgs& g) {
  // Long sums in stretches, wide outputs in parts, so that packed B stays within its limit.
  const int64_t stretch = min64(roundUp(g.k, K::kKc), max64(K::kKc, kPackedFloats / (8 * K::kNr) / K::kKc * K::kKc));
  const int64_t width = max64(K::kNr, kPackedFloats / K::slots(stretch) / K::kNr * K::kNr);
  for (int64_t n0 = 0; n0 < g.n; n0 += width)
    for (int64_t k0 = 0; k0 < g.k; k0 += stretch)
      gemmStretch<K>(pool, g, n0, min64(g.n, n0 + width), k0, min64(g.k, k0 + stretch));
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
constexpr int64_t kFewRowsMinK = 16;

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
  // Reading the matrix once is all that matters here, so bf16 operands would gain nothing.
  if (g.transB && !g.transA && g.m <= kFewRows && g.k >= kFewRowsMinK) return gemmFewRows(pool, g);
#if AUSPEX_HAS_AMX_KERNEL
  if (g.bf16) return gemmPacked<AmxKernel<Tiles>>(pool, g);
#elif AUSPEX_HAS_BF16_KERNEL
  if (g.bf16) return gemmPacked<RegisterTiles<Bf16Kernel>>(pool, g);
#else
  if (g.bf16) return gemmPacked<RegisterTiles<RoundedKernel>>(pool, g);
#endif
  gemmPacked<RegisterTiles<F32Kernel>>(pool, g);
}

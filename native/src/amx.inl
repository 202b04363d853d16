// bf16 products on the AMX tile registers: 32 x 32 results in four tiles, 32 values of k at a time. The tile
// instructions hide behind `Tiles`, so that the test program runs this very kernel on a model of them.
//
// A tile is 16 rows of 64 bytes. Left operand: 16 rows of 32 bf16. Right: 16 pairs of k, 16 columns each.

struct TileModel {
  struct Tile {
    uint32_t row[16][16];
  };
  static Tile& tile(int index) {
    static thread_local Tile tiles[8];
    return tiles[index];
  }
  static float widen(uint32_t bits) {
    float f;
    std::memcpy(&f, &bits, 4);
    return f;
  }
  static void configure() {}
  static void release() {}
  template <int T>
  static void clear() {
    tile(T) = Tile{};
  }
  template <int T>
  static void read(const void* base, int64_t stride) {
    for (int r = 0; r < 16; ++r) std::memcpy(tile(T).row[r], static_cast<const char*>(base) + r * stride, 64);
  }
  template <int T>
  static void write(void* base, int64_t stride) {
    for (int r = 0; r < 16; ++r) std::memcpy(static_cast<char*>(base) + r * stride, tile(T).row[r], 64);
  }
  /** C += A B, as the manual of tdpbf16ps has it. */
  template <int C, int A, int B>
  static void multiply() {
    for (int m = 0; m < 16; ++m)
      for (int k = 0; k < 16; ++k)
        for (int n = 0; n < 16; ++n) {
          const uint32_t a = tile(A).row[m][k], b = tile(B).row[k][n];
          float sum = widen(tile(C).row[m][n]);
          sum += widen(a << 16) * widen(b << 16);
          sum += widen(a & 0xFFFF0000u) * widen(b & 0xFFFF0000u);
          std::memcpy(&tile(C).row[m][n], &sum, 4);
        }
  }
};

#if !defined(AUSPEX_TILE_MODEL)
struct TileHardware {
  struct alignas(64) Config {
    uint8_t palette = 1, startRow = 0, reserved[14] = {};
    uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  };
  static void configure() {
    const Config config;
    __asm__ volatile("ldtilecfg %0" ::"m"(config));
  }
  static void release() { __asm__ volatile("tilerelease" ::); }
  template <int T>
  AUSPEX_INLINE void clear() {
    __asm__ volatile("tilezero %%tmm%c0" ::"i"(T));
  }
  template <int T>
  AUSPEX_INLINE void read(const void* base, int64_t stride) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(base), "r"(stride), "i"(T) : "memory");
  }
  template <int T>
  AUSPEX_INLINE void write(void* base, int64_t stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(base), "r"(stride), "i"(T) : "memory");
  }
  template <int C, int A, int B>
  AUSPEX_INLINE void multiply() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(C), "i"(A), "i"(B));
  }
};
using Tiles = TileHardware;
#else
using Tiles = TileModel;
#endif

/** Transposes 16 x 16 slots. */
static void transposeSlots(uint32_t* dst, const uint32_t* src) {
  for (int r = 0; r < 16; r += 8)
    for (int c = 0; c < 16; c += 8) {
      __m256 block[8];
      for (int j = 0; j < 8; ++j) block[j] = _mm256_loadu_ps(reinterpret_cast<const float*>(src + (r + j) * 16 + c));
      transpose8(block);
      for (int j = 0; j < 8; ++j) _mm256_storeu_ps(reinterpret_cast<float*>(dst + (c + j) * 16 + r), block[j]);
    }
}

template <class T>
struct AmxKernel {
  static constexpr int kMr = 32, kNr = 32;
  static constexpr int64_t kKc = 512;
  static constexpr int kTile = 256;  // slots of a tile
  using Slot = uint32_t;

  /** Slots of one row or column: k is padded to whole tiles with zeros. */
  static int64_t slots(int64_t kc) { return roundUp(kc, 32) / 2; }
  static void begin() { T::configure(); }
  static void end() { T::release(); }

  /** Right operand: two panels of 16 columns, [pairs of k][16]. */
  static void packRight(uint32_t* dst, const float* src, int64_t ld, bool kContiguous, int count, int kc) {
    const int64_t panel = slots(kc) * 16;
    std::memset(dst, 0, static_cast<size_t>(2 * panel) * sizeof(uint32_t));
    for (int i = 0; i < count; i += 16)
      Bf16Kernel::pack(dst + i / 16 * panel, 16, kContiguous ? src + i * ld : src + i, ld, kContiguous,
                       count - i < 16 ? count - i : 16, kc);
  }

  /** Left operand: panels of 32 rows, each two columns of tiles, a tile being [16 rows][16 pairs of k]. */
  static void packLeft(uint32_t* dst, int64_t panelSize, const float* src, int64_t ld, bool kContiguous, int count,
                       int kc) {
    for (int i = 0; i < count; i += 16) {
      uint32_t* half = dst + i / 32 * panelSize + i % 32 / 16 * (panelSize / 2);
      const int rows = count - i < 16 ? count - i : 16;
      if (kContiguous) {
        packRows(half, src + i * ld, ld, rows, kc);
      } else {
        packColumns(half, src + i, ld, rows, kc);
      }
    }
    // The second half of a last panel that has no rows.
    if (count % 32 != 0 && count % 32 <= 16)
      std::memset(dst + count / 32 * panelSize + panelSize / 2, 0, static_cast<size_t>(panelSize / 2) * sizeof(uint32_t));
  }

  static void packRows(uint32_t* dst, const float* src, int64_t ld, int rows, int kc) {
    for (int k = 0; k < kc; k += 32)
      for (int r = 0; r < 16; ++r) {
        const int left = kc - k;
        const __mmask16 lo = r >= rows ? 0 : left >= 16 ? 0xFFFF : headMask(left);
        const __mmask16 hi = r >= rows || left <= 16 ? 0 : left >= 32 ? 0xFFFF : headMask(left - 16);
        const float* in = src + r * ld + k;
        const __m256i a = toBf16(_mm512_maskz_loadu_ps(lo, in)), b = toBf16(_mm512_maskz_loadu_ps(hi, in + 16));
        uint32_t* out = dst + k / 32 * kTile + r * 16;
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), a);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8), b);
      }
  }

  static void packColumns(uint32_t* dst, const float* src, int64_t ld, int rows, int kc) {
    alignas(64) uint32_t turned[kTile];
    for (int k = 0; k < kc; k += 32) {
      std::memset(turned, 0, sizeof turned);
      Bf16Kernel::pack(turned, 16, src + static_cast<int64_t>(k) * ld, ld, false, rows, kc - k < 32 ? kc - k : 32);
      transposeSlots(dst + k / 32 * kTile, turned);
    }
  }

  /** c[rows, count] (+)= a b for one panel of each. */
  static void tile(int rows, int64_t count, bool accumulate, int kc, const uint32_t* a, const uint32_t* b, float* c,
                   int64_t ldc) {
    if (rows == kMr && count == kNr) return whole(accumulate, kc, a, b, c, ldc);
    alignas(64) float edge[kMr * kNr];
    whole(false, kc, a, b, edge, kNr);
    for (int r = 0; r < rows; ++r)
      for (int64_t j = 0; j < count; j += W) {
        const int lanes = static_cast<int>(min64(W, count - j));
        float* out = c + r * ldc + j;
        const V v = load(edge + r * kNr + j);
        storeLanes(out, accumulate ? add(loadLanes(out, lanes), v) : v, lanes);
      }
  }

  static void whole(bool accumulate, int kc, const uint32_t* a, const uint32_t* b, float* c, int64_t ldc) {
    const int64_t half = slots(kc) * 16, stride = ldc * 4;
    float *c10 = c + 16 * ldc;
    if (accumulate) {
      T::template read<0>(c, stride), T::template read<1>(c + 16, stride);
      T::template read<2>(c10, stride), T::template read<3>(c10 + 16, stride);
    } else {
      T::template clear<0>(), T::template clear<1>(), T::template clear<2>(), T::template clear<3>();
    }
    for (int64_t at = 0; at < half; at += kTile) {
      T::template read<4>(a + at, 64);
      T::template read<6>(b + at, 64);
      T::template multiply<0, 4, 6>();
      T::template read<7>(b + half + at, 64);
      T::template multiply<1, 4, 7>();
      T::template read<5>(a + half + at, 64);
      T::template multiply<2, 5, 6>();
      T::template multiply<3, 5, 7>();
    }
    T::template write<0>(c, stride), T::template write<1>(c + 16, stride);
    T::template write<2>(c10, stride), T::template write<3>(c10 + 16, stride);
  }
};

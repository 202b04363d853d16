// The limit of a core: multiply-adds on registers alone, with as many independent sums as a tile has.
// Benchmarks state their figures as shares of it.

AUSPEX_INLINE double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

constexpr int kPeakSums = 12;
constexpr int kPeakRounds = 100000;

/** Runs rounds for about `ms` milliseconds; the best rate in GFLOP/s. `flops` are those of one round of kPeakRounds. */
template <class Round>
static double bestRate(double ms, double flops, Round&& round) {
  double best = 0.0;
  const double start = seconds();
  do {
    const double from = seconds();
    round();
    const double rate = flops / (seconds() - from) * 1e-9;
    best = rate > best ? rate : best;
  } while (seconds() - start < ms * 1e-3);
  return best;
}

static double peakF32(double ms) {
  V sums[kPeakSums];
  for (V& s : sums) s = zero();
  V a = set1(1.0f), b = set1(1e-9f);
  const double rate = bestRate(ms, 2.0 * W * kPeakSums * kPeakRounds, [&] {
    for (int i = 0; i < kPeakRounds; ++i) {
#pragma GCC unroll 16
      for (int j = 0; j < kPeakSums; ++j) sums[j] = fma(a, b, sums[j]);
#if AUSPEX_V512 || AUSPEX_V256
      __asm__ volatile("" : "+v"(a), "+v"(b));
#endif
    }
  });
  float total = 0.0f;
  for (V& s : sums) total += sumLanes(s);
  // Never true; keeps the sums alive.
  return total == 12345.0f ? 0.0 : rate;
}

#if AUSPEX_HAS_AMX_KERNEL
static double peakBf16(double ms) {
  Tiles::configure();
  Tiles::clear<0>(), Tiles::clear<1>(), Tiles::clear<2>(), Tiles::clear<3>();
  Tiles::clear<4>(), Tiles::clear<5>(), Tiles::clear<6>(), Tiles::clear<7>();
  constexpr int kRounds = kPeakRounds / 100;
  const double rate = bestRate(ms, 4.0 * 2 * 16 * 16 * 32 * kRounds, [] {
    for (int i = 0; i < kRounds; ++i) {
      Tiles::multiply<0, 4, 6>(), Tiles::multiply<1, 4, 7>();
      Tiles::multiply<2, 5, 6>(), Tiles::multiply<3, 5, 7>();
    }
  });
  Tiles::release();
  return rate;
}
#elif AUSPEX_HAS_BF16_KERNEL
static double peakBf16(double ms) {
  V sums[kPeakSums];
  for (V& s : sums) s = zero();
  __m512i a = _mm512_set1_epi32(0x3F803F80), b = a;
  const double rate = bestRate(ms, 4.0 * W * kPeakSums * kPeakRounds, [&] {
    for (int i = 0; i < kPeakRounds; ++i) {
#pragma GCC unroll 16
      for (int j = 0; j < kPeakSums; ++j) sums[j] = _mm512_dpbf16_ps(sums[j], (__m512bh)a, (__m512bh)b);
      __asm__ volatile("" : "+v"(a), "+v"(b));
    }
  });
  float total = 0.0f;
  for (V& s : sums) total += sumLanes(s);
  return total == 12345.0f ? 0.0 : rate;
}
#else
static double peakBf16(double ms) { return peakF32(ms); }
#endif

static double peak(bool bf16, double ms) { return bf16 ? peakBf16(ms) : peakF32(ms); }

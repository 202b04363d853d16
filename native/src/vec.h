// One f32 vector type per instruction set, under one set of names. Included inside the namespace of the
// translation unit's path, so that no two paths share an inline function (the linker would merge them, and
// a portable machine could meet AVX-512 code). Only what the kernels need; no std templates here.
// Contraction is off: `fma` fuses, `a * b + c` never does.

#if defined(AUSPEX_PATH_AVX512) || defined(AUSPEX_PATH_AVX512BF16) || defined(AUSPEX_PATH_AMX)
#define AUSPEX_V512 1
#elif defined(AUSPEX_PATH_AVX2)
#define AUSPEX_V256 1
#else
#define AUSPEX_V128 1
#endif

#define AUSPEX_INLINE static inline __attribute__((always_inline))

#if AUSPEX_V512

constexpr int W = 16;
using V = __m512;
AUSPEX_INLINE __mmask16 headMask(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
AUSPEX_INLINE V load(const float* p) { return _mm512_loadu_ps(p); }
AUSPEX_INLINE void store(float* p, V v) { _mm512_storeu_ps(p, v); }
AUSPEX_INLINE V loadN(const float* p, int n) { return _mm512_maskz_loadu_ps(headMask(n), p); }
AUSPEX_INLINE void storeN(float* p, V v, int n) { _mm512_mask_storeu_ps(p, headMask(n), v); }
AUSPEX_INLINE V set1(float x) { return _mm512_set1_ps(x); }
AUSPEX_INLINE V zero() { return _mm512_setzero_ps(); }
AUSPEX_INLINE V add(V a, V b) { return _mm512_add_ps(a, b); }
AUSPEX_INLINE V sub(V a, V b) { return _mm512_sub_ps(a, b); }
AUSPEX_INLINE V mul(V a, V b) { return _mm512_mul_ps(a, b); }
AUSPEX_INLINE V div(V a, V b) { return _mm512_div_ps(a, b); }
AUSPEX_INLINE V fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
AUSPEX_INLINE V vmax(V a, V b) { return _mm512_max_ps(a, b); }
AUSPEX_INLINE V vmin(V a, V b) { return _mm512_min_ps(a, b); }
AUSPEX_INLINE V vsqrt(V a) { return _mm512_sqrt_ps(a); }
/** a > b ? x : y. */
AUSPEX_INLINE V ifGreater(V a, V b, V x, V y) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), y, x);
}
AUSPEX_INLINE V roundNearest(V a) { return _mm512_roundscale_ps(a, 8); }
/** 2^n for whole n in [-126, 127]. */
AUSPEX_INLINE V exp2Whole(V n) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
}
AUSPEX_INLINE V swapPairs(V a) { return _mm512_permute_ps(a, 0xB1); }

#elif AUSPEX_V256

constexpr int W = 8;
using V = __m256;
AUSPEX_INLINE __m256i headMask(int n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
AUSPEX_INLINE V load(const float* p) { return _mm256_loadu_ps(p); }
AUSPEX_INLINE void store(float* p, V v) { _mm256_storeu_ps(p, v); }
AUSPEX_INLINE V loadN(const float* p, int n) { return _mm256_maskload_ps(p, headMask(n)); }
AUSPEX_INLINE void storeN(float* p, V v, int n) { _mm256_maskstore_ps(p, headMask(n), v); }
AUSPEX_INLINE V set1(float x) { return _mm256_set1_ps(x); }
AUSPEX_INLINE V zero() { return _mm256_setzero_ps(); }
AUSPEX_INLINE V add(V a, V b) { return _mm256_add_ps(a, b); }
AUSPEX_INLINE V sub(V a, V b) { return _mm256_sub_ps(a, b); }
AUSPEX_INLINE V mul(V a, V b) { return _mm256_mul_ps(a, b); }
AUSPEX_INLINE V div(V a, V b) { return _mm256_div_ps(a, b); }
AUSPEX_INLINE V fma(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
AUSPEX_INLINE V vmax(V a, V b) { return _mm256_max_ps(a, b); }
AUSPEX_INLINE V vmin(V a, V b) { return _mm256_min_ps(a, b); }
AUSPEX_INLINE V vsqrt(V a) { return _mm256_sqrt_ps(a); }
AUSPEX_INLINE V ifGreater(V a, V b, V x, V y) {
  return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
AUSPEX_INLINE V roundNearest(V a) { return _mm256_round_ps(a, 8); }
AUSPEX_INLINE V exp2Whole(V n) {
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
AUSPEX_INLINE V swapPairs(V a) { return _mm256_permute_ps(a, 0xB1); }

#else

// GCC and clang vector extensions: SSE2 on any x86-64, NEON on ARM, plain code elsewhere.
constexpr int W = 4;
typedef float V __attribute__((vector_size(16)));
typedef int32_t VI __attribute__((vector_size(16)));
AUSPEX_INLINE V load(const float* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
AUSPEX_INLINE void store(float* p, V v) { __builtin_memcpy(p, &v, sizeof v); }
AUSPEX_INLINE V loadN(const float* p, int n) {
  V v = {0, 0, 0, 0};
  for (int i = 0; i < n && i < W; ++i) v[i] = p[i];
  return v;
}
AUSPEX_INLINE void storeN(float* p, V v, int n) {
  for (int i = 0; i < n && i < W; ++i) p[i] = v[i];
}
AUSPEX_INLINE V set1(float x) { return V{x, x, x, x}; }
AUSPEX_INLINE V zero() { return V{0, 0, 0, 0}; }
AUSPEX_INLINE V add(V a, V b) { return a + b; }
AUSPEX_INLINE V sub(V a, V b) { return a - b; }
AUSPEX_INLINE V mul(V a, V b) { return a * b; }
AUSPEX_INLINE V div(V a, V b) { return a / b; }
#if defined(__aarch64__)
AUSPEX_INLINE V fma(V a, V b, V c) { return (V)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
#else
AUSPEX_INLINE V fma(V a, V b, V c) { return a * b + c; }
#endif
AUSPEX_INLINE V pick(VI mask, V x, V y) { return (V)(((VI)x & mask) | ((VI)y & ~mask)); }
AUSPEX_INLINE V vmax(V a, V b) { return pick((VI)(a > b), a, b); }
AUSPEX_INLINE V vmin(V a, V b) { return pick((VI)(a < b), a, b); }
AUSPEX_INLINE V vsqrt(V a) {
  V r;
  for (int i = 0; i < W; ++i) r[i] = __builtin_sqrtf(a[i]);
  return r;
}
AUSPEX_INLINE V ifGreater(V a, V b, V x, V y) { return pick((VI)(a > b), x, y); }
/** For |a| < 2^22, as all callers have it. */
AUSPEX_INLINE V roundNearest(V a) {
  const V magic = set1(12582912.0f);
  return (a + magic) - magic;
}
AUSPEX_INLINE V exp2Whole(V n) {
  VI whole;
  for (int i = 0; i < W; ++i) whole[i] = static_cast<int32_t>(n[i]);
  return (V)((whole + 127) << 23);
}
AUSPEX_INLINE V swapPairs(V a) { return V{a[1], a[0], a[3], a[2]}; }

#endif

/** Sum of the lanes in a fixed order: halves are folded onto each other. */
#if AUSPEX_V512 || AUSPEX_V256
#if AUSPEX_V512
AUSPEX_INLINE __m256 upperHalf(V v) {
  return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1));
}
#endif
AUSPEX_INLINE float sumLanes(V v) {
#if AUSPEX_V512
  const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(v), upperHalf(v));
#else
  const __m256 half = v;
#endif
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
AUSPEX_INLINE float maxLanes(V v) {
#if AUSPEX_V512
  const __m256 half = _mm256_max_ps(_mm512_castps512_ps256(v), upperHalf(v));
#else
  const __m256 half = v;
#endif
  __m128 s = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
#else
AUSPEX_INLINE float sumLanes(V v) { return (v[0] + v[2]) + (v[1] + v[3]); }
AUSPEX_INLINE float maxLanes(V v) {
  const float a = v[0] > v[2] ? v[0] : v[2];
  const float b = v[1] > v[3] ? v[1] : v[3];
  return a > b ? a : b;
}
#endif

/** The first n lanes (the rest zero); n = W is the plain load. */
AUSPEX_INLINE V loadLanes(const float* p, int n) { return n == W ? load(p) : loadN(p, n); }
AUSPEX_INLINE void storeLanes(float* p, V v, int n) {
  if (n == W) store(p, v);
  else storeN(p, v, n);
}
/** body(i, lanes) over [begin, end) in vectors, the last one partial. */
template <class Body>
AUSPEX_INLINE void overVectors(int64_t begin, int64_t end, Body&& body) {
  int64_t i = begin;
  for (; i + W <= end; i += W) body(i, W);
  if (i < end) body(i, static_cast<int>(end - i));
}

/** e^x to about 1 ulp; exactly 0 below -87.3, saturated above 88. Deterministic: no libm. */
AUSPEX_INLINE V vexp(V x) {
  const V low = set1(-87.3f);
  V t = vmin(vmax(x, low), set1(88.0f));
  const V n = roundNearest(mul(t, set1(1.44269504088896341f)));
  V r = fma(n, set1(-0.693359375f), t);
  r = fma(n, set1(2.12194440e-4f), r);
  V p = set1(1.9875691500e-4f);
  p = fma(p, r, set1(1.3981999507e-3f));
  p = fma(p, r, set1(8.3334519073e-3f));
  p = fma(p, r, set1(4.1665795894e-2f));
  p = fma(p, r, set1(1.6666665459e-1f));
  p = fma(p, r, set1(5.0000001201e-1f));
  p = add(fma(p, mul(r, r), r), set1(1.0f));
  return ifGreater(low, x, zero(), mul(p, exp2Whole(n)));
}

/** 2^x for x <= about 100, to about 2 ulp (minimax polynomial of degree 5), falling to 0 below -126 (at the latest at -150). Finite x only. */
AUSPEX_INLINE V vexp2(V x) {
#if !AUSPEX_V512
  const V low = set1(-126.0f);
  const V bounded = vmin(vmax(x, low), set1(126.0f));
#else
  const V bounded = x;
#endif
  const V n = roundNearest(bounded);
  const V r = sub(bounded, n);
  V p = set1(1.327647198e-03f);
  p = fma(p, r, set1(9.675541334e-03f));
  p = fma(p, r, set1(5.550713274e-02f));
  p = fma(p, r, set1(2.402211972e-01f));
  p = fma(p, r, set1(6.931469671e-01f));
  p = fma(p, r, set1(1.000000072f));
#if AUSPEX_V512
  return _mm512_scalef_ps(p, n);
#else
  return ifGreater(low, x, zero(), mul(p, exp2Whole(n)));
#endif
}

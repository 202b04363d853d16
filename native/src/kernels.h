// The table of kernels that every path (portable, avx2, avx512, avx512bf16, amx) fills. Arguments are
// checked by the addon; here every pointer is valid for the sizes given. native/API.md has the formulas.

#pragma once

#include <cstdint>

#include "pool.h"

namespace auspex {

enum Activation { kNone = 0, kRelu = 1, kRelu2 = 2, kGelu = 3 };

/** c[m,n] (+)= op(a) op(b), then bias and activation on the way out. */
struct GemmArgs {
  bool transA, transB;
  int64_t m, n, k;
  const float* a;
  int64_t lda;
  const float* b;
  int64_t ldb;
  float* c;
  int64_t ldc;
  bool accumulate;
  bool bf16;
  const float* bias;  // [n] or null
  int activation;     // Activation
  float* pre;         // [m,n] pre-activation, leading dimension ldc, or null
};

struct LinearBackwardArgs {
  const float *dy, *x, *w, *y, *pre;
  float *dx, *dw, *db;
  int64_t n, d, o;
  int activation;
  bool bf16;
};

struct AttentionArgs {
  const float *q, *k, *v;
  float *out, *lse;
  const int32_t *qOffsets, *kOffsets;
  int64_t segments, heads, headDim;
  float scale;
  bool causal, bf16;
  // Backward only; `out` and `lse` are then inputs.
  const float* dout;
  float *dq, *dk, *dv;
};

struct FavorArgs {
  const float *qf, *kf, *v;
  float *out, *den;
  const int32_t *qOffsets, *kOffsets;
  int64_t segments, heads, features, headDim;
  const float* dout;
  float *dqf, *dkf, *dv;
};

struct DecodeArgs {
  const float *q, *k, *v;
  float* out;
  const int32_t *rows, *lengths;
  int64_t n, capacity, heads, headDim;
  float scale;
};

struct AdamwArgs {
  float* params;
  const float* grads;
  float *m, *v;
  const int32_t* ranges;  // begin, end pairs
  int64_t size, numRanges;
  float beta1, beta2, oneMinusBeta1, oneMinusBeta2, correction1, correction2;
  float epsilon, learningRate, keep, gradScale;
};

struct AdafactorArgs {
  float* params;
  const float* grads;
  float *rowMoments, *colMoments;
  int64_t rows, cols;
  double learningRate, decay, epsilon, clipThreshold, weightDecay, gradScale;
};

struct Kernels {
  void (*gemm)(Pool&, const GemmArgs&);
  void (*linearBackward)(Pool&, const LinearBackwardArgs&);
  void (*layerNormForward)(Pool&, const float* x, const float* gain, const float* bias, float* y, float* mean,
                           float* rstd, int64_t n, int64_t d, float epsilon);
  void (*layerNormBackward)(Pool&, const float* dy, const float* x, const float* gain, const float* mean,
                            const float* rstd, float* dx, float* dgain, float* dbias, int64_t n, int64_t d);
  void (*rmsNormForward)(Pool&, const float* x, const float* gain, float* y, float* rstd, int64_t n, int64_t d,
                         float epsilon);
  void (*rmsNormBackward)(Pool&, const float* dy, const float* x, const float* gain, const float* rstd, float* dx,
                          float* dgain, int64_t n, int64_t d);
  /** `table` holds cos, sin interleaved per pair: [positions, headDim]. `rowIndex` maps a row to a table row. */
  void (*rotary)(Pool&, const float* x, const int32_t* rowIndex, const float* table, float* y, int64_t n,
                 int64_t heads, int64_t headDim, bool inverse);
  void (*attentionForward)(Pool&, const AttentionArgs&);
  void (*attentionBackward)(Pool&, const AttentionArgs&);
  void (*embeddingForward)(Pool&, const float* table, const int32_t* ids, float* y, int64_t n, int64_t d);
  void (*embeddingBackward)(Pool&, const float* dy, const int32_t* ids, float* dtable, int64_t n, int64_t d,
                            int64_t v);
  void (*crossEntropyForward)(Pool&, const float* logits, const int32_t* targets, float* loss, float* lse,
                              int64_t n, int64_t v, float zLoss);
  void (*crossEntropyBackward)(Pool&, const float* dloss, const float* logits, const int32_t* targets,
                               const float* lse, float* dlogits, int64_t n, int64_t v, float zLoss);
  void (*softmax)(Pool&, const float* x, float* y, int64_t n, int64_t d);
  void (*dropout)(Pool&, const float* x, float* y, int64_t size, uint32_t threshold, float factor, uint32_t seed);
  /** op: 0 add, 1 sub, 2 mul, 3 a + b factor, 4 a factor (b unused). */
  void (*elementwise)(Pool&, int op, const float* a, const float* b, float factor, float* y, int64_t size);
  void (*addBias)(Pool&, const float* x, const float* bias, float* y, int64_t n, int64_t d);
  void (*columnSum)(Pool&, const float* x, float* y, int64_t n, int64_t d);
  void (*activationForward)(Pool&, const float* x, float* y, int64_t size, int activation);
  void (*activationBackward)(Pool&, const float* dy, const float* x, float* dx, int64_t size, int activation);
  double (*sum)(Pool&, const float* a, int64_t size, bool squares);
  void (*adamw)(Pool&, const AdamwArgs&);
  void (*adafactor)(Pool&, const AdafactorArgs&);
  void (*newtonSchulz)(Pool&, const float* x, float* y, int64_t rows, int64_t cols, int steps, bool bf16);
  void (*favorForward)(Pool&, const FavorArgs&);
  void (*favorBackward)(Pool&, const FavorArgs&);
  void (*decodeAttention)(Pool&, const DecodeArgs&);
  void (*f32ToBf16)(Pool&, const float* src, uint16_t* dst, int64_t size);
  void (*bf16ToF32)(Pool&, const uint16_t* src, float* dst, int64_t size);
  /** Best GFLOP/s of one core in about `ms` milliseconds, registers only. */
  double (*peak)(bool bf16, double ms);
};

extern const Kernels kKernelsPortable;
#if defined(__x86_64__)
extern const Kernels kKernelsAvx2;
extern const Kernels kKernelsAvx512;
extern const Kernels kKernelsAvx512Bf16;
extern const Kernels kKernelsAmx;
#endif

}  // namespace auspex

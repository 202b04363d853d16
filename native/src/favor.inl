// FAVOR+ linear attention over ragged segments, not causal: out = qf (kfᵀ v) / (qf · Σ kf + 1e-6), on mapped
// features. One task is one head of one segment; memory is [features, headDim] beside the inputs.

constexpr float kFavorEpsilon = 1e-6f;
constexpr int64_t kFavorBlock = 64;

/** dst[count][padded] = src rows `ld` apart, zero padded. */
static void copyPadded(float* dst, int64_t padded, const float* src, int64_t ld, int64_t count, int64_t width) {
  copyHead(dst, padded, src, ld, count, width, 1.0f);
}

/** sum[f] = Σ over rows of rows[j ld + f] weights[j] (weights null: 1). */
static void weightedRowSum(float* sum, const float* rows, int64_t ld, const float* weights, int64_t count, int64_t width) {
  overVectors(0, width, [&](int64_t i, int m) {
    V s = zero();
    for (int64_t j = 0; j < count; ++j) {
      const V v = loadLanes(rows + j * ld + i, m);
      s = weights ? fma(set1(weights[j]), v, s) : add(s, v);
    }
    storeLanes(sum + i, s, m);
  });
}

/** state[features][dp] = kfᵀ v, keys in blocks, in order. `block` holds kFavorBlock rows. */
static void outerState(float* state, float* block, const float* left, int64_t leftLd, const float* right, int64_t rightLd,
                       int64_t count, int64_t features, int64_t d, int64_t dp) {
  std::memset(state, 0, static_cast<size_t>(features * dp) * sizeof(float));
  for (int64_t j = 0; j < count; j += kFavorBlock) {
    const int64_t rows = min64(kFavorBlock, count - j);
    copyPadded(block, dp, right + j * rightLd, rightLd, rows, d);
    smallProduct<F32Kernel, true, true>(features, static_cast<int>(dp / W), static_cast<int>(rows), left + j * leftLd,
                                        leftLd, block, dp, state, dp);
  }
}

static void favorForward(Pool& pool, const FavorArgs& g) {
  parallelTasks(pool, g.segments * g.heads, [&](int64_t task, int thread) {
    const int64_t head = task % g.heads, segment = task / g.heads;
    const int64_t q0 = g.qOffsets[segment], T = g.qOffsets[segment + 1] - q0;
    const int64_t k0 = g.kOffsets[segment], S = g.kOffsets[segment + 1] - k0;
    const int64_t F = g.features, d = g.headDim, dp = roundUp(d, W), fLd = g.heads * F, ld = g.heads * d;
    const float *qf = g.qf + q0 * fLd + head * F, *kf = g.kf + k0 * fLd + head * F, *v = g.v + k0 * ld + head * d;
    float* state = pool.scratch(thread, kSlotLocal, static_cast<size_t>(F * dp + roundUp(F, 16) + 2 * kFavorBlock * dp));
    float* keySum = state + F * dp;
    float* block = keySum + roundUp(F, 16);
    float* result = block + kFavorBlock * dp;
    outerState(state, block, kf, fLd, v, ld, S, F, d, dp);
    weightedRowSum(keySum, kf, fLd, nullptr, S, F);
    for (int64_t i = 0; i < T; i += kFavorBlock) {
      const int64_t rows = min64(kFavorBlock, T - i);
      smallProduct<F32Kernel, false, false>(rows, static_cast<int>(dp / W), static_cast<int>(F), qf + i * fLd, fLd, state,
                                            dp, result, dp);
      for (int64_t r = 0; r < rows; ++r) {
        const float* row = qf + (i + r) * fLd;
        const float den =
            sumOver(F, [&](V s, int64_t j, int m) { return fma(loadLanes(row + j, m), loadLanes(keySum + j, m), s); }) +
            kFavorEpsilon;
        g.den[(q0 + i + r) * g.heads + head] = den;
        const V scale = set1(1.0f / den);
        float* out = g.out + (q0 + i + r) * ld + head * d;
        overVectors(0, d, [&](int64_t j, int m) { storeLanes(out + j, mul(load(result + r * dp + j), scale), m); });
      }
    }
  });
}

/** dst[columns][rowsPadded] = transpose of src[rows][ld]. */
static void transposeInto(float* dst, int64_t rowsPadded, const float* src, int64_t ld, int64_t rows, int64_t columns) {
  packTransposed(dst, static_cast<int>(rowsPadded), src, ld, static_cast<int>(rows), static_cast<int>(columns));
}

static void favorBackward(Pool& pool, const FavorArgs& g) {
  parallelTasks(pool, g.segments * g.heads, [&](int64_t task, int thread) {
    const int64_t head = task % g.heads, segment = task / g.heads;
    const int64_t q0 = g.qOffsets[segment], T = g.qOffsets[segment + 1] - q0;
    const int64_t k0 = g.kOffsets[segment], S = g.kOffsets[segment + 1] - k0;
    const int64_t F = g.features, d = g.headDim, dp = roundUp(d, W), fp = roundUp(F, W), fLd = g.heads * F,
                  ld = g.heads * d;
    const float *qf = g.qf + q0 * fLd + head * F, *kf = g.kf + k0 * fLd + head * F, *v = g.v + k0 * ld + head * d;
    const float *out = g.out + q0 * ld + head * d, *grad = g.dout + q0 * ld + head * d;
    const int64_t sizes[] = {F * dp, F * dp, d * fp, fp, fp, roundUp(T, 16), kFavorBlock * dp, kFavorBlock * fp, T * dp};
    int64_t total = 0;
    for (int64_t size : sizes) total += roundUp(size, 16);
    float* cut[9];
    float* at = pool.scratch(thread, kSlotLocal, static_cast<size_t>(total));
    for (int i = 0; i < 9; ++i) cut[i] = at, at += roundUp(sizes[i], 16);
    float *state = cut[0], *dState = cut[1], *turned = cut[2], *keySum = cut[3], *dKeySum = cut[4], *dDen = cut[5];
    float *block = cut[6], *wide = cut[7], *dNum = cut[8];

    outerState(state, block, kf, fLd, v, ld, S, F, d, dp);
    weightedRowSum(keySum, kf, fLd, nullptr, S, F);
    for (int64_t t = 0; t < T; ++t) {
      const float inverse = 1.0f / g.den[(q0 + t) * g.heads + head];
      const float dot = sumOver(
          d, [&](V s, int64_t i, int m) { return fma(loadLanes(grad + t * ld + i, m), loadLanes(out + t * ld + i, m), s); });
      dDen[t] = -dot * inverse;
      copyHead(dNum + t * dp, dp, grad + t * ld, ld, 1, d, inverse);
    }
    outerState(dState, block, qf, fLd, dNum, dp, T, F, d, dp);
    weightedRowSum(dKeySum, qf, fLd, dDen, T, F);

    transposeInto(turned, fp, state, dp, F, d);
    for (int64_t i = 0; i < T; i += kFavorBlock) {
      const int64_t rows = min64(kFavorBlock, T - i);
      smallProduct<F32Kernel, false, false>(rows, static_cast<int>(fp / W), static_cast<int>(d), dNum + i * dp, dp, turned,
                                            fp, wide, fp);
      for (int64_t r = 0; r < rows; ++r) {
        const V weight = set1(dDen[i + r]);
        overVectors(0, F, [&](int64_t j, int m) {
          storeLanes(g.dqf + (q0 + i + r) * fLd + head * F + j,
                     fma(weight, loadLanes(keySum + j, m), loadLanes(wide + r * fp + j, m)), m);
        });
      }
    }
    transposeInto(turned, fp, dState, dp, F, d);
    for (int64_t i = 0; i < S; i += kFavorBlock) {
      const int64_t rows = min64(kFavorBlock, S - i);
      smallProduct<F32Kernel, false, false>(rows, static_cast<int>(fp / W), static_cast<int>(d), v + i * ld, ld, turned, fp,
                                            wide, fp);
      smallProduct<F32Kernel, false, false>(rows, static_cast<int>(dp / W), static_cast<int>(F), kf + i * fLd, fLd, dState,
                                            dp, block, dp);
      for (int64_t r = 0; r < rows; ++r) {
        overVectors(0, F, [&](int64_t j, int m) {
          storeLanes(g.dkf + (k0 + i + r) * fLd + head * F + j,
                     add(loadLanes(wide + r * fp + j, m), loadLanes(dKeySum + j, m)), m);
        });
        overVectors(0, d, [&](int64_t j, int m) {
          storeLanes(g.dv + (k0 + i + r) * ld + head * d + j, load(block + r * dp + j), m);
        });
      }
    }
  });
}

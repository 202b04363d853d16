// Layer norm and RMS norm over rows, forward and backward. The gradients of gain and bias sum over rows:
// fixed blocks of rows (a function of n alone) are summed apart and then in order.

template <class Body>
AUSPEX_INLINE float sumOver(int64_t d, Body&& body) {
  V s0 = zero(), s1 = zero();
  int64_t i = 0;
  for (; i + 2 * W <= d; i += 2 * W) {
    s0 = body(s0, i, W);
    s1 = body(s1, i + W, W);
  }
  overVectors(i, d, [&](int64_t j, int lanes) { s0 = body(s0, j, lanes); });
  return sumLanes(add(s0, s1));
}

AUSPEX_INLINE float reciprocalRoot(float x) { return 1.0f / __builtin_sqrtf(x); }

static void layerNormForward(Pool& pool, const float* x, const float* gain, const float* bias, float* y, float* mean,
                             float* rstd, int64_t n, int64_t d, float epsilon) {
  const float inverse = 1.0f / static_cast<float>(d);
  parallelRange(pool, n, 16, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      const float* in = x + r * d;
      float* out = y + r * d;
      const float mu = sumOver(d, [&](V s, int64_t i, int m) { return add(s, loadLanes(in + i, m)); }) * inverse;
      const V mu1 = set1(mu);
      const float square = sumOver(d, [&](V s, int64_t i, int m) {
        V c = sub(loadLanes(in + i, m), mu1);
        if (m < W) {
          // Lanes past the end hold -mean; they must not count.
          float lane[W];
          store(lane, c);
          for (int j = m; j < W; ++j) lane[j] = 0.0f;
          c = load(lane);
        }
        return fma(c, c, s);
      });
      const float scale = reciprocalRoot(square * inverse + epsilon);
      const V scale1 = set1(scale);
      overVectors(0, d, [&](int64_t i, int m) {
        V v = mul(sub(loadLanes(in + i, m), mu1), scale1);
        if (gain) v = mul(v, loadLanes(gain + i, m));
        if (bias) v = add(v, loadLanes(bias + i, m));
        storeLanes(out + i, v, m);
      });
      mean[r] = mu;
      rstd[r] = scale;
    }
  });
}

/** Sums blocks of partial gradients in order: out[j] = sum over blocks of partial[block * stride + j]. */
static void sumBlocks(const float* partial, int64_t blocks, int64_t stride, float* out, int64_t d) {
  overVectors(0, d, [&](int64_t i, int m) {
    V s = zero();
    for (int64_t b = 0; b < blocks; ++b) s = add(s, loadLanes(partial + b * stride + i, m));
    storeLanes(out + i, s, m);
  });
}

AUSPEX_INLINE int64_t rowsPerBlock(int64_t n) { return max64(32, ceilDiv(n, 64)); }

static void layerNormBackward(Pool& pool, const float* dy, const float* x, const float* gain, const float* mean,
                              const float* rstd, float* dx, float* dgain, float* dbias, int64_t n, int64_t d) {
  const float inverse = 1.0f / static_cast<float>(d);
  const int64_t rows = rowsPerBlock(n), blocks = ceilDiv(n, rows);
  float* partial = pool.scratch(0, kSlotPartial, static_cast<size_t>(2 * d * max64(blocks, 1)));
  parallelTasks(pool, blocks, [&](int64_t block, int) {
    float* pg = partial + block * 2 * d;
    float* pb = pg + d;
    std::memset(pg, 0, static_cast<size_t>(2 * d) * sizeof(float));
    const int64_t end = min64(n, (block + 1) * rows);
    for (int64_t r = block * rows; r < end; ++r) {
      const float *in = x + r * d, *grad = dy + r * d;
      const V mu = set1(mean[r]), scale = set1(rstd[r]);
      V sg = zero(), sgx = zero();
      overVectors(0, d, [&](int64_t i, int m) {
        const V g = loadLanes(grad + i, m);
        const V xhat = mul(sub(loadLanes(in + i, m), mu), scale);
        const V gg = gain ? mul(g, loadLanes(gain + i, m)) : g;
        sg = add(sg, gg);
        sgx = fma(gg, xhat, sgx);  // lanes past the end have gg = 0
        if (dgain) storeLanes(pg + i, fma(g, xhat, loadLanes(pg + i, m)), m);
        if (dbias) storeLanes(pb + i, add(g, loadLanes(pb + i, m)), m);
      });
      if (!dx) continue;
      const V a = set1(sumLanes(sg) * inverse), b = set1(sumLanes(sgx) * inverse);
      overVectors(0, d, [&](int64_t i, int m) {
        const V xhat = mul(sub(loadLanes(in + i, m), mu), scale);
        V gg = loadLanes(grad + i, m);
        if (gain) gg = mul(gg, loadLanes(gain + i, m));
        storeLanes(dx + r * d + i, mul(scale, sub(sub(gg, a), mul(xhat, b))), m);
      });
    }
  });
  if (dgain) sumBlocks(partial, blocks, 2 * d, dgain, d);
  if (dbias) sumBlocks(partial + d, blocks, 2 * d, dbias, d);
}

static void rmsNormForward(Pool& pool, const float* x, const float* gain, float* y, float* rstd, int64_t n, int64_t d,
                           float epsilon) {
  const float inverse = 1.0f / static_cast<float>(d);
  parallelRange(pool, n, 16, [=](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; ++r) {
      const float* in = x + r * d;
      const float square = sumOver(d, [&](V s, int64_t i, int m) {
        const V v = loadLanes(in + i, m);
        return fma(v, v, s);
      });
      const float scale = reciprocalRoot(square * inverse + epsilon);
      const V scale1 = set1(scale);
      overVectors(0, d, [&](int64_t i, int m) {
        V v = mul(loadLanes(in + i, m), scale1);
        if (gain) v = mul(v, loadLanes(gain + i, m));
        storeLanes(y + r * d + i, v, m);
      });
      rstd[r] = scale;
    }
  });
}

static void rmsNormBackward(Pool& pool, const float* dy, const float* x, const float* gain, const float* rstd,
                            float* dx, float* dgain, int64_t n, int64_t d) {
  const float inverse = 1.0f / static_cast<float>(d);
  const int64_t rows = rowsPerBlock(n), blocks = ceilDiv(n, rows);
  float* partial = pool.scratch(0, kSlotPartial, static_cast<size_t>(d * max64(blocks, 1)));
  parallelTasks(pool, blocks, [&](int64_t block, int) {
    float* pg = partial + block * d;
    std::memset(pg, 0, static_cast<size_t>(d) * sizeof(float));
    const int64_t end = min64(n, (block + 1) * rows);
    for (int64_t r = block * rows; r < end; ++r) {
      const float *in = x + r * d, *grad = dy + r * d;
      const V scale = set1(rstd[r]);
      V sgx = zero();
      overVectors(0, d, [&](int64_t i, int m) {
        const V g = loadLanes(grad + i, m);
        const V xhat = mul(loadLanes(in + i, m), scale);
        sgx = fma(gain ? mul(g, loadLanes(gain + i, m)) : g, xhat, sgx);
        if (dgain) storeLanes(pg + i, fma(g, xhat, loadLanes(pg + i, m)), m);
      });
      if (!dx) continue;
      const V b = set1(sumLanes(sgx) * inverse);
      overVectors(0, d, [&](int64_t i, int m) {
        const V xhat = mul(loadLanes(in + i, m), scale);
        V gg = loadLanes(grad + i, m);
        if (gain) gg = mul(gg, loadLanes(gain + i, m));
        storeLanes(dx + r * d + i, mul(scale, sub(gg, mul(xhat, b))), m);
      });
    }
  });
  if (dgain) sumBlocks(partial, blocks, d, dgain, d);
}

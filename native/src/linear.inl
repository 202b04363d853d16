// The backward of y = act(x wᵀ + b). The activation's slope and the bias gradient take one pass over dy;
// two products do the rest.

/** dz = dy * slope and db = column sums of dz, in fixed blocks of rows so that the bits do not depend on threads. */
static void columnSumInto(Pool& pool, const float* x, float* y, int64_t n, int64_t d) {
  parallelRange(pool, d, 64, [=](int64_t begin, int64_t end, int) {
    for (int64_t j = begin; j < end; j += 4 * W) {
      const int64_t width = min64(4 * W, end - j);
      if (width == 4 * W) {
        V s[4] = {zero(), zero(), zero(), zero()};
        for (int64_t r = 0; r < n; ++r)
#pragma GCC unroll 4
          for (int u = 0; u < 4; ++u) s[u] = add(s[u], load(x + r * d + j + u * W));
        for (int u = 0; u < 4; ++u) store(y + j + u * W, s[u]);
        continue;
      }
      for (int64_t i = j; i < j + width; i += W) {
        const int m = static_cast<int>(min64(W, j + width - i));
        V s = zero();
        for (int64_t r = 0; r < n; ++r) s = add(s, m == W ? load(x + r * d + i) : loadN(x + r * d + i, m));
        if (m == W) store(y + i, s);
        else storeN(y + i, s, m);
      }
    }
  });
}

static void columnSum(Pool& pool, const float* x, float* y, int64_t n, int64_t d) {
  columnSumInto(pool, x, y, n, d);
}

static void linearBackward(Pool& pool, const LinearBackwardArgs& a) {
  const float* dz = a.dy;
  if (a.activation != kNone) {
    float* out = pool.scratch(0, kSlotGrad, static_cast<size_t>(a.n * a.o) + 1);
    const float* saved = a.activation == kGelu ? a.pre : a.y;
    const int activation = a.activation;
    const float* dy = a.dy;
    parallelRange(pool, a.n * a.o, 4096, [=](int64_t begin, int64_t end, int) {
      int64_t i = begin;
      for (; i + W <= end; i += W)
        store(out + i, mul(load(dy + i), slopeFromSaved(load(saved + i), activation)));
      if (i < end) {
        const int rest = static_cast<int>(end - i);
        storeN(out + i, mul(loadN(dy + i, rest), slopeFromSaved(loadN(saved + i, rest), activation)), rest);
      }
    });
    dz = out;
  }
  if (a.db) columnSumInto(pool, dz, a.db, a.n, a.o);
  if (a.dx) {
    GemmArgs g = {};
    g.m = a.n, g.n = a.d, g.k = a.o;
    g.a = dz, g.lda = a.o, g.b = a.w, g.ldb = a.d, g.c = a.dx, g.ldc = a.d;
    g.bf16 = a.bf16;
    gemm(pool, g);
  }
  if (a.dw) {
    GemmArgs g = {};
    g.transA = true;
    g.m = a.o, g.n = a.d, g.k = a.n;
    g.a = dz, g.lda = a.o, g.b = a.x, g.ldb = a.d, g.c = a.dw, g.ldc = a.d;
    g.bf16 = a.bf16;
    gemm(pool, g);
  }
}

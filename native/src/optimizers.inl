// Muon's orthogonalisation and one Adafactor step. AdamW is in flat.inl.

/** Quintic Newton-Schulz: X <- a X + (b A + c A²) X with A = X Xᵀ, on the shorter side. */
static void newtonSchulz(Pool& pool, const float* x, float* y, int64_t rows, int64_t cols, int steps, bool bf16) {
  const int64_t size = rows * cols, side = min64(rows, cols);
  const bool tall = rows > cols;
  const double norm = __builtin_sqrt(sum(pool, x, size, true));
  elementwise(pool, 4, x, nullptr, static_cast<float>(1.0 / (norm + 1e-7)), y, size);
  float* gram = pool.scratch(0, kSlotTemp1, static_cast<size_t>(side * side));
  float* poly = pool.scratch(0, kSlotTemp2, static_cast<size_t>(side * side));
  float* next = pool.scratch(0, kSlotTemp3, static_cast<size_t>(size));
  for (int step = 0; step < steps; ++step) {
    GemmArgs g = {};
    g.bf16 = bf16;
    g.transA = tall, g.transB = !tall;
    g.m = side, g.n = side, g.k = tall ? rows : cols;
    g.a = y, g.lda = cols, g.b = y, g.ldb = cols, g.c = gram, g.ldc = side;
    gemm(pool, g);
    GemmArgs h = {};
    h.bf16 = bf16;
    h.m = side, h.n = side, h.k = side;
    h.a = gram, h.lda = side, h.b = gram, h.ldb = side, h.c = poly, h.ldc = side;
    gemm(pool, h);
    const V b = set1(-4.7750f), c = set1(2.0315f), a = set1(3.4445f);
    overFlat(pool, side * side, [=](int64_t i, int m) {
      storeLanes(poly + i, fma(b, loadLanes(gram + i, m), mul(c, loadLanes(poly + i, m))), m);
    });
    GemmArgs p = {};
    p.bf16 = bf16;
    p.m = rows, p.n = cols, p.k = side;
    p.a = tall ? y : poly, p.lda = tall ? cols : side;
    p.b = tall ? poly : y, p.ldb = cols;
    p.c = next, p.ldc = cols;
    gemm(pool, p);
    overFlat(pool, size, [=](int64_t i, int m) {
      storeLanes(y + i, fma(a, loadLanes(y + i, m), loadLanes(next + i, m)), m);
    });
  }
}

/** Adafactor (Shazeer and Stern, 2018) without a first moment. Small next to a training step: f64, one thread. */
static void adafactor(Pool& pool, const AdafactorArgs& g) {
  const double rest = 1.0 - g.decay;
  const bool factored = g.rows > 1;
  double rowMean = 0.0;
  if (factored) {
    double* columns = reinterpret_cast<double*>(pool.scratch(0, kSlotTemp1, static_cast<size_t>(2 * g.cols)));
    for (int64_t j = 0; j < g.cols; ++j) columns[j] = 0.0;
    for (int64_t i = 0; i < g.rows; ++i) {
      double row = 0.0;
      for (int64_t j = 0; j < g.cols; ++j) {
        const double grad = static_cast<double>(g.grads[i * g.cols + j]) * g.gradScale;
        const double square = grad * grad + g.epsilon;
        row += square;
        columns[j] += square;
      }
      g.rowMoments[i] = static_cast<float>(g.decay * g.rowMoments[i] + rest * row / static_cast<double>(g.cols));
      rowMean += g.rowMoments[i];
    }
    rowMean /= static_cast<double>(g.rows);
    for (int64_t j = 0; j < g.cols; ++j)
      g.colMoments[j] = static_cast<float>(g.decay * g.colMoments[j] + rest * columns[j] / static_cast<double>(g.rows));
  } else {
    for (int64_t j = 0; j < g.cols; ++j) {
      const double grad = static_cast<double>(g.grads[j]) * g.gradScale;
      g.colMoments[j] = static_cast<float>(g.decay * g.colMoments[j] + rest * (grad * grad + g.epsilon));
    }
  }
  const int64_t size = g.rows * g.cols;
  float* update = pool.scratch(0, kSlotTemp2, static_cast<size_t>(size) + 1);
  double squares = 0.0;
  for (int64_t i = 0; i < g.rows; ++i)
    for (int64_t j = 0; j < g.cols; ++j) {
      const double moment = factored ? static_cast<double>(g.rowMoments[i]) * g.colMoments[j] / rowMean
                                     : static_cast<double>(g.colMoments[j]);
      const double u = static_cast<double>(g.grads[i * g.cols + j]) * g.gradScale / __builtin_sqrt(moment);
      update[i * g.cols + j] = static_cast<float>(u);
      squares += u * u;
    }
  const double rms = size > 0 ? __builtin_sqrt(squares / static_cast<double>(size)) : 0.0;
  const double divisor = rms > g.clipThreshold ? rms / g.clipThreshold : 1.0;
  const double rate = g.learningRate / divisor, keep = 1.0 - g.learningRate * g.weightDecay;
  for (int64_t i = 0; i < size; ++i)
    g.params[i] = static_cast<float>(static_cast<double>(g.params[i]) * keep - rate * static_cast<double>(update[i]));
}

// Activations and their derivatives on vectors. gelu is the tanh form, written with a sigmoid:
// 0.5 (1 + tanh u) = 1 / (1 + e^(-2u)).

AUSPEX_INLINE V geluGate(V z) {
  const V u2 = mul(mul(set1(2.0f * 0.7978845608f), z), fma(mul(z, z), set1(0.044715f), set1(1.0f)));
  return div(set1(1.0f), add(set1(1.0f), vexp(sub(zero(), u2))));
}

AUSPEX_INLINE V activate(V z, int activation) {
  if (activation == kRelu) return vmax(z, zero());
  if (activation == kRelu2) {
    const V r = vmax(z, zero());
    return mul(r, r);
  }
  if (activation == kGelu) return mul(z, geluGate(z));
  return z;
}

/** act'(z) from the pre-activation. */
AUSPEX_INLINE V slopeFromInput(V z, int activation) {
  if (activation == kRelu) return ifGreater(z, zero(), set1(1.0f), zero());
  if (activation == kRelu2) return mul(set1(2.0f), vmax(z, zero()));
  if (activation == kGelu) {
    const V gate = geluGate(z);
    const V du2 = mul(set1(2.0f * 0.7978845608f), fma(mul(z, z), set1(3.0f * 0.044715f), set1(1.0f)));
    return fma(mul(mul(z, gate), sub(set1(1.0f), gate)), du2, gate);
  }
  return set1(1.0f);
}

/** act'(z) from what the forward left: y for relu and relu2, z for gelu. */
AUSPEX_INLINE V slopeFromSaved(V saved, int activation) {
  if (activation == kRelu) return ifGreater(saved, zero(), set1(1.0f), zero());
  if (activation == kRelu2) return mul(set1(2.0f), vsqrt(saved));
  return slopeFromInput(saved, activation);
}

static void activationForward(Pool& pool, const float* x, float* y, int64_t size, int activation) {
  parallelRange(pool, size, 4096, [=](int64_t begin, int64_t end, int) {
    int64_t i = begin;
    for (; i + W <= end; i += W) store(y + i, activate(load(x + i), activation));
    if (i < end) {
      const int rest = static_cast<int>(end - i);
      storeN(y + i, activate(loadN(x + i, rest), activation), rest);
    }
  });
}

static void activationBackward(Pool& pool, const float* dy, const float* x, float* dx, int64_t size,
                               int activation) {
  parallelRange(pool, size, 4096, [=](int64_t begin, int64_t end, int) {
    int64_t i = begin;
    for (; i + W <= end; i += W)
      store(dx + i, mul(load(dy + i), slopeFromInput(load(x + i), activation)));
    if (i < end) {
      const int rest = static_cast<int>(end - i);
      storeN(dx + i, mul(loadN(dy + i, rest), slopeFromInput(loadN(x + i, rest), activation)), rest);
    }
  });
}

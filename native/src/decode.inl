// One decoding step: single queries against cached keys and values. Neighbouring queries that share a cache
// and a length (the samples of one input, in cross attention) run together on the tiles of attention.inl.

constexpr int64_t kSharedQueries = 4;

static void decodeOne(Pool& pool, int thread, const DecodeArgs& g, int64_t query, int64_t head) {
  const int64_t d = g.headDim, ld = g.heads * d, length = g.lengths[query];
  const int64_t base = static_cast<int64_t>(g.rows[query]) * g.capacity * ld + head * d;
  const float* q = g.q + query * ld + head * d;
  float* out = g.out + query * ld + head * d;
  float* scores = pool.scratch(thread, kSlotLocal, static_cast<size_t>(roundUp(length + 1, W)));
  for (int64_t j = 0; j < length; ++j) {
    const float* key = g.k + base + j * ld;
    scores[j] = g.scale * sumOver(d, [&](V s, int64_t i, int m) { return fma(loadLanes(q + i, m), loadLanes(key + i, m), s); });
  }
  const float total = length > 0 ? sumExp(scores, maxOver(scores, length), scores, length) : 1.0f;
  const V scale = set1(1.0f / total);
  overVectors(0, d, [&](int64_t i, int m) {
    V s = zero();
    for (int64_t j = 0; j < length; ++j) s = fma(set1(scores[j]), loadLanes(g.v + base + j * ld + i, m), s);
    storeLanes(out + i, mul(s, scale), m);
  });
}

static void decodeAttention(Pool& pool, const DecodeArgs& g) {
  for (int64_t first = 0; first < g.n;) {
    int64_t end = first + 1;
    while (end < g.n && g.rows[end] == g.rows[first] && g.lengths[end] == g.lengths[first]) ++end;
    if (end - first >= kSharedQueries) {
      const int64_t ld = g.heads * g.headDim;
      const int64_t base = static_cast<int64_t>(g.rows[first]) * g.capacity * ld;
      const int32_t qOffsets[2] = {0, static_cast<int32_t>(end - first)}, kOffsets[2] = {0, g.lengths[first]};
      AttentionArgs a = {};
      a.q = g.q + first * ld, a.k = g.k + base, a.v = g.v + base, a.out = g.out + first * ld;
      a.lse = pool.scratch(0, kSlotTemp1, static_cast<size_t>((end - first) * g.heads));
      a.qOffsets = qOffsets, a.kOffsets = kOffsets, a.segments = 1, a.heads = g.heads, a.headDim = g.headDim;
      a.scale = g.scale;
      attentionForward(pool, a);
      first = end;
      continue;
    }
    // A stretch of queries on their own: up to the next shared group.
    int64_t stop = end;
    while (stop < g.n) {
      int64_t same = stop + 1;
      while (same < g.n && same - stop < kSharedQueries && g.rows[same] == g.rows[stop] && g.lengths[same] == g.lengths[stop]) ++same;
      if (same - stop >= kSharedQueries) break;
      stop = same;
    }
    const int64_t from = first;
    parallelRange(pool, (stop - from) * g.heads, 8, [&](int64_t begin, int64_t finish, int thread) {
      for (int64_t i = begin; i < finish; ++i) decodeOne(pool, thread, g, from + i / g.heads, i % g.heads);
    });
    first = stop;
  }
}

// Loops over the pool. Splits are over outputs (rows, columns, heads), never over a summed dimension.

AUSPEX_INLINE int64_t min64(int64_t a, int64_t b) { return a < b ? a : b; }
AUSPEX_INLINE int64_t max64(int64_t a, int64_t b) { return a > b ? a : b; }
AUSPEX_INLINE int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
AUSPEX_INLINE int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }

/** body(task, thread) for every task. */
template <class Body>
static void parallelTasks(Pool& pool, int64_t tasks, const Body& body) {
  pool.run(
      tasks,
      [](void* closure, int64_t task, int thread) { (*static_cast<const Body*>(closure))(task, thread); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

/** The same, on the caller alone when waking helpers would cost more than they bring. */
template <class Body>
static void parallelTasksIf(bool worthIt, Pool& pool, int64_t tasks, const Body& body) {
  if (worthIt) return parallelTasks(pool, tasks, body);
  for (int64_t task = 0; task < tasks; ++task) body(task, 0);
}

/** body(begin, end, thread) over [0, count), in pieces of at least `grain`, a few per thread. */
template <class Body>
static void parallelRange(Pool& pool, int64_t count, int64_t grain, Body&& body) {
  if (count <= 0) return;
  int64_t piece = count;
  if (pool.threads() > 1) piece = max64(grain, ceilDiv(count, int64_t{4} * pool.threads()));
  // Multiples of 16 keep vector loops of neighbouring pieces apart and whole.
  if (piece < count) piece = roundUp(piece, 16);
  parallelTasks(pool, ceilDiv(count, piece), [&](int64_t task, int thread) {
    body(task * piece, min64(count, (task + 1) * piece), thread);
  });
}

// Implements pool.h with std::thread and condition variables. Helpers spin briefly before they sleep: a
// training step is a few hundred short runs, and waking a thread costs more than most of them. A run ends
// when its tasks are done: the caller waits for helpers that are at work, never for one that has yet to wake
// (on a busy machine that may take milliseconds).

#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#include <sys/mman.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace auspex {

namespace {

constexpr int kSpins = 2000;
constexpr uint32_t kOpen = uint32_t{1} << 31;
constexpr size_t kHugePage = size_t{2} << 20;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

struct Buffer {
  float* data = nullptr;
  size_t floats = 0;
};

}  // namespace

int availableCores() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    const int count = CPU_COUNT(&set);
    if (count > 0) return count;
  }
#endif
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? static_cast<int>(count) : 1;
}

struct Pool::State {
  std::vector<std::thread> helpers;
  std::mutex mutex;
  std::condition_variable wake, done;
  // A run is published by opening the gate and raising `generation`; the task is written before.
  Task task = nullptr;
  void* closure = nullptr;
  int64_t tasks = 0;
  std::atomic<int64_t> next{0};
  /** kOpen while tasks may be taken, plus the number of helpers at work on them. */
  std::atomic<uint32_t> gate{0};
  std::atomic<uint64_t> generation{0};
  std::atomic<bool> stop{false};
  Buffer buffers[kMaxThreads][kNumSlots];

  void work(int thread) {
    for (;;) {
      const int64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= tasks) return;
      task(closure, i, thread);
    }
  }

  void help(int thread, uint64_t seen) {
    for (;;) {
      for (int i = 0; i < kSpins && generation.load(std::memory_order_acquire) == seen; ++i) relax();
      if (generation.load(std::memory_order_acquire) == seen) {
        std::unique_lock<std::mutex> lock(mutex);
        wake.wait(lock, [&] { return generation.load(std::memory_order_acquire) != seen; });
      }
      seen = generation.load(std::memory_order_acquire);
      if (stop.load()) return;
      if (!enter()) continue;
      work(thread);
      leave();
    }
  }

  /** Joins the run that is open, if any. */
  bool enter() {
    uint32_t now = gate.load(std::memory_order_relaxed);
    while ((now & kOpen) != 0)
      if (gate.compare_exchange_weak(now, now + 1, std::memory_order_acquire, std::memory_order_relaxed)) return true;
    return false;
  }

  void leave() {
    // 1: the gate is closed and this was the last one inside; the caller may be asleep.
    if (gate.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    std::lock_guard<std::mutex> lock(mutex);
    done.notify_one();
  }

  /** Lets nobody in any more and waits for those inside. */
  void close() {
    gate.fetch_and(~kOpen, std::memory_order_acq_rel);
    for (int i = 0; i < kSpins; ++i) {
      if (gate.load(std::memory_order_acquire) == 0) return;
      relax();
    }
    std::unique_lock<std::mutex> lock(mutex);
    done.wait(lock, [&] { return gate.load(std::memory_order_acquire) == 0; });
  }

  void publish() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      generation.fetch_add(1, std::memory_order_release);
    }
    wake.notify_all();
  }

  void join() {
    if (helpers.empty()) return;
    stop.store(true);
    publish();
    for (std::thread& helper : helpers) helper.join();
    helpers.clear();
    stop.store(false);
  }
};

Pool::Pool() : state_(new State), threads_(availableCores()) {
  if (threads_ > kMaxThreads) threads_ = kMaxThreads;
}

Pool::~Pool() {
  state_->join();
  for (auto& slots : state_->buffers)
    for (Buffer& buffer : slots) std::free(buffer.data);
  delete state_;
}

void Pool::setThreads(int threads) {
  if (threads < 1) threads = 1;
  if (threads > kMaxThreads) threads = kMaxThreads;
  if (threads == threads_) return;
  state_->join();
  threads_ = threads;
}

void Pool::run(int64_t tasks, Task task, void* closure) {
  State& s = *state_;
  if (threads_ == 1 || tasks <= 1) {
    for (int64_t i = 0; i < tasks; ++i) task(closure, i, 0);
    return;
  }
  while (static_cast<int>(s.helpers.size()) < threads_ - 1) {
    const int thread = static_cast<int>(s.helpers.size()) + 1;
    s.helpers.emplace_back([&s, thread, seen = s.generation.load()] { s.help(thread, seen); });
  }
  s.task = task;
  s.closure = closure;
  s.tasks = tasks;
  s.next.store(0, std::memory_order_relaxed);
  s.gate.store(kOpen, std::memory_order_release);
  s.publish();
  s.work(0);
  s.close();
}

float* Pool::scratch(int thread, int slot, size_t floats) {
  Buffer& buffer = state_->buffers[thread][slot];
  if (buffer.floats < floats) {
    std::free(buffer.data);
    const size_t rounded = (floats + 1023) / 1024 * 1024, bytes = rounded * sizeof(float);
    const bool huge = bytes >= kHugePage;
    void* data = nullptr;
    if (posix_memalign(&data, huge ? kHugePage : 64, bytes) != 0) {
      std::fprintf(stderr, "auspex native: out of memory (%zu bytes)\n", bytes);
      std::abort();
    }
#if defined(__linux__)
    // Packed operands are walked with long strides: fewer pages, fewer misses. Only a wish; failure is fine.
    if (huge) madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
    buffer.data = static_cast<float*>(data);
    buffer.floats = rounded;
  }
  return buffer.data;
}

}  // namespace auspex

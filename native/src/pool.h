// The thread pool and the scratch memory of one addon instance. The caller works too, so N threads means
// N - 1 helpers; helpers start when first needed and sleep between runs. A run hands out task numbers; a
// kernel's bits must not depend on which thread takes which task.

#pragma once

#include <cstddef>
#include <cstdint>

namespace auspex {

class Pool {
 public:
  Pool();
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return threads_; }
  void setThreads(int threads);

  using Task = void (*)(void* closure, int64_t task, int thread);
  /** Calls task(closure, 0 .. tasks-1, thread); returns when all are done. Not reentrant. */
  void run(int64_t tasks, Task task, void* closure);

  /** Scratch of one thread, 64-byte aligned, kept between calls. Growing it loses its content. */
  float* scratch(int thread, int slot, size_t floats);

  static constexpr int kMaxThreads = 256;

 private:
  struct State;
  State* state_;
  int threads_;
};

/** Cores this process may run on. */
int availableCores();

/** What a slot of scratch holds; kernels that call each other use different ones. */
enum Slot { kSlotPackB, kSlotPackA, kSlotGrad, kSlotLocal, kSlotPartial, kSlotTemp1, kSlotTemp2, kSlotTemp3, kNumSlots };

}  // namespace auspex

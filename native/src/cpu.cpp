#include "cpu.h"

#include <cstdio>
#include <cstring>
#include <fstream>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace auspex {

namespace {

#if defined(__x86_64__)

bool bit(unsigned value, int index) { return (value >> index & 1u) != 0; }

uint64_t enabledState() {
  unsigned eax, edx;
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return (static_cast<uint64_t>(edx) << 32) | eax;
}

/** Linux hands out the tile registers on request only, for the whole process. */
bool requestTiles() {
#if defined(__linux__)
  constexpr int kArchReqXcompPerm = 0x1023, kXfeatureXtiledata = 18;
  static const bool granted = syscall(SYS_arch_prctl, kArchReqXcompPerm, kXfeatureXtiledata) == 0;
  return granted;
#else
  return false;
#endif
}

struct Features {
  bool avx2 = false, avx512 = false, avx512Bf16 = false, amx = false;
};

Features detect() {
  Features f;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return f;
  const bool fma = bit(c, 12), osxsave = bit(c, 27), avx = bit(c, 28), f16c = bit(c, 29);
  if (!osxsave || !avx) return f;
  const uint64_t state = enabledState();
  const bool ymm = (state & 0x6) == 0x6, zmm = (state & 0xE6) == 0xE6, tiles = (state & 0x60000) == 0x60000;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return f;
  f.avx2 = ymm && fma && f16c && bit(b, 5);
  f.avx512 = f.avx2 && zmm && bit(b, 16) && bit(b, 17) && bit(b, 30) && bit(b, 31);
  const bool amx = bit(d, 22) && bit(d, 24);
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) f.avx512Bf16 = f.avx512 && bit(a, 5);
#if defined(AUSPEX_NO_BF16)
  f.avx512Bf16 = false;
#endif
#if !defined(AUSPEX_NO_AMX)
  f.amx = f.avx512Bf16 && amx && tiles && requestTiles();
#endif
  return f;
}

const Features& features() {
  static const Features found = detect();
  return found;
}

#endif

int64_t readCache(int level) {
  for (int index = 0; index < 8; ++index) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    std::ifstream levelFile(folder + "level"), typeFile(folder + "type"), sizeFile(folder + "size");
    int found = 0;
    std::string type, size;
    if (!(levelFile >> found) || !(typeFile >> type) || !(sizeFile >> size)) continue;
    if (found != level || type == "Instruction") continue;
    const int64_t value = std::atoll(size.c_str());
    return size.back() == 'K' ? value << 10 : size.back() == 'M' ? value << 20 : value;
  }
  return 0;
}

}  // namespace

const char* pathName(Path path) {
  static const char* const names[] = {"portable", "avx2", "avx512", "avx512bf16", "amx"};
  return names[path];
}

bool pathWorks(Path path) {
  if (path == kPortable) return true;
#if defined(__x86_64__)
  const Features& f = features();
  return path == kAvx2 ? f.avx2 : path == kAvx512 ? f.avx512 : path == kAvx512Bf16 ? f.avx512Bf16 : f.amx;
#else
  return false;
#endif
}

Path bestPath() {
  int best = kPortable;
  for (int path = kPortable; path < kNumPaths; ++path)
    if (pathWorks(static_cast<Path>(path))) best = path;
  return static_cast<Path>(best);
}

std::string cpuName() {
#if defined(__x86_64__)
  unsigned words[12];
  unsigned highest, b, c, d;
  __cpuid(0x80000000u, highest, b, c, d);
  if (highest < 0x80000004u) return "";
  for (unsigned i = 0; i < 3; ++i)
    __cpuid(0x80000002u + i, words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]);
  char text[49] = {};
  std::memcpy(text, words, 48);
  std::string name(text);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  return name;
#else
  return "";
#endif
}

int64_t cacheBytes(int level) { return readCache(level); }

}  // namespace auspex

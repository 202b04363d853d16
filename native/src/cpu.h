// What the machine can run, and what it is.

#pragma once

#include <cstdint>
#include <string>

namespace auspex {

/** In order of preference; a path implies those before it on the same machine. */
enum Path { kPortable, kAvx2, kAvx512, kAvx512Bf16, kAmx, kNumPaths };

const char* pathName(Path path);
/** Whether processor and operating system can run the path. Asks the kernel for the AMX tiles once. */
bool pathWorks(Path path);
Path bestPath();

/** Brand string of the processor, empty when unknown. */
std::string cpuName();
/** Data cache of one core in bytes at level 1, 2 or 3; 0 when unknown. */
int64_t cacheBytes(int level);

}  // namespace auspex

#define AUSPEX_PATH_AVX512 1
#define AUSPEX_NAMESPACE path_avx512
#define AUSPEX_TABLE kKernelsAvx512
#include "path.inl"

#define AUSPEX_PATH_AVX2 1
#define AUSPEX_NAMESPACE path_avx2
#define AUSPEX_TABLE kKernelsAvx2
#include "path.inl"

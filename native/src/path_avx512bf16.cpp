#define AUSPEX_PATH_AVX512BF16 1
#define AUSPEX_NAMESPACE path_avx512bf16
#define AUSPEX_TABLE kKernelsAvx512Bf16
#include "path.inl"

#define AUSPEX_PATH_AMX 1
#define AUSPEX_NAMESPACE path_amx
#define AUSPEX_TABLE kKernelsAmx
#include "path.inl"

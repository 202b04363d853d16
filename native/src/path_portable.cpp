#define AUSPEX_PATH_PORTABLE 1
#define AUSPEX_NAMESPACE path_portable
#define AUSPEX_TABLE kKernelsPortable
#include "path.inl"

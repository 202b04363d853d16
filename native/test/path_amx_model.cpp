// The AMX path with a software model of the tiles: everything else is the code that AMX machines run.

#define AUSPEX_PATH_AMX 1
#define AUSPEX_TILE_MODEL 1
#define AUSPEX_NAMESPACE path_amx_model
#define AUSPEX_TABLE kKernelsAmxModel
namespace auspex {
extern const struct Kernels kKernelsAmxModel;
}
#include "path.inl"

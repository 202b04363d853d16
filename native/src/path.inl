// One path: everything below is compiled once per instruction set, in a namespace of its own, with that
// set's compiler flags. The including file defines AUSPEX_PATH_<NAME>, AUSPEX_NAMESPACE and AUSPEX_TABLE.

#include <cstdint>
#include <cstring>
#include <ctime>

#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace auspex {
namespace AUSPEX_NAMESPACE {

#include "vec.h"

#include "parallel.inl"

#include "gemm.inl"

#include "activation.inl"

#include "linear.inl"

#include "norm.inl"

#include "tokens.inl"

#include "attention.inl"

#include "decode.inl"

#include "favor.inl"

#include "flat.inl"

#include "optimizers.inl"

#include "peak.inl"

}  // namespace AUSPEX_NAMESPACE

extern const Kernels AUSPEX_TABLE = {
    AUSPEX_NAMESPACE::gemm,
    AUSPEX_NAMESPACE::linearBackward,
    AUSPEX_NAMESPACE::layerNormForward,
    AUSPEX_NAMESPACE::layerNormBackward,
    AUSPEX_NAMESPACE::rmsNormForward,
    AUSPEX_NAMESPACE::rmsNormBackward,
    AUSPEX_NAMESPACE::rotary,
    AUSPEX_NAMESPACE::attentionForward,
    AUSPEX_NAMESPACE::attentionBackward,
    AUSPEX_NAMESPACE::embeddingForward,
    AUSPEX_NAMESPACE::embeddingBackward,
    AUSPEX_NAMESPACE::crossEntropyForward,
    AUSPEX_NAMESPACE::crossEntropyBackward,
    AUSPEX_NAMESPACE::softmax,
    AUSPEX_NAMESPACE::dropout,
    AUSPEX_NAMESPACE::elementwise,
    AUSPEX_NAMESPACE::addBias,
    AUSPEX_NAMESPACE::columnSum,
    AUSPEX_NAMESPACE::activationForward,
    AUSPEX_NAMESPACE::activationBackward,
    AUSPEX_NAMESPACE::sum,
    AUSPEX_NAMESPACE::adamw,
    AUSPEX_NAMESPACE::adafactor,
    AUSPEX_NAMESPACE::newtonSchulz,
    AUSPEX_NAMESPACE::favorForward,
    AUSPEX_NAMESPACE::favorBackward,
    AUSPEX_NAMESPACE::decodeAttention,
    AUSPEX_NAMESPACE::f32ToBf16,
    AUSPEX_NAMESPACE::bf16ToF32,
    AUSPEX_NAMESPACE::peak,
};

}  // namespace auspex

// Placeholder until the kernels land: nothing to build.

// `attention` on the C++ kernels: tile by tile, the scores never lie in memory as a whole.
// Shape letters: N query tokens, M key tokens, H heads, K width of one head, D = H * K.

import { ATTENTION, type AttentionOptions } from "../../fused/attention.ts";
import { registerNative, registerNativeGradient, runNative } from "../register.ts";

type Attributes = Required<AttentionOptions>;

export function registerAttention(): void {
  registerNative<Attributes>(ATTENTION, (backend, { q, k, v }, attributes) => {
    const [N, D] = q!.shape as [number, number];
    const { numHeads: H, queryOffsets, keyOffsets, scale, causal } = attributes;
    const [out, lse] = [backend.acquire(N * D), backend.acquire(N * H)];
    backend.binding.attentionForward(
      backend.floats(q!),
      backend.floats(k!),
      backend.floats(v!),
      out,
      lse,
      queryOffsets,
      keyOffsets,
      H,
      D / H,
      scale,
      causal,
      backend.precision,
    );
    return [backend.output(out, [N, D]), backend.output(lse, [N, H])];
  });
  registerNative<Attributes>(
    `${ATTENTION}Gradient`,
    (backend, { dout, q, k, v, out, lse }, attributes) => {
      const [N, D] = q!.shape as [number, number];
      const M = k!.shape[0]!;
      const { numHeads: H, queryOffsets, keyOffsets, scale, causal } = attributes;
      const [dq, dk, dv] = [backend.acquire(N * D), backend.acquire(M * D), backend.acquire(M * D)];
      backend.binding.attentionBackward(
        backend.floats(dout!),
        backend.floats(q!),
        backend.floats(k!),
        backend.floats(v!),
        backend.floats(out!),
        backend.floats(lse!),
        dq,
        dk,
        dv,
        queryOffsets,
        keyOffsets,
        H,
        D / H,
        scale,
        causal,
        backend.precision,
      );
      return [backend.output(dq, [N, D]), backend.output(dk, [M, D]), backend.output(dv, [M, D])];
    },
  );
  registerNativeGradient<Attributes>({
    kernelName: ATTENTION,
    saveInputs: ["q", "k", "v"],
    saveOutputs: [true, true],
    backward(dout, [q, k, v, out, lse], attributes) {
      const inputs = { dout, q: q!, k: k!, v: v!, out: out!, lse: lse! };
      const [dq, dk, dv] = runNative(`${ATTENTION}Gradient`, inputs, attributes);
      return { q: dq!, k: dk!, v: dv! };
    },
  });
}

// `featureAttention` on the C++ kernels. Shape letters: N tokens, H heads, F features and K width of one head.

import { FEATURE_ATTENTION, type FeatureAttentionOptions } from "../../fused/feature-attention.ts";
import { registerNative, registerNativeGradient, runNative } from "../register.ts";

export function registerFeatureAttention(): void {
  registerNative<FeatureAttentionOptions>(
    FEATURE_ATTENTION,
    (backend, { q, k, v }, { numHeads: H, offsets }) => {
      const [N, HF] = q!.shape as [number, number];
      const HK = v!.shape[1]!;
      const [out, denominators] = [backend.acquire(N * HK), backend.acquire(N * H)];
      backend.binding.favorForward(
        backend.floats(q!),
        backend.floats(k!),
        backend.floats(v!),
        out,
        denominators,
        offsets,
        offsets,
        H,
        HF / H,
        HK / H,
      );
      return [backend.output(out, [N, HK]), backend.output(denominators, [N, H])];
    },
  );
  registerNative<FeatureAttentionOptions>(
    `${FEATURE_ATTENTION}Gradient`,
    (backend, { dout, q, k, v, out, denominators }, { numHeads: H, offsets }) => {
      const [N, HF] = q!.shape as [number, number];
      const HK = v!.shape[1]!;
      const [dq, dk] = [backend.acquire(N * HF), backend.acquire(N * HF)];
      const dv = backend.acquire(N * HK);
      backend.binding.favorBackward(
        backend.floats(dout!),
        backend.floats(q!),
        backend.floats(k!),
        backend.floats(v!),
        backend.floats(out!),
        backend.floats(denominators!),
        dq,
        dk,
        dv,
        offsets,
        offsets,
        H,
        HF / H,
        HK / H,
      );
      return [
        backend.output(dq, [N, HF]),
        backend.output(dk, [N, HF]),
        backend.output(dv, [N, HK]),
      ];
    },
  );
  registerNativeGradient<FeatureAttentionOptions>({
    kernelName: FEATURE_ATTENTION,
    saveInputs: ["q", "k", "v"],
    saveOutputs: [true, true],
    backward(dout, [q, k, v, out, denominators], attributes) {
      const inputs = { dout, q: q!, k: k!, v: v!, out: out!, denominators: denominators! };
      const [dq, dk, dv] = runNative(`${FEATURE_ATTENTION}Gradient`, inputs, attributes);
      return { q: dq!, k: dk!, v: dv! };
    },
  });
}

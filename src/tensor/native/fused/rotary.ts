// `rotary` on the C++ kernel. Its gradient is the same kernel turning back.

import { ROTARY, type RotaryAttributes } from "../../fused/rotary.ts";
import { registerNative, registerNativeGradient, runNative } from "../register.ts";

export function registerRotary(): void {
  registerNative<RotaryAttributes>(ROTARY, (backend, { x }, attributes) => {
    const { positions, numHeads, base, inverse } = attributes;
    const [N, D] = x!.shape as [number, number];
    const y = backend.acquire(N * D);
    const K = D / numHeads;
    backend.binding.rotary(backend.floats(x!), positions, y, N, numHeads, K, base, inverse);
    return backend.output(y, [N, D]);
  });
  registerNativeGradient<RotaryAttributes>({
    kernelName: ROTARY,
    saveInputs: [],
    backward(dy, _saved, attributes) {
      const [dx] = runNative(ROTARY, { x: dy }, { ...attributes, inverse: !attributes.inverse });
      return { x: dx! };
    },
  });
}

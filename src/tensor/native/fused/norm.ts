// Layer norm and RMS norm on the C++ kernels. Shape letters: N rows, D width.

import { LAYER_NORM, RMS_NORM, RMS_NORM_PLAIN } from "../../fused/norm.ts";
import { registerNative, registerNativeGradient, runNative } from "../register.ts";

interface Attributes {
  readonly epsilon: number;
}

export function registerNorms(): void {
  registerLayerNorm();
  registerRmsNorm(RMS_NORM, ["x", "gain"]);
  registerRmsNorm(RMS_NORM_PLAIN, ["x"]);
}

function registerLayerNorm(): void {
  registerNative<Attributes>(LAYER_NORM, (backend, { x, gain, bias }, { epsilon }) => {
    const [N, D] = x!.shape as [number, number];
    const [y, mean, rstd] = [backend.acquire(N * D), backend.acquire(N), backend.acquire(N)];
    const [g, b] = [backend.floats(gain!), backend.floats(bias!)];
    backend.binding.layerNormForward(backend.floats(x!), g, b, y, mean, rstd, N, D, epsilon);
    return [backend.output(y, [N, D]), backend.output(mean, [N]), backend.output(rstd, [N])];
  });
  registerNative(`${LAYER_NORM}Gradient`, (backend, { dy, x, gain, mean, rstd }) => {
    const [N, D] = x!.shape as [number, number];
    const [dx, dgain, dbias] = [backend.acquire(N * D), backend.acquire(D), backend.acquire(D)];
    backend.binding.layerNormBackward(
      backend.floats(dy!),
      backend.floats(x!),
      backend.floats(gain!),
      backend.floats(mean!),
      backend.floats(rstd!),
      dx,
      dgain,
      dbias,
      N,
      D,
    );
    return [backend.output(dx, [N, D]), backend.output(dgain, [D]), backend.output(dbias, [D])];
  });
  registerNativeGradient({
    kernelName: LAYER_NORM,
    saveInputs: ["x", "gain"],
    saveOutputs: [false, true, true],
    backward(dy, [x, gain, mean, rstd]) {
      const inputs = { dy, x: x!, gain: gain!, mean: mean!, rstd: rstd! };
      const [dx, dgain, dbias] = runNative(`${LAYER_NORM}Gradient`, inputs);
      return { x: dx!, gain: dgain!, bias: dbias! };
    },
  });
}

function registerRmsNorm(name: string, saveInputs: readonly string[]): void {
  registerNative<Attributes>(name, (backend, { x, gain }, { epsilon }) => {
    const [N, D] = x!.shape as [number, number];
    const [y, rstd] = [backend.acquire(N * D), backend.acquire(N)];
    const g = gain === undefined ? null : backend.floats(gain);
    backend.binding.rmsNormForward(backend.floats(x!), g, y, rstd, N, D, epsilon);
    return [backend.output(y, [N, D]), backend.output(rstd, [N])];
  });
  registerNative(`${name}Gradient`, (backend, { dy, x, gain, rstd }) => {
    const [N, D] = x!.shape as [number, number];
    const dx = backend.acquire(N * D);
    const dgain = gain === undefined ? null : backend.acquire(D);
    const g = gain === undefined ? null : backend.floats(gain);
    const [dyValues, xValues, r] = [backend.floats(dy!), backend.floats(x!), backend.floats(rstd!)];
    backend.binding.rmsNormBackward(dyValues, xValues, g, r, dx, dgain, N, D);
    const output = backend.output(dx, [N, D]);
    return dgain === null ? [output] : [output, backend.output(dgain, [D])];
  });
  registerNativeGradient({
    kernelName: name,
    saveInputs,
    saveOutputs: [false, true],
    backward(dy, saved) {
      const [x, rstd, gain] = [
        saved[0]!,
        saved.at(-1)!,
        saved.length === 3 ? saved[1]! : undefined,
      ];
      const inputs = { dy, x, rstd, ...(gain === undefined ? {} : { gain }) };
      const [dx, dgain] = runNative(`${name}Gradient`, inputs);
      return { x: dx!, ...(dgain === undefined ? {} : { gain: dgain }) };
    },
  });
}

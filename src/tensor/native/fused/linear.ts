// `linear` on the C++ kernels. Shape letters: N rows, D input width, O output width.

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type Activation, LINEAR } from "../../fused/linear.ts";
import type { NativeBackend } from "../backend.ts";
import type { NativeActivation } from "../binding.ts";
import { type Inputs, registerNative, registerNativeGradient, runNative } from "../register.ts";

const CODES: Readonly<Record<Activation, NativeActivation>> = {
  none: 0,
  relu: 1,
  relu2: 2,
  gelu: 3,
};

interface Attributes {
  readonly activation: Activation;
}

/** What the gradient needs differs by activation, and tfjs fixes that by kernel name: hence one name each. */
const SAVED_OUTPUTS: Readonly<Record<Activation, readonly boolean[]>> = {
  none: [],
  relu: [true],
  relu2: [true],
  gelu: [false, true],
};

export function registerLinear(): void {
  for (const activation of ["none", "relu", "relu2", "gelu"] as const) {
    const name = LINEAR[activation];
    registerNative<Attributes>(name, forward);
    registerNativeGradient<Attributes>({
      kernelName: name,
      saveInputs: ["x", "w"],
      saveOutputs: SAVED_OUTPUTS[activation],
      backward(dy, [x, w, output], attributes) {
        const inputs = { dy, x: x!, w: w!, ...(output === undefined ? {} : { output }) };
        const [dx, dw, db] = runNative(`${name}Gradient`, inputs, attributes);
        return { x: dx!, w: dw!, b: db! };
      },
    });
    registerNative<Attributes>(`${name}Gradient`, backward);
  }
}

function forward(
  backend: NativeBackend,
  { x, w, b }: Inputs,
  { activation }: Attributes,
): TensorInfo[] {
  const [N, D] = x!.shape as [number, number];
  const O = w!.shape[0]!;
  const y = backend.acquire(N * O);
  const pre = activation === "gelu" ? backend.acquire(N * O) : null;
  backend.binding.linearForward(
    backend.floats(x!),
    backend.floats(w!),
    b === undefined ? null : backend.floats(b),
    y,
    pre,
    N,
    D,
    O,
    CODES[activation],
    backend.precision,
  );
  const output = backend.output(y, [N, O]);
  return pre === null ? [output] : [output, backend.output(pre, [N, O])];
}

function backward(
  backend: NativeBackend,
  { dy, x, w, output }: Inputs,
  { activation }: Attributes,
): TensorInfo[] {
  const [N, D] = x!.shape as [number, number];
  const O = w!.shape[0]!;
  const [dx, dw, db] = [backend.acquire(N * D), backend.acquire(O * D), backend.acquire(O)];
  const saved = output === undefined ? null : backend.floats(output);
  backend.binding.linearBackward(
    backend.floats(dy!),
    backend.floats(x!),
    backend.floats(w!),
    activation === "gelu" ? null : saved,
    activation === "gelu" ? saved : null,
    dx,
    dw,
    db,
    N,
    D,
    O,
    CODES[activation],
    backend.precision,
  );
  return [backend.output(dx, [N, D]), backend.output(dw, [O, D]), backend.output(db, [O])];
}

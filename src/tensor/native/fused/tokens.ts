// What works on token ids, and dropout: embedding, cross-entropy. Shape letters: N tokens, D width, V vocabulary.

import { CROSS_ENTROPY, type CrossEntropyAttributes } from "../../fused/cross-entropy.ts";
import { DROPOUT } from "../../fused/dropout.ts";
import { EMBEDDING } from "../../fused/embedding.ts";
import { registerNative, registerNativeGradient, runNative } from "../register.ts";

export function registerEmbedding(): void {
  interface Attributes {
    readonly ids: Int32Array;
    readonly numRows: number;
  }
  registerNative<Attributes>(EMBEDDING, (backend, { table }, { ids }) => {
    const [V, D] = table!.shape as [number, number];
    const y = backend.acquire(ids.length * D);
    backend.binding.embeddingForward(backend.floats(table!), ids, y, ids.length, D, V);
    return backend.output(y, [ids.length, D]);
  });
  registerNative<Attributes>(`${EMBEDDING}Gradient`, (backend, { dy }, { ids, numRows: V }) => {
    const D = dy!.shape[1]!;
    const dtable = backend.acquire(V * D);
    backend.binding.embeddingBackward(backend.floats(dy!), ids, dtable, ids.length, D, V);
    return backend.output(dtable, [V, D]);
  });
  registerNativeGradient<Attributes>({
    kernelName: EMBEDDING,
    saveInputs: [],
    backward(dy, _saved, attributes) {
      return { table: runNative(`${EMBEDDING}Gradient`, { dy }, attributes)[0]! };
    },
  });
}

export function registerCrossEntropy(): void {
  registerNative<CrossEntropyAttributes>(CROSS_ENTROPY, (backend, { logits }, attributes) => {
    const [N, V] = logits!.shape as [number, number];
    const [loss, lse] = [backend.acquire(N), backend.acquire(N)];
    const { targets, zLoss } = attributes;
    backend.binding.crossEntropyForward(backend.floats(logits!), targets, loss, lse, N, V, zLoss);
    return [backend.output(loss, [N]), backend.output(lse, [N])];
  });
  registerNative<CrossEntropyAttributes>(
    `${CROSS_ENTROPY}Gradient`,
    (backend, { dloss, logits, lse }, { targets, zLoss }) => {
      const [N, V] = logits!.shape as [number, number];
      const dlogits = backend.acquire(N * V);
      backend.binding.crossEntropyBackward(
        backend.floats(dloss!),
        backend.floats(logits!),
        targets,
        backend.floats(lse!),
        dlogits,
        N,
        V,
        zLoss,
      );
      return backend.output(dlogits, [N, V]);
    },
  );
  registerNativeGradient<CrossEntropyAttributes>({
    kernelName: CROSS_ENTROPY,
    saveInputs: ["logits"],
    saveOutputs: [false, true],
    backward(dloss, [logits, lse], attributes) {
      const inputs = { dloss, logits: logits!, lse: lse! };
      return { logits: runNative(`${CROSS_ENTROPY}Gradient`, inputs, attributes)[0]! };
    },
  });
}

export function registerDropout(): void {
  interface Attributes {
    readonly rate: number;
    readonly seed: number;
  }
  registerNative<Attributes>(DROPOUT, (backend, { x }, { rate, seed }) => {
    const values = backend.floats(x!);
    const y = backend.acquire(values.length);
    backend.binding.dropout(values, y, rate, seed);
    return backend.output(y, x!.shape);
  });
  registerNativeGradient<Attributes>({
    kernelName: DROPOUT,
    saveInputs: [],
    backward: (dy, _saved, attributes) => ({ x: runNative(DROPOUT, { x: dy }, attributes)[0]! }),
  });
}

// What a configuration may say about engines.

import { z } from "zod";

export const engineConfigSchema = z.strictObject({
  /** `auto` takes the first that works: a real GPU, native, wasm, cpu. */
  engine: z.enum(["auto", "tensorflow", "webgpu", "native", "wasm", "cpu"]).default("auto"),
  /** Threads of one process; the engine's own choice when absent. */
  threads: z.int().positive().optional(),
  /** bf16: bf16 operands, f32 accumulation and master weights. auto: bf16 where the CPU has it. */
  precision: z.enum(["auto", "f32", "bf16"]).default("auto"),
});

export type EngineConfig = Readonly<z.infer<typeof engineConfigSchema>>;

// What an engine brings. Each file beside this one is one driver; engine.ts chooses between them.

/** Engines by name; DESIGN.md section 3 and docs/engines.md say what each is for. */
export type EngineName = "tensorflow" | "webgpu" | "native" | "wasm" | "cpu";
export type Precision = "f32" | "bf16";

export interface EngineOptions {
  /** `auto` (the default) takes the first that works: a real GPU, native, wasm, cpu. */
  readonly engine?: EngineName | "auto" | undefined;
  /** Threads to compute with; the engine's own choice unless given. Engines with one thread ignore it. */
  readonly threads?: number | undefined;
  /** `auto` (the default) is bf16 where the hardware has it, else f32. */
  readonly precision?: Precision | "auto" | undefined;
}

/** What an opened engine is. */
export interface EngineDescription {
  /** Where it computes: "CPU (JavaScript)", the name of a GPU, the instruction set. */
  readonly device: string;
  /** True for a GPU that is hardware. */
  readonly accelerated: boolean;
  readonly threads: number;
  readonly precision: Precision;
  /** Which code computes: "js", "wasm-simd", "amx", ... */
  readonly kernelPath: string;
  /** Two engines with equal classes give the same bits for the same inputs. */
  readonly numericClass: string;
}

export interface EngineDriver {
  readonly name: EngineName;
  /** The tfjs backend that it registers. */
  readonly backendName: string;
  /**
   * Loads and registers the backend. Called again, it applies the new options.
   *
   * @throws {UnavailableError} with one reason, and in `hint` what to do about it.
   */
  open(options: EngineOptions): Promise<EngineDescription>;
  /** Gives up, for good, what keeps the process alive. Engines without such a thing have no `close`. */
  close?(): Promise<void>;
}

// The typed face of the C++ kernels (native/): loads the addon and lists its functions. No tensors here:
// every function works on typed-array views, validates their lengths and writes into outputs that the
// caller allocated. native/API.md has the formulas. Several threads may each load their own instance.

import { createRequire } from "node:module";

/** 0: f32 operands. 1: bf16 operands (rounded to nearest even), f32 accumulation, f32 in and out. */
export type NativePrecision = 0 | 1;

/** 0 none, 1 relu, 2 relu squared, 3 gelu (tanh form). */
export type NativeActivation = 0 | 1 | 2 | 3;

/** From slowest to fastest. `avx512bf16` and `amx` differ from `avx512` in bf16 products only. */
export type NativePath = "portable" | "avx2" | "avx512" | "avx512bf16" | "amx";

export interface NativeInfo {
  readonly path: NativePath;
  /** Every path that this machine can run. */
  readonly paths: readonly NativePath[];
  /** True where bf16 products run on bf16 instructions; elsewhere they are rounded and run in f32. */
  readonly bf16: boolean;
  readonly threads: number;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Cache sizes of one core in bytes, 0 when unknown. */
  readonly l1dBytes: number;
  readonly l2Bytes: number;
  readonly l3Bytes: number;
  readonly cpu: string;
  readonly arch: string;
  readonly compiler: string;
  /** Names sources, flags and compiler of the kernels; absent from an addon that was built before it was told. */
  readonly build?: string;
}

type F32 = Float32Array;
type I32 = Int32Array;

/**
 * Letters: N rows (tokens), D inputs, O outputs, M key rows, H heads, K head width (D = H * K), B ragged
 * rows, V vocabulary. All matrices are row-major and dense. Outputs are overwritten unless the text says
 * "adds"; they must not overlap inputs unless it says "in place allowed". The bits of a result depend on
 * the path, never on the number of threads.
 *
 * Every function throws a TypeError when an array has the wrong type or length, and a RangeError when an
 * id, target or offset is out of range.
 */
export interface NativeBinding {
  info(): NativeInfo;
  /** Sets how many threads this instance computes with, the caller included. */
  setThreads(threads: number): void;
  /** Chooses a slower path, for tests. Throws when this machine cannot run it. */
  setPath(path: NativePath): void;
  /** The limit of one core in GFLOP/s: multiply-adds on registers alone, the best of about `milliseconds`. */
  peakGflops(precision: NativePrecision, milliseconds: number): number;

  /** c[m,n] = op(a) op(b) + beta c. a is [m,k] ([k,m] when transA), b is [k,n] ([n,k] when transB). beta is 0 or 1. */
  gemm(
    transA: boolean,
    transB: boolean,
    m: number,
    n: number,
    k: number,
    a: F32,
    b: F32,
    c: F32,
    beta: 0 | 1,
    precision: NativePrecision,
  ): void;
  /** `batch` products. Strides in floats from one matrix to the next; 0 repeats one matrix. c is dense [batch,m,n]. */
  gemmBatched(
    transA: boolean,
    transB: boolean,
    batch: number,
    m: number,
    n: number,
    k: number,
    a: F32,
    strideA: number,
    b: F32,
    strideB: number,
    c: F32,
    precision: NativePrecision,
  ): void;

  /** y[N,O] = act(x[N,D] w[O,D]ᵀ + bias[O]). `pre` [N,O] receives x wᵀ + bias; only gelu's backward needs it (else null). */
  linearForward(
    x: F32,
    w: F32,
    bias: F32 | null,
    y: F32,
    pre: F32 | null,
    n: number,
    d: number,
    o: number,
    activation: NativeActivation,
    precision: NativePrecision,
  ): void;
  /**
   * Gradients of linearForward; pass null for those not wanted. `y` is the forward's output (relu, relu2;
   * null for none and gelu), `pre` its pre-activation (gelu; else null).
   */
  linearBackward(
    dy: F32,
    x: F32,
    w: F32,
    y: F32 | null,
    pre: F32 | null,
    dx: F32 | null,
    dw: F32 | null,
    db: F32 | null,
    n: number,
    d: number,
    o: number,
    activation: NativeActivation,
    precision: NativePrecision,
  ): void;

  /** mean[N] and rstd[N] are saved for the backward. */
  layerNormForward(
    x: F32,
    gain: F32 | null,
    bias: F32 | null,
    y: F32,
    mean: F32,
    rstd: F32,
    n: number,
    d: number,
    epsilon: number,
  ): void;
  layerNormBackward(
    dy: F32,
    x: F32,
    gain: F32 | null,
    mean: F32,
    rstd: F32,
    dx: F32 | null,
    dgain: F32 | null,
    dbias: F32 | null,
    n: number,
    d: number,
  ): void;
  /** y = x rstd gain, rstd = 1 / sqrt(mean(x²) + epsilon), saved for the backward. Rows may be as short as a head: n = N H, d = K. */
  rmsNormForward(
    x: F32,
    gain: F32 | null,
    y: F32,
    rstd: F32,
    n: number,
    d: number,
    epsilon: number,
  ): void;
  rmsNormBackward(
    dy: F32,
    x: F32,
    gain: F32 | null,
    rstd: F32,
    dx: F32 | null,
    dgain: F32 | null,
    n: number,
    d: number,
  ): void;

  /** Turns the pairs (2i, 2i+1) of every head by positions[row] * base^(-2i/K); `inverse` turns back (the backward). In place allowed. */
  rotary(
    x: F32,
    positions: I32,
    y: F32,
    n: number,
    heads: number,
    headDim: number,
    base: number,
    inverse: boolean,
  ): void;

  /**
   * Row b's queries [qOffsets[b], qOffsets[b+1]) see row b's keys. Causal aligns the ends: query t of T
   * sees keys <= S - T + t. q, out: [N, H K]; k, v: [M, H K]; lse: [N, H], log of the summed exponentials.
   * A query that sees no key gives zeros and lse -Infinity.
   */
  attentionForward(
    q: F32,
    k: F32,
    v: F32,
    out: F32,
    lse: F32,
    qOffsets: I32,
    kOffsets: I32,
    heads: number,
    headDim: number,
    scale: number,
    causal: boolean,
    precision: NativePrecision,
  ): void;
  attentionBackward(
    dout: F32,
    q: F32,
    k: F32,
    v: F32,
    out: F32,
    lse: F32,
    dq: F32,
    dk: F32,
    dv: F32,
    qOffsets: I32,
    kOffsets: I32,
    heads: number,
    headDim: number,
    scale: number,
    causal: boolean,
    precision: NativePrecision,
  ): void;

  /** y[N,D] = table[ids]. */
  embeddingForward(table: F32, ids: I32, y: F32, n: number, d: number, v: number): void;
  /** dtable[V,D] = sum of the rows of dy by id, in the order of the rows. */
  embeddingBackward(dy: F32, ids: I32, dtable: F32, n: number, d: number, v: number): void;

  /** loss[N] = lse - logits[target] + zLoss lse²; lse[N] is saved for the backward. */
  crossEntropyForward(
    logits: F32,
    targets: I32,
    loss: F32,
    lse: F32,
    n: number,
    v: number,
    zLoss: number,
  ): void;
  /** dlogits = dloss (softmax (1 + 2 zLoss lse) - onehot). */
  crossEntropyBackward(
    dloss: F32,
    logits: F32,
    targets: I32,
    lse: F32,
    dlogits: F32,
    n: number,
    v: number,
    zLoss: number,
  ): void;

  /** y[i] = keep(seed, i) ? x[i] / (1 - rate) : 0. Its own backward, with dy for x. In place allowed. API.md has the hash. */
  dropout(x: F32, y: F32, rate: number, seed: number): void;

  /** y = a + b; same lengths. In place allowed for this and the next four. */
  add(a: F32, b: F32, y: F32): void;
  sub(a: F32, b: F32, y: F32): void;
  mul(a: F32, b: F32, y: F32): void;
  /** y = a * factor. */
  scale(a: F32, factor: number, y: F32): void;
  /** y = a + b * factor. */
  addScaled(a: F32, b: F32, factor: number, y: F32): void;
  /** y = ((a0 + a1) + a2) + ...; at least one array. */
  addN(arrays: readonly F32[], y: F32): void;
  /** y[N,D] = x[N,D] + bias[D]. In place allowed. */
  addBias(x: F32, bias: F32, y: F32, n: number, d: number): void;
  /** y[D] = sum over rows of x[N,D]. */
  columnSum(x: F32, y: F32, n: number, d: number): void;
  /** y = act(x). In place allowed. */
  activationForward(x: F32, y: F32, activation: NativeActivation): void;
  /** dx = dy act'(x), x the pre-activation. */
  activationBackward(dy: F32, x: F32, dx: F32, activation: NativeActivation): void;
  /** y[N,D] = softmax of every row. In place allowed. */
  softmax(x: F32, y: F32, n: number, d: number): void;

  // Flat kernels: the same bits on every path and from the TypeScript versions (API.md has the order of the arithmetic).
  /** Sum of squares in f64. */
  sumOfSquares(a: F32): number;
  /** Sum in f64. */
  sum(a: F32): number;
  /** Combines the arrays along the binary tree that pairs neighbours, level by level. */
  treeSum(arrays: readonly F32[], out: F32): void;
  /** One AdamW step in place. `decayRanges` holds [begin, end) pairs, ascending, where weight decay applies. `step` counts from 1. */
  adamwStep(
    params: F32,
    grads: F32,
    m: F32,
    v: F32,
    decayRanges: I32,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    weightDecay: number,
    step: number,
    gradScale: number,
  ): void;
  f32ToBf16(src: F32, dst: Uint16Array): void;
  bf16ToF32(src: Uint16Array, dst: F32): void;

  /** Muon's orthogonalisation: y ≈ U Vᵀ of x[rows,cols] by `steps` quintic Newton-Schulz iterations. */
  newtonSchulz(
    x: F32,
    y: F32,
    rows: number,
    cols: number,
    steps: number,
    precision: NativePrecision,
  ): void;
  /**
   * One Adafactor step in place on a matrix (rows > 1: factored second moments rowMoments[rows],
   * colMoments[cols]) or a vector (rows = 1: colMoments is the full second moment, rowMoments unused).
   */
  adafactorStep(
    params: F32,
    grads: F32,
    rowMoments: F32,
    colMoments: F32,
    rows: number,
    cols: number,
    learningRate: number,
    decay: number,
    epsilon: number,
    clipThreshold: number,
    weightDecay: number,
    gradScale: number,
  ): void;

  /**
   * FAVOR+ attention over ragged rows, not causal, on features that were already mapped: qf [N, H F],
   * kf [M, H F], v [M, H K]: out = qf (kfᵀ v) / (qf Σkf + 1e-6). den[N,H] is saved for the backward.
   */
  favorForward(
    qf: F32,
    kf: F32,
    v: F32,
    out: F32,
    den: F32,
    qOffsets: I32,
    kOffsets: I32,
    heads: number,
    features: number,
    headDim: number,
  ): void;
  favorBackward(
    dout: F32,
    qf: F32,
    kf: F32,
    v: F32,
    out: F32,
    den: F32,
    dqf: F32,
    dkf: F32,
    dv: F32,
    qOffsets: I32,
    kOffsets: I32,
    heads: number,
    features: number,
    headDim: number,
  ): void;

  /**
   * One decoding step: query i (q[N, H K]) attends over the first lengths[i] rows of cache number rows[i].
   * k, v: [numCaches, capacity, H K]. Many queries may share one cache (cross attention: rows all equal).
   */
  decodeAttention(
    q: F32,
    k: F32,
    v: F32,
    out: F32,
    rows: I32,
    lengths: I32,
    capacity: number,
    heads: number,
    headDim: number,
    scale: number,
  ): void;
}

/** Why the kernels cannot be used here, in one line. */
export interface NativeUnavailable {
  readonly unavailable: string;
}

let loaded: NativeBinding | NativeUnavailable | undefined;

/** Loads the addon, once per thread. Never throws: without it, the answer says why. */
export function loadNative(): NativeBinding | NativeUnavailable {
  loaded ??= load();
  return loaded;
}

function load(): NativeBinding | NativeUnavailable {
  const file = "../../../native/build/auspex.node";
  try {
    return createRequire(import.meta.url)(file) as NativeBinding;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { unavailable: `native kernels are not built (npm run install): ${reason}` };
  }
}

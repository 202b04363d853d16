// An ONNX graph as we keep it: what the text, the shapes and the features need. Weights are their dims.

/** A size, a symbol (`batch`), or unknown. */
export type Dim = number | string | undefined;
/** Undefined: not even the rank is known. */
export type Shape = readonly Dim[] | undefined;

export type OnnxType =
  | { readonly kind: "tensor"; readonly elementType: number; readonly shape: Shape }
  | { readonly kind: "sequence" | "map" | "optional" | "sparse_tensor" | "opaque" };

export interface ValueInfo {
  readonly name: string;
  readonly type: OnnxType | undefined;
}

/** An initializer or a tensor attribute, without its data unless it is small. */
export interface TensorHeader {
  readonly name: string;
  /** Number of the ONNX data type; 1 is FLOAT, 7 is INT64. */
  readonly dataType: number;
  readonly dims: readonly number[];
  /** Values of tensors of at most MAX_INLINE_ELEMENTS elements; undefined where they were not read. */
  readonly values: readonly (number | bigint | string)[] | undefined;
  /** Whether the data is one block of bytes and not a list of numbers. */
  readonly isRaw: boolean;
  /** Data in another file: noted, never opened. */
  readonly external: boolean;
}

export type AttributeValue =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number | bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: TensorHeader }
  | { readonly kind: "graph"; readonly value: OnnxGraph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly (number | bigint)[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "graphs"; readonly value: readonly OnnxGraph[] }
  /** Several tensors, sparse tensors, types: present, and printed as such. */
  | { readonly kind: "tensors" | "other" | "empty" };

export interface Attribute {
  readonly name: string;
  readonly value: AttributeValue;
}

export interface OnnxNode {
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Types that the file declares for values inside. */
  readonly valueInfos: readonly ValueInfo[];
  readonly initializers: readonly TensorHeader[];
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: OnnxGraph;
  /** Names of functions that the file defines for itself: `domain.name`. */
  readonly functions: readonly string[];
}

/** ONNX's names of element types, by number. */
const DATA_TYPES: readonly string[] = [
  "UNDEFINED",
  "FLOAT",
  "UINT8",
  "INT8",
  "UINT16",
  "INT16",
  "INT32",
  "INT64",
  "STRING",
  "BOOL",
  "FLOAT16",
  "DOUBLE",
  "UINT32",
  "UINT64",
  "COMPLEX64",
  "COMPLEX128",
  "BFLOAT16",
  "FLOAT8E4M3FN",
  "FLOAT8E4M3FNUZ",
  "FLOAT8E5M2",
  "FLOAT8E5M2FNUZ",
  "UINT4",
  "INT4",
  "FLOAT4E2M1",
];

export function dataTypeName(type: number): string {
  return DATA_TYPES[type] ?? `TYPE${type}`;
}

/** Whether the type holds weights (any floating point). */
export function isFloatType(type: number): boolean {
  return /FLOAT|DOUBLE/.test(dataTypeName(type));
}

/** Product of the dims; NaN where one is unknown. */
export function numElements(shape: Shape): number {
  let product = 1;
  for (const dim of shape ?? [undefined]) product *= typeof dim === "number" ? dim : Number.NaN;
  return product;
}

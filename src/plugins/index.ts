// Front door: the plugin contract, its host, and the kinds that come with auspex.

import { codeKind } from "./code/code-kind.ts";
import type { AnyKindPlugin } from "./kind.ts";
import { onnxKind } from "./onnx/onnx-kind.ts";
import { textKind } from "./text-kind.ts";
import { jsonKind, yamlKind } from "./yaml/yaml-kind.ts";

export { type CodeKindOptions, codeKind, type ParsedCode } from "./code/code-kind.ts";
export { type Grammars, loadGrammars } from "./code/grammars.ts";
export * from "./conformance.ts";
export * from "./host.ts";
export * from "./kind.ts";
export { loadPlugins } from "./load.ts";
export { describeOnnx, type OnnxFormat } from "./onnx/describe.ts";
export { type OnnxKindOptions, onnxKind, type ParsedOnnx } from "./onnx/onnx-kind.ts";
export { printableGraph } from "./onnx/printable.ts";
export { readOnnx } from "./onnx/read.ts";
export { textKind } from "./text-kind.ts";
export type { ConfigurationSchema } from "./yaml/schema.ts";
export { type ConfigurationOptions, jsonKind, yamlKind } from "./yaml/yaml-kind.ts";

/** Every kind that comes with auspex, with its default options. */
export function builtInKinds(): AnyKindPlugin[] {
  return [yamlKind(), jsonKind(), onnxKind(), codeKind(), textKind];
}

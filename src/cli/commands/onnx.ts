import { describeOnnx, type OnnxFormat } from "../../plugins/index.ts";
import { withFileWindow } from "../file-window.ts";
import { printLine } from "../output.ts";

/** `auspex onnx FILE`: the text that a model reads of a graph, or its features. */
export async function onnxCommand(
  path: string,
  { format, json }: { readonly format: OnnxFormat; readonly json: boolean },
): Promise<void> {
  const result = withFileWindow(path, (source) => describeOnnx(source, format));
  if (json) printLine(JSON.stringify(typeof result === "string" ? { text: result } : result));
  else if (typeof result === "string") printLine(result);
  else for (const [name, value] of Object.entries(result)) printLine(`${name}: ${value}`);
}

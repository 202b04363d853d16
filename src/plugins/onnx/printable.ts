// The layout of `onnx.helper.printable_graph`, in which the published graph corpora are written. Byte for byte,
// so that models trained on them read ours.

import {
  type Attribute,
  type Dim,
  dataTypeName,
  type OnnxGraph,
  type OnnxNode,
  type OnnxType,
  type TensorHeader,
  type ValueInfo,
} from "./model.ts";

/** Subgraphs follow their graph after an empty line, as there. */
export function printableGraph(graph: OnnxGraph): string {
  const lines: string[] = [];
  const subgraphs: OnnxGraph[] = [];
  let header = ["graph", graph.name];
  const initializers = new Set(graph.initializers.map(({ name }) => name));
  const section = (values: readonly string[]): void => {
    lines.push(header.join(" "));
    for (const value of values) lines.push(`  ${value}`);
    header = [")"];
  };
  if (graph.inputs.length > 0) {
    header.push("(");
    const required = graph.inputs.filter(({ name }) => !initializers.has(name));
    const optional = graph.inputs.filter(({ name }) => initializers.has(name));
    if (required.length > 0) section(required.map(printableValueInfo));
    else header.push(")");
    if (optional.length > 0) {
      header.push("optional inputs with matching initializers (");
      section(optional.map(printableValueInfo));
    }
    // From IR version 4 on an initializer need not be an input.
    if (optional.length < initializers.size) {
      const inputs = new Set(graph.inputs.map(({ name }) => name));
      header.push("initializers (");
      section(graph.initializers.filter(({ name }) => !inputs.has(name)).map(printableTensor));
    }
  }
  header.push("{");
  lines.push(header.join(" "));
  for (const node of graph.nodes) lines.push(`  ${printableNode(node, subgraphs)}`);
  const outputs = graph.outputs.map(({ name }) => `%${name}`).join(", ");
  lines.push(outputs === "" ? "  return" : `  return ${outputs}`, "}");
  return [lines.join("\n"), ...subgraphs.map((sub) => `\n${printableGraph(sub)}`)].join("\n");
}

function printableNode(node: OnnxNode, subgraphs: OnnxGraph[]): string {
  const outputs = node.outputs.map((name) => `%${name}`).join(", ");
  const inputs = node.inputs.map((name) => `%${name}`).join(", ");
  const attributes = node.attributes
    .map((attribute) => printableAttribute(attribute, subgraphs))
    .toSorted(byCodePoint)
    .join(", ");
  const call = node.attributes.length > 0 ? `${node.opType}[${attributes}]` : node.opType;
  return `${outputs === "" ? "" : `${outputs} = `}${call}(${inputs})`;
}

function printableAttribute({ name, value }: Attribute, subgraphs: OnnxGraph[]): string {
  return `${name} = ${printableValue(value, subgraphs)}`;
}

function printableValue(value: Attribute["value"], subgraphs: OnnxGraph[]): string {
  switch (value.kind) {
    case "float":
      return formatG15(value.value);
    case "int":
      return String(value.value);
    case "string":
      return pythonRepr(shorten(value.value));
    case "tensor":
      return value.value.dims.length > 0 ? "<Tensor>" : printableScalar(value.value);
    case "graph":
      subgraphs.push(value.value);
      return `<graph ${value.value.name}>`;
    case "floats":
      return `[${value.value.map(formatG15).join(", ")}]`;
    case "ints":
      return `[${value.value.join(", ")}]`;
    case "strings":
      return `[${value.value.map((text) => pythonRepr(shorten(text))).join(", ")}]`;
    case "tensors":
      return "[<Tensor>, ...]";
    case "graphs":
      subgraphs.push(...value.value);
      return `[${value.value.map((graph) => `<graph ${graph.name}>`).join(",")}]`;
    case "other":
    case "empty":
      return "<Unknown>";
    default:
      return value satisfies never;
  }
}

/** A scalar shows its value, or an empty list where it is stored as raw bytes. */
function printableScalar({ values, dataType, isRaw }: TensorHeader): string {
  const value = isRaw ? undefined : values?.[0];
  if (value === undefined) return "<Scalar Tensor []>";
  return `<Scalar Tensor [${typeof value === "number" ? pythonFloat(value, dataType) : value}]>`;
}

function printableValueInfo({ name, type }: ValueInfo): string {
  return type === undefined ? `%${name}[]` : `%${name}[${printableType(type)}]`;
}

function printableType(type: OnnxType): string {
  if (type.kind !== "tensor") return `Unknown type ${type.kind}_type`;
  const element = dataTypeName(type.elementType);
  if (type.shape === undefined) return element;
  return type.shape.length === 0
    ? `${element}, scalar`
    : `${element}, ${printableDims(type.shape)}`;
}

function printableTensor({ name, dataType, dims }: TensorHeader): string {
  const shape = dims.length === 0 ? "scalar" : printableDims(dims);
  return `%${name}[${dataTypeName(dataType)}, ${shape}]`;
}

function printableDims(dims: readonly Dim[]): string {
  return dims.map((dim) => dim ?? "?").join("x");
}

/** C's `%.15g`, in which Python wrote the corpora. */
function formatG15(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponentText] = value.toExponential(14).split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 15) {
    const digits = mantissa!.replace(/\.?0+$/, "");
    const magnitude = String(Math.abs(exponent)).padStart(2, "0");
    return `${digits}e${exponent < 0 ? "-" : "+"}${magnitude}`;
  }
  const fixed = value.toFixed(Math.max(0, 14 - exponent));
  return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
}

/** Floats with a point, integers without. */
function pythonFloat(value: number, dataType: number): string {
  const isFloat = /FLOAT|DOUBLE/.test(dataTypeName(dataType));
  return isFloat && Number.isInteger(value) && Math.abs(value) < 1e16
    ? `${value}.0`
    : String(value);
}

const MAX_STRING_CHARS = 64;

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length < MAX_STRING_CHARS
    ? text
    : `${characters.slice(0, MAX_STRING_CHARS).join("")}...<+len=${characters.length - MAX_STRING_CHARS}>`;
}

/** Python's repr of a string. */
function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (char) => {
    if (char === "\\" || char === quote) return `\\${char}`;
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    if (char === "\t") return "\\t";
    if (!/[\p{C}\p{Z}]/u.test(char) || char === " ") return char;
    const code = char.codePointAt(0)!;
    const hex = code.toString(16);
    if (code < 256) return `\\x${hex.padStart(2, "0")}`;
    return code < 65_536 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  }).join("");
  return `${quote}${escaped}${quote}`;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

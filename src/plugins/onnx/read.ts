// Reads an ONNX file by walking its wire format. Weight data is skipped by its length, external data never
// opened, every count and depth bounded; nothing is allocated for what a file merely claims.

import {
  type ByteSource,
  memorySource,
  WIRE_BYTES,
  WireError,
  WireReader,
} from "../../core/index.ts";
import type { InvalidDetails } from "../kind.ts";
import type {
  Attribute,
  AttributeValue,
  Dim,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxType,
  TensorHeader,
  ValueInfo,
} from "./model.ts";
import { readTensorHeader } from "./read-tensor.ts";

const MAX_NODES = 100_000;
const MAX_VALUES = 500_000;
const MAX_NAME_BYTES = 4096;
const MAX_STRING_BYTES = 64 * 1024;
const MAX_LIST = 4096;
const MAX_RANK = 64;
const MAX_DEPTH = 32;
const MAX_FUNCTIONS = 1000;

/** Makes the error to throw: `context.invalid` of the plugin. */
export type Invalid = (details: InvalidDetails) => Error;

/**
 * @throws what `invalid` makes: ONNX_EMPTY, ONNX_TRUNCATED, ONNX_WIRE, ONNX_NAME, ONNX_DEPTH, ONNX_LIMIT or
 *   ONNX_NO_GRAPH, with the byte offset.
 */
export function readOnnx(source: ByteSource | Uint8Array, invalid: Invalid): OnnxModel {
  const bytes = source instanceof Uint8Array ? memorySource(source) : source;
  if (bytes.length === 0) {
    throw invalid({ code: "ONNX_EMPTY", message: "an empty file is no model" });
  }
  try {
    return new OnnxReader(invalid).model(new WireReader(bytes));
  } catch (error) {
    throw error instanceof WireError ? invalid(detailsOf(error)) : error;
  }
}

function detailsOf(error: WireError): InvalidDetails {
  const code = {
    truncated: "ONNX_TRUNCATED",
    utf8: "ONNX_NAME",
    length: "ONNX_LIMIT",
    varint: "ONNX_WIRE",
    "wire-type": "ONNX_WIRE",
    field: "ONNX_WIRE",
  }[error.reason];
  return {
    code,
    message: error.message.replace(/^byte \d+: /, ""),
    at: `byte ${error.offset}`,
    hint: "is this an ONNX file? Check it with onnx.checker",
  };
}

class OnnxReader {
  readonly #invalid: Invalid;
  #numNodes = 0;
  #numValues = 0;
  #depth = 0;

  constructor(invalid: Invalid) {
    this.#invalid = invalid;
  }

  model(reader: WireReader): OnnxModel {
    let irVersion = 0;
    let graph: OnnxGraph | undefined;
    const opsets: { domain: string; version: number }[] = [];
    const functions: string[] = [];
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          irVersion = reader.varint();
          break;
        case 7:
          if (graph !== undefined) {
            throw this.#fail("ONNX_WIRE", "a second graph in one model", reader.offset);
          }
          graph = this.#graph(reader.message());
          break;
        case 8:
          this.#bound(opsets.length, MAX_LIST, "opset imports", reader.offset);
          opsets.push(this.#opset(reader.message()));
          break;
        case 25:
          this.#bound(functions.length, MAX_FUNCTIONS, "functions", reader.offset);
          functions.push(this.#functionName(reader.message()));
          break;
        default:
          reader.skip();
      }
    }
    if (graph === undefined) {
      throw this.#fail("ONNX_NO_GRAPH", "the model has no graph", reader.offset);
    }
    return { irVersion, opsets, graph, functions };
  }

  #opset(reader: WireReader): { domain: string; version: number } {
    let domain = "";
    let version = 0;
    while (reader.next()) {
      if (reader.field === 1) domain = reader.string(MAX_NAME_BYTES);
      else if (reader.field === 2) version = reader.varint();
      else reader.skip();
    }
    return { domain: domain === "ai.onnx" ? "" : domain, version };
  }

  #functionName(reader: WireReader): string {
    let name = "";
    let domain = "";
    while (reader.next()) {
      if (reader.field === 1) name = reader.string(MAX_NAME_BYTES);
      else if (reader.field === 10) domain = reader.string(MAX_NAME_BYTES);
      else reader.skip();
    }
    return domain === "" ? name : `${domain}.${name}`;
  }

  #graph(reader: WireReader): OnnxGraph {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw this.#fail("ONNX_DEPTH", `graphs nested deeper than ${MAX_DEPTH}`, reader.offset);
    }
    let name = "";
    const inputs: ValueInfo[] = [];
    const outputs: ValueInfo[] = [];
    const valueInfos: ValueInfo[] = [];
    const initializers: TensorHeader[] = [];
    const nodes: OnnxNode[] = [];
    while (reader.next()) {
      if ([5, 11, 12, 13, 15].includes(reader.field)) {
        this.#bound(++this.#numValues, MAX_VALUES, "values", reader.offset);
      }
      switch (reader.field) {
        case 1:
          this.#bound(++this.#numNodes, MAX_NODES, "nodes", reader.offset);
          nodes.push(this.#node(reader.message()));
          break;
        case 2:
          name = reader.string(MAX_NAME_BYTES);
          break;
        case 5:
          initializers.push(readTensorHeader(reader.message()));
          break;
        case 11:
          inputs.push(this.#valueInfo(reader.message()));
          break;
        case 12:
          outputs.push(this.#valueInfo(reader.message()));
          break;
        case 13:
          valueInfos.push(this.#valueInfo(reader.message()));
          break;
        case 15:
          initializers.push(sparseHeader(reader.message()));
          break;
        default:
          reader.skip();
      }
    }
    this.#depth -= 1;
    return { name, inputs, outputs, valueInfos, initializers, nodes };
  }

  #node(reader: WireReader): OnnxNode {
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes: Attribute[] = [];
    let opType = "";
    let domain = "";
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          this.#bound(inputs.length, MAX_LIST, "inputs", reader.offset);
          inputs.push(reader.string(MAX_NAME_BYTES));
          break;
        case 2:
          this.#bound(outputs.length, MAX_LIST, "outputs", reader.offset);
          outputs.push(reader.string(MAX_NAME_BYTES));
          break;
        case 4:
          opType = reader.string(MAX_NAME_BYTES);
          break;
        case 5:
          this.#bound(attributes.length, MAX_LIST, "attributes", reader.offset);
          attributes.push(this.#attribute(reader.message()));
          break;
        case 7:
          domain = reader.string(MAX_NAME_BYTES);
          break;
        default:
          reader.skip();
      }
    }
    if (!/^[A-Za-z_][\w.-]{0,127}$/.test(opType)) {
      throw this.#fail("ONNX_OP_TYPE", "an operator's type must be an identifier", reader.offset);
    }
    if (domain.length > 256) {
      throw this.#fail(
        "ONNX_LIMIT",
        "an operator's domain of more than 256 characters",
        reader.offset,
      );
    }
    return { opType, domain: domain === "ai.onnx" ? "" : domain, inputs, outputs, attributes };
  }

  #attribute(reader: WireReader): Attribute {
    let name = "";
    let single: AttributeValue | undefined;
    let other = false;
    let numTensors = 0;
    const floats: number[] = [];
    const ints: (number | bigint)[] = [];
    const strings: string[] = [];
    const graphs: OnnxGraph[] = [];
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          name = reader.string(MAX_NAME_BYTES);
          break;
        case 2:
          single = { kind: "float", value: reader.float() };
          break;
        case 3:
          single = { kind: "int", value: reader.int64() };
          break;
        case 4:
          single = { kind: "string", value: lenientUtf8(reader.bytes(MAX_STRING_BYTES)) };
          break;
        case 5:
          single = { kind: "tensor", value: readTensorHeader(reader.message()) };
          break;
        case 6:
          single = { kind: "graph", value: this.#graph(reader.message()) };
          break;
        case 7:
          this.#list(reader, floats, (from) => from.float());
          break;
        case 8:
          this.#list(reader, ints, (from) => from.int64());
          break;
        case 9:
          this.#bound(strings.length, MAX_LIST, "strings", reader.offset);
          strings.push(lenientUtf8(reader.bytes(MAX_STRING_BYTES)));
          break;
        case 10:
          numTensors += 1;
          reader.skip();
          break;
        case 11:
          this.#bound(graphs.length, MAX_LIST, "graphs", reader.offset);
          graphs.push(this.#graph(reader.message()));
          break;
        case 14:
        case 15:
        case 22:
        case 23:
          other = true;
          reader.skip();
          break;
        default:
          reader.skip();
      }
    }
    return {
      name,
      value: single ?? listValue({ floats, ints, strings, graphs, numTensors, other }),
    };
  }

  /** A repeated number, one a field or packed into one. */
  #list<T>(reader: WireReader, into: T[], read: (from: WireReader) => T): void {
    if (reader.wireType !== WIRE_BYTES) {
      this.#bound(into.length, MAX_LIST, "attribute values", reader.offset);
      into.push(read(reader));
      return;
    }
    const packed = reader.message();
    while (!packed.atEnd) {
      this.#bound(into.length, MAX_LIST, "attribute values", packed.offset);
      into.push(read(packed));
    }
  }

  #valueInfo(reader: WireReader): ValueInfo {
    let name = "";
    let type: OnnxType | undefined;
    while (reader.next()) {
      if (reader.field === 1) name = reader.string(MAX_NAME_BYTES);
      else if (reader.field === 2) type = this.#type(reader.message());
      else reader.skip();
    }
    return { name, type };
  }

  #type(reader: WireReader): OnnxType | undefined {
    let type: OnnxType | undefined;
    while (reader.next()) {
      const kind = TYPE_KINDS.get(reader.field);
      if (kind === undefined) {
        reader.skip();
      } else if (kind === "tensor") {
        type = this.#tensorType(reader.message());
      } else {
        type = { kind };
        reader.skip();
      }
    }
    return type;
  }

  #tensorType(reader: WireReader): OnnxType {
    let elementType = 0;
    let shape: Dim[] | undefined;
    while (reader.next()) {
      if (reader.field === 1) elementType = reader.varint();
      else if (reader.field === 2) shape = this.#shape(reader.message());
      else reader.skip();
    }
    return { kind: "tensor", elementType, shape };
  }

  #shape(reader: WireReader): Dim[] {
    const dims: Dim[] = [];
    while (reader.next()) {
      if (reader.field !== 1) {
        reader.skip();
        continue;
      }
      this.#bound(dims.length, MAX_RANK, "dimensions", reader.offset);
      let dim: Dim;
      const inner = reader.message();
      while (inner.next()) {
        if (inner.field === 1) dim = Number(inner.int64());
        else if (inner.field === 2) dim = inner.string(MAX_NAME_BYTES);
        else inner.skip();
      }
      dims.push(dim);
    }
    return dims;
  }

  #bound(count: number, limit: number, what: string, offset: number): void {
    if (count >= limit) throw this.#fail("ONNX_LIMIT", `more than ${limit} ${what}`, offset);
  }

  #fail(code: string, message: string, offset: number): Error {
    return this.#invalid({ code, message, at: `byte ${offset}` });
  }
}

const TYPE_KINDS = new Map<number, OnnxType["kind"]>([
  [1, "tensor"],
  [4, "sequence"],
  [5, "map"],
  [7, "opaque"],
  [8, "sparse_tensor"],
  [9, "optional"],
]);

interface Lists {
  readonly floats: readonly number[];
  readonly ints: readonly (number | bigint)[];
  readonly strings: readonly string[];
  readonly graphs: readonly OnnxGraph[];
  readonly numTensors: number;
  readonly other: boolean;
}

/** Which list is filled decides, in the order that ONNX's own printer asks. */
function listValue({ floats, ints, strings, graphs, numTensors, other }: Lists): AttributeValue {
  if (other) return { kind: "other" };
  if (floats.length > 0) return { kind: "floats", value: floats };
  if (ints.length > 0) return { kind: "ints", value: ints };
  if (strings.length > 0) return { kind: "strings", value: strings };
  if (numTensors > 0) return { kind: "tensors" };
  if (graphs.length > 0) return { kind: "graphs", value: graphs };
  return { kind: "empty" };
}

/** A sparse initializer: its values tensor carries the name, its own dims the shape. */
function sparseHeader(reader: WireReader): TensorHeader {
  let header: TensorHeader | undefined;
  const dims: number[] = [];
  while (reader.next()) {
    if (reader.field === 1) header = readTensorHeader(reader.message());
    else if (reader.field === 3 && reader.wireType !== WIRE_BYTES && dims.length < MAX_RANK) {
      dims.push(Number(reader.int64()));
    } else reader.skip();
  }
  return {
    name: "",
    dataType: 0,
    external: false,
    isRaw: false,
    ...header,
    dims,
    values: undefined,
  };
}

const LENIENT_UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Attribute strings are bytes; what is not UTF-8 in them is left out, as ONNX's printer does. */
function lenientUtf8(bytes: Uint8Array): string {
  return LENIENT_UTF8.decode(bytes).replaceAll("\uFFFD", "");
}

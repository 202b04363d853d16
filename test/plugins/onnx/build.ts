// Builds ONNX files with onnx-proto, the reference encoder: NAS-Bench-201 networks and small graphs.

// Its exports are found as properties of the default export only.
import onnxProto, { type onnx } from "onnx-proto";

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

export interface GraphOptions {
  readonly nodes: readonly onnx.INodeProto[];
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly weights?: Readonly<Record<string, readonly number[]>>;
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
): onnx.INodeProto {
  return {
    opType,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  };
}

function attribute(name: string, value: number | string | readonly number[]): onnx.IAttributeProto {
  const { AttributeType } = onnxProto.onnx.AttributeProto;
  if (typeof value === "string") {
    return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  }
  return typeof value === "number"
    ? { name, type: AttributeType.INT, i: value }
    : { name, type: AttributeType.INTS, ints: [...value] };
}

export function buildModel({
  nodes,
  inputs = {},
  outputs,
  weights = {},
}: GraphOptions): Uint8Array {
  return onnxProto.onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: "", version: 15 }],
    producerName: "test",
    graph: {
      name: "g",
      node: [...nodes],
      input: Object.entries(inputs).map(([name, dims]) => valueInfo(name, dims)),
      output: outputs.map((name) => ({ name })),
      initializer: Object.entries(weights).map(([name, dims]) => ({
        name,
        dataType: 1,
        dims: [...dims],
        rawData: new Uint8Array(4 * dims.reduce((a, b) => a * b, 1)),
      })),
    },
  }).finish();
}

function valueInfo(name: string, dims: readonly (number | string)[]): onnx.IValueInfoProto {
  const dim = dims.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: 1, shape: { dim } } } };
}

/** A NAS-Bench-201 network: three stages of `numCells` cells with residual blocks between them. */
export function buildNb201(cell: string, { channels = 16, numCells = 5 } = {}): Uint8Array {
  const network = new Nb201Network();
  let x = network.convBn("image", 3, channels, 3, 1);
  for (let stage = 0; stage < 3; stage++) {
    const width = channels * 2 ** stage;
    if (stage > 0) x = network.residual(x, width / 2, width);
    for (let i = 0; i < numCells; i++) x = network.cell(x, cell, width);
  }
  return network.finish(x, channels * 4);
}

class Nb201Network {
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #weights: Record<string, readonly number[]> = {};
  #next = 0;

  finish(x: string, width: number): Uint8Array {
    const relu = this.#add("Relu", [this.#norm(x, width)]);
    const pooled = this.#add("Flatten", [this.#add("GlobalAveragePool", [relu])], { axis: 1 });
    const logits = this.#add("Gemm", [pooled, this.#weight([10, width]), this.#weight([10])], {
      transB: 1,
    });
    return buildModel({
      nodes: this.#nodes,
      inputs: { image: [1, 3, 32, 32] },
      outputs: [logits],
      weights: this.#weights,
    });
  }

  convBn(x: string, from: number, to: number, kernel: number, stride: number): string {
    return this.#norm(this.#conv(x, from, to, kernel, stride), to);
  }

  residual(x: string, from: number, to: number): string {
    const one = this.convBn(this.#add("Relu", [x]), from, to, 3, 2);
    const two = this.convBn(this.#add("Relu", [one]), to, to, 3, 1);
    const pooled = this.#add("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
    return this.#add("Add", [this.#conv(pooled, from, to, 1, 1), two]);
  }

  /** `|op~input|+|op~input|op~input|+...`: node j sums its operations on the nodes before it. */
  cell(x: string, cell: string, width: number): string {
    const states = [x];
    for (const group of cell.split("+")) {
      const terms = group
        .split("|")
        .filter((edge) => edge !== "")
        .map((edge) => {
          const [operation, from] = edge.split("~");
          return this.#operation(operation!, states[Number(from)]!, width);
        });
      states.push(terms.reduce((a, b) => this.#add("Add", [a, b])));
    }
    return states.at(-1)!;
  }

  #operation(operation: string, x: string, width: number): string {
    switch (operation) {
      case "none":
        return this.#add("Mul", [x, this.#weight([])]);
      case "skip_connect":
        return x;
      case "avg_pool_3x3":
        return this.#add("AveragePool", [x], {
          kernel_shape: [3, 3],
          pads: [1, 1, 1, 1],
          strides: [1, 1],
        });
      case "nor_conv_1x1":
        return this.convBn(this.#add("Relu", [x]), width, width, 1, 1);
      default:
        return this.convBn(this.#add("Relu", [x]), width, width, 3, 1);
    }
  }

  #conv(x: string, from: number, to: number, kernel: number, stride: number): string {
    const pad = (kernel - 1) / 2;
    return this.#add("Conv", [x, this.#weight([to, from, kernel, kernel])], {
      dilations: [1, 1],
      group: 1,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  #norm(x: string, width: number): string {
    const parameters = ["scale", "bias", "mean", "variance"].map(() => this.#weight([width]));
    return this.#add("BatchNormalization", [x, ...parameters]);
  }

  #add(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `v${this.#next++}`;
    this.#nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  #weight(dims: readonly number[]): string {
    const name = `w${this.#next++}`;
    this.#weights[name] = dims;
    return name;
  }
}

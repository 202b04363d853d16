// Builds ONNX files with onnx-proto, the reference encoder.

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

/** A convolutional network under construction; every method returns the name of its result. */
export class Network {
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #weights: Record<string, readonly number[]> = {};
  #next = 0;

  finish(input: readonly number[], output: string): Uint8Array {
    return buildModel({
      nodes: this.#nodes,
      inputs: { image: [...input] },
      outputs: [output],
      weights: this.#weights,
    });
  }

  conv(x: string, from: number, to: number, kernel: number, stride = 1, group = 1): string {
    const pad = (kernel - 1) / 2;
    return this.add("Conv", [x, this.weight([to, from / group, kernel, kernel])], {
      dilations: [1, 1],
      group,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  norm(x: string, width: number): string {
    const parameters = ["scale", "bias", "mean", "variance"].map(() => this.weight([width]));
    return this.add("BatchNormalization", [x, ...parameters]);
  }

  convBn(x: string, from: number, to: number, kernel: number, stride = 1, group = 1): string {
    return this.norm(this.conv(x, from, to, kernel, stride, group), to);
  }

  /** Means over the image, then one linear layer. */
  classify(x: string, width: number, numClasses: number): string {
    const pooled = this.add("Flatten", [this.add("GlobalAveragePool", [x])], { axis: 1 });
    const weights = [this.weight([numClasses, width]), this.weight([numClasses])];
    return this.add("Gemm", [pooled, ...weights], { transB: 1 });
  }

  add(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `v${this.#next++}`;
    this.#nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  weight(dims: readonly number[]): string {
    const name = `w${this.#next++}`;
    this.#weights[name] = dims;
    return name;
  }
}

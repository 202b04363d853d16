// NAS-Bench-201 cells (Dong and Yang, 2020) as networks.

import { Network } from "./graph.ts";

/** Three stages of `numCells` cells with residual blocks between them. */
export function buildNb201(cell: string, { channels = 16, numCells = 5 } = {}): Uint8Array {
  const network = new Network();
  let x = network.convBn("image", 3, channels, 3);
  for (let stage = 0; stage < 3; stage++) {
    const width = channels * 2 ** stage;
    if (stage > 0) x = residual(network, x, width / 2, width);
    for (let i = 0; i < numCells; i++) x = addCell(network, x, cell, width);
  }
  const width = channels * 4;
  const relu = network.add("Relu", [network.norm(x, width)]);
  return network.finish([1, 3, 32, 32], network.classify(relu, width, 10));
}

function residual(network: Network, x: string, from: number, to: number): string {
  const one = network.convBn(network.add("Relu", [x]), from, to, 3, 2);
  const two = network.convBn(network.add("Relu", [one]), to, to, 3);
  const pooled = network.add("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
  return network.add("Add", [network.conv(pooled, from, to, 1), two]);
}

/** `|op~input|+|op~input|op~input|+...`: node j sums its operations on the nodes before it. */
function addCell(network: Network, x: string, cell: string, width: number): string {
  const states = [x];
  for (const group of cell.split("+")) {
    const terms = group
      .split("|")
      .filter((edge) => edge !== "")
      .map((edge) => {
        const [operation, from] = edge.split("~");
        return addOperation(network, operation!, states[Number(from)]!, width);
      });
    states.push(terms.reduce((a, b) => network.add("Add", [a, b])));
  }
  return states.at(-1)!;
}

function addOperation(network: Network, operation: string, x: string, width: number): string {
  switch (operation) {
    case "none":
      return network.add("Mul", [x, network.weight([])]);
    case "skip_connect":
      return x;
    case "avg_pool_3x3":
      return network.add("AveragePool", [x], {
        kernel_shape: [3, 3],
        pads: [1, 1, 1, 1],
        strides: [1, 1],
      });
    case "nor_conv_1x1":
      return network.convBn(network.add("Relu", [x]), width, width, 1);
    case "nor_conv_3x3":
      return network.convBn(network.add("Relu", [x]), width, width, 3);
    default:
      throw new Error(`no operation ${operation}`);
  }
}

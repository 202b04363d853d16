// Sub-networks of Once-for-all (Cai et al., 2020) and FBNet (Wu et al., 2019), from the strings of the bundled
// data. FBNet's channel shuffle between grouped convolutions is left out: it costs no parameter.

import { Network } from "./graph.ts";

const NUM_CLASSES = 1000;

interface Block {
  readonly kernel: number;
  readonly expansion: number;
  readonly groups: number;
}

interface Stage {
  readonly width: number;
  readonly stride: number;
  readonly activation: "Relu" | "HardSwish";
  readonly isSqueezed: boolean;
}

const OFA_STAGES: readonly Stage[] = [
  { width: 24, stride: 2, activation: "Relu", isSqueezed: false },
  { width: 40, stride: 2, activation: "Relu", isSqueezed: true },
  { width: 80, stride: 2, activation: "HardSwish", isSqueezed: false },
  { width: 112, stride: 1, activation: "HardSwish", isSqueezed: true },
  { width: 160, stride: 2, activation: "HardSwish", isSqueezed: true },
];

/** `ofa-mobilenetv3: resolution 204 | k7e6 k5e4 | ...`: five stages of two to four blocks. */
export function buildOfa(text: string): Uint8Array {
  const [head, ...stages] = text.split("|").map((part) => part.trim());
  const resolution = Number(/resolution (\d+)/.exec(head!)?.[1]);
  if (!(resolution > 0) || stages.length !== OFA_STAGES.length) {
    throw new Error(`not a Once-for-all network: ${text}`);
  }
  const network = new Network();
  let x = network.add("HardSwish", [network.convBn("image", 3, 16, 3, 2)]);
  x = invertedBlock(
    network,
    x,
    16,
    { kernel: 3, expansion: 1, groups: 1 },
    { ...OFA_STAGES[0]!, width: 16, stride: 1 },
  );
  let width = 16;
  stages.forEach((blocks, s) => {
    const stage = OFA_STAGES[s]!;
    blocks.split(" ").forEach((block, i) => {
      const [, kernel, expansion] = /^k(\d)e(\d)$/.exec(block) ?? [];
      if (kernel === undefined) throw new Error(`not a block: ${block}`);
      const own = { kernel: Number(kernel), expansion: Number(expansion), groups: 1 };
      x = invertedBlock(network, x, width, own, { ...stage, stride: i === 0 ? stage.stride : 1 });
      width = stage.width;
    });
  });
  x = network.add("HardSwish", [network.convBn(x, width, 960, 1)]);
  x = network.add("HardSwish", [network.conv(network.add("GlobalAveragePool", [x]), 960, 1280, 1)]);
  return network.finish([1, 3, resolution, resolution], network.classify(x, 1280, NUM_CLASSES));
}

const FBNET_WIDTHS = [16, 24, 32, 64, 112, 184, 352];
const FBNET_BLOCKS = [1, 4, 4, 4, 4, 4, 1];
const FBNET_STRIDES = [1, 2, 2, 2, 1, 2, 1];

/** `fbnet: k5_e6 skip k3_e1_g2 ...`: 22 blocks. */
export function buildFbnet(text: string): Uint8Array {
  const blocks = text.replace(/^fbnet:\s*/, "").split(/\s+/);
  if (blocks.length !== 22) throw new Error(`${blocks.length} blocks, not 22`);
  const network = new Network();
  let x = network.add("Relu", [network.convBn("image", 3, 16, 3, 2)]);
  let width = 16;
  let next = 0;
  FBNET_WIDTHS.forEach((to, s) => {
    for (let i = 0; i < FBNET_BLOCKS[s]!; i++) {
      const stage: Stage = {
        width: to,
        stride: i === 0 ? FBNET_STRIDES[s]! : 1,
        activation: "Relu",
        isSqueezed: false,
      };
      x = fbnetBlock(network, x, width, blocks[next++]!, stage);
      width = to;
    }
  });
  x = network.add("Relu", [network.convBn(x, width, 1504, 1)]);
  return network.finish([1, 3, 224, 224], network.classify(x, 1504, NUM_CLASSES));
}

/** A skipped block that changes the shape is a 1x1 convolution. */
function fbnetBlock(
  network: Network,
  x: string,
  from: number,
  block: string,
  stage: Stage,
): string {
  if (block === "skip") {
    const isSame = stage.stride === 1 && from === stage.width;
    return isSame
      ? x
      : network.add("Relu", [network.convBn(x, from, stage.width, 1, stage.stride)]);
  }
  const [, kernel, expansion, groups] = /^k(\d)_e(\d)(?:_g(\d))?$/.exec(block) ?? [];
  if (kernel === undefined) throw new Error(`not a block: ${block}`);
  const own = { kernel: Number(kernel), expansion: Number(expansion), groups: Number(groups ?? 1) };
  return invertedBlock(network, x, from, own, stage);
}

/** Expand, filter by channel, squeeze and excite, project; added to the input where the shapes agree. */
function invertedBlock(
  network: Network,
  x: string,
  from: number,
  { kernel, expansion, groups }: Block,
  { width, stride, activation, isSqueezed }: Stage,
): string {
  const middle = from * expansion;
  let inner = x;
  if (expansion > 1) {
    inner = network.add(activation, [network.convBn(inner, from, middle, 1, 1, groups)]);
  }
  inner = network.add(activation, [network.convBn(inner, middle, middle, kernel, stride, middle)]);
  if (isSqueezed) inner = squeezeAndExcite(network, inner, middle);
  inner = network.convBn(inner, middle, width, 1, 1, groups);
  return stride === 1 && from === width ? network.add("Add", [x, inner]) : inner;
}

function squeezeAndExcite(network: Network, x: string, width: number): string {
  const squeezed = Math.max(8, 8 * Math.round(width / 4 / 8));
  const mean = network.add("GlobalAveragePool", [x]);
  const relu = network.add("Relu", [network.conv(mean, width, squeezed, 1)]);
  const scale = network.add("HardSigmoid", [network.conv(relu, squeezed, width, 1)]);
  return network.add("Mul", [x, scale]);
}

// `preset: modern`: pre-norm with RMSNorm, normalised queries and keys, rotary positions in encoder and
// decoder, squared ReLU, final norms, a decoder of its own width. No biases but the head's.
//
// Shape letters: N text tokens of all rows   M decoder tokens of all rows   D width   H heads
//                K width of one head   V decoder vocabulary

import {
  add,
  attention,
  embedding,
  linear,
  mul,
  reshape,
  rmsNorm,
  rotary,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from "../../tensor/index.ts";
import type { Architecture, DecoderAttention, KeyValues, Weights } from "../architecture.ts";
import type { ModelConfig, ModelSizes } from "../config.ts";
import { favorAttention } from "../favor.ts";
import { positionsOf, type RaggedIds } from "../ragged.ts";
import { modernDeclarations } from "./declarations.ts";

const NORM_EPSILON = 1e-6;
const ROTARY_BASE = 10_000;

export function modernArchitecture(config: ModelConfig, sizes: ModelSizes): Architecture {
  return {
    declarations: modernDeclarations(config, sizes),

    encode(weights, text) {
      const positions = positionsOf(text.offsets);
      let x_ND = scaledEmbedding(weights, "encoder.embedding", text.ids);
      for (let layer = 0; layer < sizes.numEncoderLayers; layer++) {
        const name = `encoder.layers.${layer}.`;
        const rows = { positions, text, numHeads: sizes.numHeads };
        // Outside of training, what a layer made on the way is freed with it.
        x_ND = tidy(() => {
          const h_ND: Tensor2D = add(x_ND, selfAttention(config, weights, name, x_ND, rows));
          return add(h_ND, feedForward(weights, name, "norm2", h_ND)) as Tensor2D;
        });
      }
      return norm(weights, "encoder.norm", x_ND);
    },

    projectMemory(weights, memory_ND) {
      return Array.from({ length: sizes.numDecoderLayers }, (_, layer): KeyValues => {
        const name = `decoder.layers.${layer}.cross.`;
        return {
          k_ND: headNorm(weights, `${name}keyNorm`, project(weights, `${name}key`, memory_ND)),
          v_ND: project(weights, `${name}value`, memory_ND),
        };
      });
    },

    decode(weights, ids, positions, decoderAttention) {
      let x_MD = scaledEmbedding(weights, "decoder.embedding", ids);
      for (let layer = 0; layer < sizes.numDecoderLayers; layer++) {
        const rows = { positions, numHeads: sizes.numDecoderHeads };
        x_MD = decoderLayer(weights, layer, x_MD, rows, decoderAttention);
      }
      const h_MD = norm(weights, "decoder.norm", x_MD);
      const head_VD = weights.get<Tensor2D>("head.weight");
      return linear(h_MD, head_VD, weights.get<Tensor1D>("head.bias"));
    },
  };
}

function scaledEmbedding(weights: Weights, name: string, ids: Int32Array): Tensor2D {
  const table_VD = weights.get<Tensor2D>(name);
  return mul(embedding(table_VD, ids), Math.sqrt(table_VD.shape[1]));
}

function norm(weights: Weights, name: string, x_ND: Tensor2D): Tensor2D {
  return rmsNorm(x_ND, weights.get<Tensor1D>(name), NORM_EPSILON);
}

function project(weights: Weights, name: string, x_ND: Tensor2D): Tensor2D {
  return linear(x_ND, weights.get<Tensor2D>(name), null);
}

/** RMS norm inside each head, one gain of the head's width for all heads. */
function headNorm(weights: Weights, name: string, x_ND: Tensor2D): Tensor2D {
  const gain_K = weights.get<Tensor1D>(name);
  const [N, D] = x_ND.shape;
  const K = gain_K.shape[0];
  const heads_RK = reshape(x_ND, [(N * D) / K, K]) as Tensor2D;
  return reshape(rmsNorm(heads_RK, gain_K, NORM_EPSILON), [N, D]);
}

interface EncoderRows {
  readonly positions: Int32Array;
  readonly text: RaggedIds;
  readonly numHeads: number;
}

function selfAttention(
  config: ModelConfig,
  weights: Weights,
  layerName: string,
  x_ND: Tensor2D,
  { positions, text, numHeads }: EncoderRows,
): Tensor2D {
  const name = `${layerName}attention.`;
  const h_ND = norm(weights, `${layerName}norm1`, x_ND);
  const turned = { numHeads, base: ROTARY_BASE };
  const q_ND = headNorm(weights, `${name}queryNorm`, project(weights, `${name}query`, h_ND));
  const k_ND = headNorm(weights, `${name}keyNorm`, project(weights, `${name}key`, h_ND));
  const v_ND = project(weights, `${name}value`, h_ND);
  const turnedQ_ND = rotary(q_ND, positions, turned);
  const turnedK_ND = rotary(k_ND, positions, turned);
  const seen_ND =
    config.encoder.kind === "performer"
      ? favorAttention(turnedQ_ND, turnedK_ND, v_ND, weights.get<Tensor2D>(`${name}features`), {
          numHeads,
          offsets: text.offsets,
          kernel: config.encoder.kernel,
          keyMaximum: "head",
        })
      : attention(turnedQ_ND, turnedK_ND, v_ND, {
          numHeads,
          queryOffsets: text.offsets,
          keyOffsets: text.offsets,
        });
  return project(weights, `${name}out`, seen_ND);
}

function feedForward(weights: Weights, name: string, normName: string, x_ND: Tensor2D): Tensor2D {
  const h_ND = norm(weights, `${name}${normName}`, x_ND);
  const wide = linear(h_ND, weights.get<Tensor2D>(`${name}up`), null, "relu2");
  return project(weights, `${name}down`, weights.dropOut(wide, name));
}

interface DecoderRows {
  readonly positions: Int32Array;
  readonly numHeads: number;
}

function decoderLayer(
  weights: Weights,
  layer: number,
  x_MD: Tensor2D,
  { positions, numHeads }: DecoderRows,
  decoderAttention: DecoderAttention,
): Tensor2D {
  const name = `decoder.layers.${layer}.`;
  const turned = { numHeads, base: ROTARY_BASE };
  const h1_MD = norm(weights, `${name}norm1`, x_MD);
  const q_MD = headNorm(
    weights,
    `${name}self.queryNorm`,
    project(weights, `${name}self.query`, h1_MD),
  );
  const k_MD = headNorm(weights, `${name}self.keyNorm`, project(weights, `${name}self.key`, h1_MD));
  const own_MD = decoderAttention.self(
    layer,
    rotary(q_MD, positions, turned),
    rotary(k_MD, positions, turned),
    project(weights, `${name}self.value`, h1_MD),
  );
  const x1_MD: Tensor2D = add(x_MD, project(weights, `${name}self.out`, own_MD));
  const h2_MD = norm(weights, `${name}norm2`, x1_MD);
  const query_MD = project(weights, `${name}cross.query`, h2_MD);
  const text_MD = decoderAttention.cross(
    layer,
    headNorm(weights, `${name}cross.queryNorm`, query_MD),
  );
  const x2_MD: Tensor2D = add(x1_MD, project(weights, `${name}cross.out`, text_MD));
  return add(x2_MD, feedForward(weights, name, "norm3", x2_MD));
}

// `preset: reference`: the architecture of google-deepmind/regress-lm, under its parameter names, so that
// its state dict loads. Pre-norm encoder with rotary positions and a final norm; pre-norm decoder as
// PyTorch's TransformerDecoderLayer with sinusoidal positions and no final norm.
//
// Shape letters: N text tokens of all rows   M decoder tokens of all rows   D width   V decoder vocabulary

import {
  add,
  attention,
  embedding,
  layerNorm,
  linear,
  rotary,
  slice,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
} from "../../tensor/index.ts";
import type { Architecture, DecoderAttention, KeyValues, Weights } from "../architecture.ts";
import type { ModelConfig, ModelSizes } from "../config.ts";
import { favorAttention } from "../favor.ts";
import { positionsOf, type RaggedIds } from "../ragged.ts";
import { referenceDeclarations } from "./declarations.ts";
import { REFERENCE_PREFIX as P } from "./names.ts";
import { sinusoidalPositions } from "./sinusoidal.ts";

/** Both of PyTorch's defaults. */
const NORM_EPSILON = 1e-5;
const ROTARY_BASE = 10_000;

export function referenceArchitecture(config: ModelConfig, sizes: ModelSizes): Architecture {
  const { numEncoderLayers, numDecoderLayers, numHeads, dModel } = sizes;
  return {
    declarations: referenceDeclarations(config, sizes),

    encode(weights, text) {
      const positions = positionsOf(text.offsets);
      let x_ND = embedding(weights.get<Tensor2D>(`${P}encoder.embedding.weight`), text.ids);
      for (let layer = 0; layer < numEncoderLayers; layer++) {
        // Outside of training, what a layer made on the way is freed with it.
        const rows = { positions, text, numHeads };
        x_ND = tidy(() =>
          encoderLayer(config, weights, `${P}encoder.layers.${layer}.`, x_ND, rows),
        );
      }
      return norm(weights, `${P}encoder.norm`, x_ND);
    },

    projectMemory(weights, memory_ND) {
      return Array.from({ length: numDecoderLayers }, (_, layer): KeyValues => {
        const name = `${P}decoder.layers.${layer}.multihead_attn.`;
        return {
          k_ND: inProjection(weights, name, 1, memory_ND),
          v_ND: inProjection(weights, name, 2, memory_ND),
        };
      });
    },

    decode(weights, ids, positions, decoderAttention) {
      const table = sinusoidalPositions(positions, dModel);
      let x_MD: Tensor2D = add(
        embedding(weights.get<Tensor2D>(`${P}tgt_tok_emb.weight`), ids),
        tensor2d(table, [ids.length, dModel]),
      );
      x_MD = weights.dropOut(x_MD, "decoder.positions");
      for (let layer = 0; layer < numDecoderLayers; layer++) {
        x_MD = decoderLayer(weights, layer, x_MD, decoderAttention);
      }
      return dense(weights, `${P}generator`, x_MD);
    },
  };
}

function norm(weights: Weights, name: string, x_ND: Tensor2D): Tensor2D {
  const gain_D = weights.get<Tensor1D>(`${name}.weight`);
  return layerNorm(x_ND, gain_D, weights.get<Tensor1D>(`${name}.bias`), NORM_EPSILON);
}

function dense(weights: Weights, name: string, x: Tensor2D, activation?: "relu"): Tensor2D {
  const bias = weights.get<Tensor1D>(`${name}.bias`);
  return linear(x, weights.get<Tensor2D>(`${name}.weight`), bias, activation);
}

/** One third of PyTorch's packed projection: 0 query, 1 key, 2 value. */
function inProjection(weights: Weights, name: string, third: 0 | 1 | 2, x_ND: Tensor2D): Tensor2D {
  const w_3DD = weights.get<Tensor2D>(`${name}in_proj_weight`);
  const b_3D = weights.get<Tensor1D>(`${name}in_proj_bias`);
  const D = w_3DD.shape[1];
  return linear(x_ND, slice(w_3DD, [third * D, 0], [D, D]), slice(b_3D, [third * D], [D]));
}

interface EncoderRows {
  readonly positions: Int32Array;
  readonly text: RaggedIds;
  readonly numHeads: number;
}

function encoderLayer(
  config: ModelConfig,
  weights: Weights,
  name: string,
  x_ND: Tensor2D,
  { positions, text, numHeads }: EncoderRows,
): Tensor2D {
  const h_ND = norm(weights, `${name}norm1`, x_ND);
  const turned = { numHeads, base: ROTARY_BASE };
  const q_ND = rotary(dense(weights, `${name}q_proj`, h_ND), positions, turned);
  const k_ND = rotary(dense(weights, `${name}k_proj`, h_ND), positions, turned);
  const v_ND = dense(weights, `${name}v_proj`, h_ND);
  const seen_ND =
    config.encoder.kind === "performer"
      ? favorAttention(q_ND, k_ND, v_ND, weights.get<Tensor2D>(`${name}projection_matrix`), {
          numHeads,
          offsets: text.offsets,
          kernel: config.encoder.kernel,
          keyMaximum: "token",
        })
      : attention(q_ND, k_ND, v_ND, {
          numHeads,
          queryOffsets: text.offsets,
          keyOffsets: text.offsets,
        });
  const y_ND = add(x_ND, dense(weights, `${name}out_proj`, seen_ND)) as Tensor2D;
  const wide = dense(weights, `${name}linear1`, norm(weights, `${name}norm2`, y_ND), "relu");
  return add(y_ND, dense(weights, `${name}linear2`, weights.dropOut(wide, name)));
}

function decoderLayer(
  weights: Weights,
  layer: number,
  x_MD: Tensor2D,
  decoderAttention: DecoderAttention,
): Tensor2D {
  const name = `${P}decoder.layers.${layer}.`;
  const h1_MD = norm(weights, `${name}norm1`, x_MD);
  const own_MD = decoderAttention.self(
    layer,
    inProjection(weights, `${name}self_attn.`, 0, h1_MD),
    inProjection(weights, `${name}self_attn.`, 1, h1_MD),
    inProjection(weights, `${name}self_attn.`, 2, h1_MD),
  );
  const x1_MD: Tensor2D = add(
    x_MD,
    weights.dropOut(dense(weights, `${name}self_attn.out_proj`, own_MD), `${name}1`),
  );
  const h2_MD = norm(weights, `${name}norm2`, x1_MD);
  const text_MD = decoderAttention.cross(
    layer,
    inProjection(weights, `${name}multihead_attn.`, 0, h2_MD),
  );
  const x2_MD: Tensor2D = add(
    x1_MD,
    weights.dropOut(dense(weights, `${name}multihead_attn.out_proj`, text_MD), `${name}2`),
  );
  const wide = dense(weights, `${name}linear1`, norm(weights, `${name}norm3`, x2_MD), "relu");
  const narrow = dense(weights, `${name}linear2`, weights.dropOut(wide, `${name}3`));
  return add(x2_MD, weights.dropOut(narrow, `${name}4`));
}

// The plain TensorFlow.js operations and types that models are written in, by name: those that something
// uses, more when a model needs them. Importing this file registers the gradients of every operation
// (tfjs-layers carries the one build of them that Node can load).

import "@tensorflow/tfjs-layers";

export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  TensorContainer,
} from "@tensorflow/tfjs-core";
export {
  add,
  concat,
  dispose,
  div,
  exp,
  keep,
  matMul,
  max,
  memory,
  mul,
  pad,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  tile,
  transpose,
} from "@tensorflow/tfjs-core";

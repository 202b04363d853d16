// The only door to TensorFlow.js: engines, plain operations by name, fused operations, parameters.

export {
  closeEngine,
  currentEngine,
  type EngineInfo,
  type EngineName,
  type EngineOptions,
  openEngine,
  type Precision,
} from "./engine.ts";
export * from "./fused/index.ts";
export {
  copyToFlat,
  disposeParameters,
  type ParameterTensors,
  parametersFromFlat,
  type ValueAndGradients,
  valueAndGradients,
} from "./parameters.ts";
export { type EngineReport, probeEngines } from "./probe.ts";
export * from "./tfjs.ts";

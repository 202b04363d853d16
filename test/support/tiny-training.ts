// The training section of a run configuration that only has to be valid.

export const TINY_TRAINING = `training:
  numSteps: 2
  globalBatchSize: 4
  numMicroshards: 2
  optimizer: { kind: adamw, learningRate: 0.001 }
  schedule: { kind: constant }
  clipNorm: 1
  mixture: { temperature: 1 }
  evalEverySteps: 2
  evalExamples: 2
  checkpointEverySteps: 2
`;

// Front door: reading rows, prepared datasets, choosing among rows, and making batches.

export { type Augmentation, augmentation } from "./augment.ts";
export * from "./batches.ts";
export * from "./dataset.ts";
export * from "./deal.ts";
export * from "./example.ts";
export type { Mapping } from "./import/mapping.ts";
export { type ImportOptions, importRows, prepareDataset } from "./import/prepare.ts";
export { type Format } from "./import/records.ts";
export * from "./mixture.ts";
export type { PreparedManifest } from "./prepared/format.ts";
export {
  type DatasetPart,
  isPreparedDataset,
  localParts,
  type PartSource,
} from "./prepared/parts.ts";
export { PreparedDataset } from "./prepared/read.ts";
export { verifyPrepared } from "./prepared/verify.ts";
export * from "./read-examples.ts";
export { groupsInMemory, type RowGroup } from "./rows.ts";
export { parseSelectors, type Selector } from "./select.ts";
export { QUANTILES } from "./stats/sketch.ts";
export { type DatasetStats, StatsSketch } from "./stats/stats.ts";
export * from "./targets.ts";

// Who may import whom inside src/: itself and what its row lists. ARCHITECTURE.md explains the rows.
const ALL_BUT_EDGE = [
  "core",
  "protocol",
  "transport",
  "data",
  "checkpoint",
  "collective",
  "optim",
  "metrics",
];
const MAY_IMPORT = {
  core: [],
  tensor: ["core"],
  tokenizer: ["core"],
  protocol: ["core"],
  checkpoint: ["core"],
  plugins: ["core"],
  metrics: ["core"],
  model: ["core", "tensor", "tokenizer"],
  optim: ["core", "tensor/flat"],
  data: ["core", "tokenizer", "checkpoint"],
  transport: ["core", "protocol"],
  collective: ["core", "protocol", "transport", "tensor/flat"],
  training: ["core", "checkpoint", "tensor", "tokenizer", "model", "optim", "data", "metrics"],
  coordinator: ALL_BUT_EDGE,
  worker: [...ALL_BUT_EDGE, "tensor", "tokenizer", "model", "training"],
  evaluator: [
    "core",
    "protocol",
    "transport",
    "data",
    "checkpoint",
    "tensor",
    "tokenizer",
    "model",
    "training",
    "plugins",
    "metrics",
  ],
};
// One home for each outside dependency.
const ONLY_IN = {
  "node_modules/@tensorflow/": ["tensor"],
  "node_modules/(zeromq|nats)/": ["transport"],
  "node_modules/protobufjs/": ["protocol"],
  "node_modules/onnx-proto/": ["plugins"],
  "node_modules/(hyparquet|hyparquet-compressors|csv-parse)/": ["data"],
  "^(node:)?fs(/promises)?$": ["checkpoint", "data", "tokenizer", "config", "cli"],
  "^(node:)?child_process$": ["plugins", "cli"],
};
const src = (folder) => `^src/${folder}/`;
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "src-without-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "config-sees-schemas-only",
      severity: "error",
      from: { path: src("config") },
      to: { path: "^src/", pathNot: [src("config"), src("core"), "^src/[^/]+/config\\.ts$"] },
    },
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `layer-${folder}`,
      severity: "error",
      comment: `src/${folder} may import: ${allowed.join(", ") || "no other folder"}`,
      from: { path: src(folder) },
      to: { path: "^src/", pathNot: [folder, ...allowed].map(src) },
    })),
    ...Object.entries(ONLY_IN).map(([module, folders]) => ({
      name: `only-in-${folders[0]}`,
      severity: "error",
      from: { path: "^src/", pathNot: folders.map(src) },
      to: { path: module },
    })),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};

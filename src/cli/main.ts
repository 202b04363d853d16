#!/usr/bin/env node
// The command line: parses arguments, loads the command that was asked for and turns errors into exit codes.
// Commands are imported when they run, so that `--help` and `--version` answer at once.

import { Command, CommanderError, Option } from "commander";
import { AuspexError, EXIT, messageOf, outOfWasmMemory } from "../core/index.ts";
import { expectFileHandles, outOfFileHandles, readFileHandles } from "./file-handles.ts";
import { closeOpenEngine } from "./open-engine.ts";
import { noteLine } from "./output.ts";
import { packageVersion } from "./package-version.ts";

const program = new Command("auspex")
  .description(
    "Trains and serves regression language models: text in, a distribution over numbers out.",
  )
  .version(packageVersion(), "-V, --version")
  .showHelpAfterError("(auspex --help lists the commands)")
  .hook("preAction", () => expectFileHandles(readFileHandles()))
  .exitOverride();

const jsonOption = (): Option => new Option("--json", "print the result as JSON").default(false);
const integer =
  (name: string, minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum) {
      throw new CommanderError(
        EXIT.usage,
        "auspex.integer",
        `error: ${name} must be an integer of at least ${minimum}, got "${text}"`,
      );
    }
    return value;
  };
/** Above zero, and below `limit`. */
const decimal =
  (name: string, limit = Infinity) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !(value > 0 && value < limit)) {
      throw new CommanderError(
        EXIT.usage,
        "auspex.decimal",
        `error: ${name} must be above 0${limit === Infinity ? "" : ` and below ${limit}`}, got "${text}"`,
      );
    }
    return value;
  };
const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];
const collectCounts = (value: string, previous: readonly number[]): number[] => [
  ...previous,
  integer("--labels", 0)(value),
];
const failpointOption = (): Option =>
  new Option("--failpoint <text>", "let something go wrong at a place; for tests")
    .argParser(collect)
    .default([])
    .hideHelp();
const engineOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--engine <name>",
        "auto, native, wasm, cpu, webgpu or tensorflow (default: AUSPEX_ENGINE, else the config, else auto)",
      ),
    )
    .addOption(
      new Option("--threads <n>", "threads of the engine").argParser(integer("--threads", 1)),
    )
    .addOption(new Option("--precision <kind>", "f32 or bf16").choices(["f32", "bf16", "auto"]));
const statusFlags = (command: Command): Command =>
  command
    .option(
      "--status-port <n>",
      "show the run over HTTP: dashboard, /status, /metrics, /healthz; 0 picks a free port",
      integer("--status-port", 0),
    )
    .option(
      "--status-host <name>",
      "address for --status-port; beyond loopback AUSPEX_STATUS_TOKEN is needed",
      "127.0.0.1",
    );
const pluginOption = (): Option =>
  new Option("--plugin <file>", "load kinds from this module (.ts, .js); may be repeated")
    .argParser(collect)
    .default([]);
const whereOption = (): Option =>
  new Option(
    "--where <selector>",
    "take these rows only, e.g. task=sempl/x264/E9 or task=sempl/x264/*; may be repeated",
  )
    .argParser(collect)
    .default([]);

engineOptions(
  program
    .command("demo")
    .description(
      "pretrain, adapt to unseen environments, rank candidates: the whole story on bundled data",
    )
    .option("--config <file>", "run configuration (default: chosen by the engine that works)")
    .option("--run <dir>", "where to write", "runs/demo")
    .option("--workers <n>", "worker processes", integer("--workers", 1), 2)
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/demo.ts")).demoCommand(options));

statusFlags(
  engineOptions(
    program
      .command("pretrain")
      .description("pretrain a model: a coordinator and local workers as separate processes")
      .argument("<config>", "run configuration (YAML)")
      .option("--workers <n>", "local worker processes", integer("--workers", 0), 2)
      .option(
        "--transport <address>",
        "how they talk: nats://host:port[/run], tcp://127.0.0.1:port (default: a socket file)",
      )
      .option("--run <dir>", "run directory: journal, checkpoints, bundle")
      .option("--resume", "continue the run in --run from its last checkpoint", false)
      .addOption(jsonOption()),
  ),
).action(async (config, options) =>
  (await import("./commands/pretrain.ts")).pretrainCommand(config, options),
);

statusFlags(
  engineOptions(
    program
      .command("coordinator")
      .description("coordinate a run for workers on other machines")
      .argument("<config>", "run configuration (YAML)")
      .requiredOption("--listen <address>", "tcp://host:port, ipc://path or nats://host:port/run")
      .option("--key <file>", "key of this coordinator (auspex keys create): encrypts connections")
      .option("--allow <file>", "list of the workers that may join; read again when it changes")
      .option("--run <dir>", "run directory: journal, checkpoints, bundle")
      .option(
        "--min-workers <n>",
        "start when this many have joined",
        integer("--min-workers", 1),
        1,
      )
      .option("--resume", "continue the run in --run from its last checkpoint", false)
      .option("--insecure", "allow unencrypted connections beyond loopback", false)
      .option("--policy <json>", "time-outs and bounds that differ from the defaults")
      .addOption(failpointOption())
      .addOption(jsonOption()),
  ),
).action(async (config, options) =>
  (await import("./commands/coordinator.ts")).coordinatorCommand(config, options),
);

engineOptions(
  program
    .command("worker")
    .description("join a coordinator and compute")
    .requiredOption("--join <address>", "the coordinator's address")
    .option("--key <file>", "key of this worker (auspex keys create)")
    .option("--server-key <key>", "the coordinator's public key, as auspex keys create printed it")
    .option("--name <name>", "name in logs")
    .option("--data-root <dir>", "look for the run's data files here, by their base name")
    .option("--peer-listen <address>", "where other workers of a mesh reach this one: tcp://HOST:*")
    .addOption(new Option("--parent-pipe", "leave when stdin closes").default(false).hideHelp())
    .option("--insecure", "allow unencrypted connections beyond loopback", false)
    .addOption(failpointOption())
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/worker.ts")).workerCommand(options));

program
  .command("chaos")
  .description("break a small run on purpose, and prove that it ends as if nothing had happened")
  .option("--faults <list>", "which, e.g. F1,F2,F18 (default: all that can be had here)")
  .option("--list", "print the faults and end", false)
  .option("--soak <seconds>", "random faults for this long instead", integer("--soak", 1))
  .option("--seed <n>", "of the soak and of the strangers", integer("--seed", 0), 1)
  .option("--strangers <n>", "connections of F15", integer("--strangers", 1), 100_000)
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/chaos.ts")).chaosCommand(options));

const keys = program
  .command("keys")
  .description("keys of coordinators and workers, and who may join");
keys
  .command("create")
  .description("create the key of a coordinator or a worker")
  .argument("<name>", "letters, digits, dot, dash, underscore")
  .option("--dir <dir>", "where NAME.key is written", "keys")
  .option("--allow <file>", "add it to this list of workers that may join")
  .addOption(jsonOption())
  .action(async (name, options) => (await import("./commands/keys.ts")).createKey(name, options));
keys
  .command("nats")
  .description("create an nkey for a NATS broker")
  .argument("<name>", "name of the file, NAME.nk")
  .option("--dir <dir>", "where it is written", "keys")
  .addOption(jsonOption())
  .action(async (name, options) =>
    (await import("./commands/keys.ts")).createNatsKeyFile(name, options),
  );
keys
  .command("list")
  .description("print who may join")
  .requiredOption("--allow <file>", "the list")
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/keys.ts")).listKeys(options));
keys
  .command("revoke")
  .description("remove a worker from the list; counts for connections from now on")
  .argument("<name>", "the worker")
  .requiredOption("--allow <file>", "the list")
  .addOption(jsonOption())
  .action(async (name, options) => (await import("./commands/keys.ts")).revokeKey(name, options));

engineOptions(
  program
    .command("adapt")
    .description("fine-tune a bundle on a few labelled rows of a new task")
    .requiredOption("--bundle <dir>", "the pretrained bundle")
    .requiredOption("--data <file...>", "labelled rows (.jsonl, .jsonl.gz)")
    .addOption(whereOption())
    .option(
      "--shots <n>",
      "use this many rows, drawn by --seed (default: all)",
      integer("--shots", 1),
    )
    .option("--seed <n>", "seed", integer("--seed", 0), 0)
    .addOption(
      new Option("--method <name>", "how; auto chooses by errors on left-out rows")
        .choices(["auto", "instant", "full", "head", "lora"])
        .default("auto"),
    )
    .addOption(new Option("--auto", "the same as --method auto").implies({ method: "auto" }))
    .addOption(
      new Option(
        "--effort <name>",
        "what auto may try: without gradients, moving all parameters (default), or lora and head too",
      ).choices(["instant", "normal", "full"]),
    )
    .option("--epochs <n>", "at most so many", integer("--epochs", 1))
    .option("--learning-rate <x>", "peak of the schedule", decimal("--learning-rate"))
    .option("--batch-size <n>", "rows per update", integer("--batch-size", 1))
    .option("--micro-batch <n>", "rows in memory together", integer("--micro-batch", 1))
    .option(
      "--patience <n>",
      "epochs without a better validation loss before it stops",
      integer("--patience", 0),
    )
    .option("--validation <file>", "rows for early stopping (with full, head, lora)")
    .option(
      "--validation-share <x>",
      "share of the rows kept for early stopping instead (default: 0.2)",
      decimal("--validation-share", 1),
    )
    .option("--replay <file>", "rows of earlier tasks mixed into every batch")
    .option("--replay-share <x>", "their share (default: 0.5)", decimal("--replay-share", 1))
    .option("--lora-rank <n>", "rank of the updates (default: 8)", integer("--lora-rank", 1))
    .option(
      "--lora-alpha <x>",
      "their scale is alpha / rank (default: 16)",
      decimal("--lora-alpha"),
    )
    .option("--lora-targets <pattern>", "names of the matrices that get one, a regular expression")
    .option("--refuse-long-texts", "an error where a text is longer than the model reads", false)
    .option(
      "--sources <file...>",
      "rows of tasks that the model knows: the same candidates in other environments",
      [],
    )
    .requiredOption("--out <dir>", "where to write the adapted bundle")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/adapt.ts")).adaptCommand(options));

engineOptions(
  program
    .command("calibrate")
    .description("make a bundle's stated uncertainty true on rows that it was not trained on")
    .requiredOption("--bundle <dir>", "bundle")
    .requiredOption("--data <file...>", "labelled rows; those of split val are used")
    .addOption(whereOption())
    .option("--seed <n>", "seed", integer("--seed", 0), 0)
    .requiredOption("--out <dir>", "where to write the calibrated bundle")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/calibrate.ts")).calibrateCommand(options));

engineOptions(
  program
    .command("predict")
    .description("predict every row of a file (mean, median, std, quantiles), or whole text files")
    .argument("[files...]", "text files: one answer for each; instead of --data")
    .requiredOption("--bundle <dir>", "bundle")
    .option("--data <file...>", "rows with task and x (.jsonl, .jsonl.gz)", [])
    .addOption(whereOption())
    .option("--out <file>", "JSON lines; - for stdout", "-")
    .option("--refuse-long-texts", "an error where a text is longer than the model reads", false)
    .addOption(jsonOption()),
).action(async (files, options) =>
  files.length > 0
    ? (await import("./commands/predict-files.ts")).predictFilesCommand(files, options)
    : (await import("./commands/predict.ts")).predictCommand(options),
);

program
  .command("export")
  .description("write a bundle anew, with weights of half the size")
  .argument("<bundle>", "bundle")
  .addOption(
    new Option("--weights <kind>", "how weights are stored")
      .choices(["f32", "bf16"])
      .default("bf16"),
  )
  .requiredOption("--out <dir>", "where to write it")
  .addOption(jsonOption())
  .action(async (bundle, options) =>
    (await import("./commands/export.ts")).exportCommand(bundle, options),
  );

engineOptions(
  program
    .command("eval")
    .description("measure a bundle on labelled rows, per task and overall")
    .requiredOption("--bundle <dir>", "bundle")
    .requiredOption("--data <file...>", "labelled rows (.jsonl, .jsonl.gz)")
    .addOption(whereOption())
    .addOption(
      new Option("--split <name>", "only rows of this split").choices([
        "train",
        "val",
        "test",
        "search",
      ]),
    )
    .option("--limit <n>", "at most this many rows per task, spread evenly", integer("--limit", 1))
    .option("--refuse-long-texts", "an error where a text is longer than the model reads", false)
    .option("--calibration", "also say whether the stated uncertainty is true", false)
    .option("--report <file>", "draw predictions and calibration as a page")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/eval.ts")).evalCommand(options));

engineOptions(
  program
    .command("score")
    .description("rank candidate files by forward pass")
    .requiredOption("--bundle <dir>", "bundle")
    .argument("[candidates...]", "files, e.g. candidate.yaml")
    .option(
      "--jsonl <file>",
      "answer candidates as JSON lines, in order, as they come: {kind, text}; - for stdin",
    )
    .option("--kind <name>", "kind of every candidate (default: by extension, else by content)")
    .addOption(pluginOption())
    .addOption(
      new Option("--direction <which>", "which values are better")
        .choices(["minimize", "maximize"])
        .default("minimize"),
    )
    .option("--objective <n>", "index of the objective to rank by", integer("--objective", 0), 0)
    .addOption(jsonOption()),
).action(async (candidates, options) =>
  (await import("./commands/score.ts")).scoreCommand(candidates, options),
);

program
  .command("evaluate")
  .description(
    "stand in for a search framework's evaluation program: ask a study first, run --truth where it is worth it, tell",
  )
  .argument("[arguments...]", "CODE RESULTS.json (CodeEvolve); else passed on to --truth")
  .option("--program_path <file>", "the candidate (ShinkaEvolve)")
  .option("--results_dir <dir>", "metrics.json and correct.json are written here (ShinkaEvolve)")
  .addOption(
    new Option("--service <url>", "the running service")
      .env("AUSPEX_SERVICE")
      .default("http://127.0.0.1:8080"),
  )
  .addOption(
    new Option("--study <id>", "its study; made where it is not there").env("AUSPEX_STUDY"),
  )
  .addOption(
    new Option("--objective <name:goal>", "one of the model's, with min or max")
      .env("AUSPEX_OBJECTIVE")
      .default("y0:max"),
  )
  .addOption(new Option("--kind <name>", "kind of the candidate").env("AUSPEX_KIND"))
  .addOption(
    new Option(
      "--truth <command>",
      "the real evaluation; it gets the framework's arguments. Without it every answer is a prediction",
    ).env("AUSPEX_TRUTH"),
  )
  .addOption(
    new Option("--fitness <scale>", "the framework's fitness from the objective")
      .env("AUSPEX_FITNESS")
      .choices(["same", "negative", "inverse"])
      .default("same"),
  )
  .addOption(
    new Option("--fitness-key <name>", "where CodeEvolve looks for it")
      .env("AUSPEX_FITNESS_KEY")
      .default("fitness"),
  )
  .addOption(
    new Option("--timeout-ms <n>", "run --truth where the service takes longer")
      .argParser(integer("--timeout-ms", 1))
      .default(2000),
  )
  .addOption(new Option("--token <text>", "bearer token").env("AUSPEX_TOKEN"))
  .addOption(jsonOption())
  .allowUnknownOption()
  .action(async (args, options) =>
    (await import("./commands/evaluate.ts")).evaluateCommand(args, options),
  );

engineOptions(
  program
    .command("serve")
    .description("serve a bundle over HTTP (POST /v1/score)")
    .requiredOption("--bundle <dir>", "bundle")
    .option("--port <n>", "port; 0 picks a free one", integer("--port", 0), 8080)
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option(
      "--token <text>",
      "require a bearer token, TOKEN or SCOPES:TOKEN (score,tell,admin); may be repeated (default: AUSPEX_TOKEN)",
      collect,
      [],
    )
    .option(
      "--studies <dir>",
      "keep studies here, and continue those that are there (default: in memory)",
    )
    .option(
      "--nats <address>",
      "also answer in a queue group of this broker, nats://HOST:PORT; login by AUSPEX_NATS_*",
    )
    .option("--subject <name>", "NATS subjects are NAME.score, NAME.models, NAME.kinds", "auspex")
    .option("--insecure", "allow an unencrypted broker beyond loopback", false)
    .addOption(pluginOption())
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/serve.ts")).serveCommand(options));

engineOptions(
  program
    .command("search")
    .description("run search strategies on a space with known truth, side by side")
    .option(
      "--space <name>",
      "nb201, nb201/cifar100, gpukernels, gpu/KERNEL/GPU, gcc, gcc/PROGRAM",
      "nb201",
    )
    .option(
      "--policy <name>",
      "random, evolution, evolution-50, local, gp-ei, flops, screened-random, screened-evolution, surrogate, ridge, ridge-residual, forest, forest-residual, bundle, bundle-residual, bundle-surrogate; may be repeated (default: all that the space allows)",
      collect,
      [],
    )
    .option(
      "--bundle <dir>",
      "a bundle trained on texts of the space; when repeated, searches use them in turn",
      collect,
      [],
    )
    .option("--objective <n>", "index of the bundle's objective", integer("--objective", 0), 0)
    .option(
      "--context <key=value>",
      "written before every text for the bundle; may be repeated",
      collect,
      [],
    )
    .option(
      "--labels <n>",
      "labels of the source to learn from beforehand; may be repeated (default: 0, 50, 200, 1000)",
      collectCounts,
      [],
    )
    .option(
      "--source <name>",
      "where labels come from: a data set, 12-epochs, another GPU or program (default: cifar10, or the first other one)",
    )
    .option("--label-seed <n>", "draw of labels to write", integer("--label-seed", 0), 0)
    .option("--write-labels <file>", "write the labels as rows to pretrain on, and do nothing else")
    .option("--seeds <n>", "searches per policy", integer("--seeds", 1), 20)
    .option("--budget <n>", "real evaluations per search", integer("--budget", 1), 150)
    .option("--data <dir>", "where the tables are", "examples/data")
    .option("--cache <dir>", "where evaluations of a live space are kept", ".auspex/gcc")
    .option("--out <dir>", "writes evaluations.jsonl and report.html here")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/search.ts")).searchCommand(options));

engineOptions(
  program
    .command("parity")
    .description("compare with outputs of the reference implementation in a fixture file")
    .argument("<file>", "a .safetensors fixture")
    .addOption(jsonOption()),
).action(async (file, options) =>
  (await import("./commands/parity.ts")).parityCommand(file, options),
);

program
  .command("onnx")
  .description("print an ONNX graph as a model reads it, or its features")
  .argument("<file>", "an .onnx file; its weights are not read")
  .addOption(
    new Option("--format <kind>", "compact, printable or features")
      .choices(["compact", "printable", "features"])
      .default("compact"),
  )
  .addOption(jsonOption())
  .action(async (file, options) => (await import("./commands/onnx.ts")).onnxCommand(file, options));

program
  .command("texts")
  .description("turn rows of candidates into rows of the texts that a model reads")
  .requiredOption("--kind <name>", "kind of every row's x")
  .requiredOption("--data <file...>", "rows (.jsonl, .jsonl.gz)")
  .addOption(whereOption())
  .addOption(pluginOption())
  .option("--skip-invalid", "leave rows out that are no such candidate", false)
  .requiredOption("--out <file>", "where to write the rows")
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/texts.ts")).textsCommand(options));
const mappingOptions = (command: Command): Command =>
  command
    .option(
      "--x <column>",
      "text: a column, a template such as 'cpu: {cpu}\\nmemory: {memory}', or * for all other columns",
    )
    .option("--y <column>", "an objective; may be repeated", collect, [])
    .option("--task <name>", "task: a name, or a template such as '{system}/{environment}'")
    .option("--split <split>", "train, val or test; '{column}'; or shares: val=0.1,test=0.1")
    .addOption(
      new Option("--format <name>", "of the files (default: by their names)").choices([
        "jsonl",
        "csv",
        "tsv",
        "parquet",
      ]),
    )
    .option("--allow-missing", "an objective may be missing where there are others", false)
    .option("--vocab <file>", "count tokens: vocabulary file, bundle directory, or default")
    .addOption(jsonOption());
const data = program
  .command("data")
  .description("datasets: prepare one from files, look at one, check one");
mappingOptions(
  data
    .command("prepare")
    .description("turn JSON lines, CSV and Parquet into one seekable, checksummed dataset")
    .argument("<inputs...>", ".jsonl, .csv, .tsv, .parquet; .gz may follow")
    .requiredOption("--out <dir>", "where to write it; appears whole or not at all"),
).action(async (inputs, options) =>
  (await import("./commands/data.ts")).dataPrepareCommand(inputs, options),
);
mappingOptions(
  data
    .command("stats")
    .description("rows, lengths, objectives and repetitions of datasets or files")
    .argument("<inputs...>", "prepared datasets or files of rows")
    .option("--report <file>", "draw them as a page"),
).action(async (inputs, options) =>
  (await import("./commands/data.ts")).dataStatsCommand(inputs, options),
);
data
  .command("verify")
  .description("check every hash of a prepared dataset")
  .argument("<dir>", "prepared dataset")
  .addOption(jsonOption())
  .action(async (directory, options) =>
    (await import("./commands/data.ts")).dataVerifyCommand(directory, options),
  );

const tokens = program
  .command("tokens")
  .description("text vocabularies: train one, encode with one");
tokens
  .command("train")
  .description("train a byte-pair vocabulary on the text of the training rows")
  .requiredOption("--data <file...>", "rows (.jsonl, .jsonl.gz)")
  .addOption(whereOption())
  .requiredOption("--size <n>", "number of tokens", integer("--size", 320))
  .requiredOption("--out <file>", "where to write the vocabulary (JSON)")
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/tokens.ts")).tokensTrainCommand(options));
tokens
  .command("encode")
  .description("encode a text")
  .requiredOption("--vocab <file>", "vocabulary, or a bundle directory")
  .requiredOption("--text <text>", "the text; - reads stdin")
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/tokens.ts")).tokensEncodeCommand(options));

program
  .command("status")
  .description("where a run stands: workers, step phases, losses by task, throughput, alerts")
  .argument("<run>", "run directory, or the address that --status-port printed")
  .option("--watch", "until the run is over", false)
  .addOption(jsonOption())
  .action(async (run, options) =>
    (await import("./commands/status.ts")).statusCommand(run, options),
  );

program
  .command("plan")
  .description(
    "what a step costs over a link, and which way to synchronise: arithmetic, nothing is run",
  )
  .requiredOption("--params <n>", "parameters of the model, e.g. 60e6 or 60M")
  .requiredOption("--workers <n>", "workers", integer("--workers", 1))
  .requiredOption("--link <speed>", "of every machine, each way: 1gbit, 50mbit, 125MB/s")
  .option("--tokens-per-second <n>", "of one worker, as auspex pretrain shows it")
  .option("--gflops <n>", "of one worker, where its tokens per second are not known", "100")
  .option("--batch-tokens <n>", "tokens of a step over all workers", "16384")
  .option("--microshards <n>", "numMicroshards of the run", integer("--microshards", 1), 16)
  .addOption(
    new Option("--precision <kind>", "on the wire: f32, bf16-down (parameters only), bf16")
      .choices(["f32", "bf16-down", "bf16"])
      .default("f32"),
  )
  .addOption(new Option("--sync <mode>", "show this only").choices(["gradient", "diloco"]))
  .addOption(new Option("--reduction <mode>", "show this only").choices(["star", "mesh"]))
  .option("--inner-steps <n>", "diloco: steps between exchanges", integer("--inner-steps", 1), 50)
  .option("--replicas <n>", "diloco: replicas", integer("--replicas", 1), 4)
  .addOption(
    new Option("--optimizer <kind>", "for the coordinator's memory")
      .choices(["adamw", "muon", "adafactor", "nesterov"])
      .default("adamw"),
  )
  .addOption(
    new Option("--optimizer-state <where>", "as training.optimizerState")
      .choices(["coordinator", "replicated"])
      .default("coordinator"),
  )
  .option("--ema", "the run keeps a moving average of its parameters", false)
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/plan.ts")).planCommand(options));

program
  .command("ledger")
  .description("check a run's journal")
  .command("verify")
  .description("prove from the journal alone that every example counted exactly once")
  .argument("<run>", "run directory")
  .addOption(jsonOption())
  .action(async (run, options) =>
    (await import("./commands/ledger.ts")).ledgerVerifyCommand(run, options),
  );

program
  .command("doctor")
  .description("which engines work here, on what, how fast, and how to get the others")
  .addOption(jsonOption())
  .action(async (options) => (await import("./commands/doctor.ts")).doctorCommand(options));

/** Runs the command line and returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    // commander prints its own errors; those of our parsers carry the text alone.
    if (error.code.startsWith("auspex.")) noteLine(error.message);
    return EXIT.usage;
  }
  const known = outOfFileHandles(error) ?? outOfWasmMemory(error) ?? error;
  if (known instanceof AuspexError) {
    noteLine(`error: ${known.message}`);
    if (known.hint !== undefined) noteLine(`hint: ${known.hint}`);
    if (known.code === "BUG") noteLine(known.stack ?? "");
    return known.exitCode;
  }
  noteLine(`internal error: ${messageOf(error)}`);
  if (error instanceof Error && error.stack !== undefined) noteLine(error.stack);
  return EXIT.internal;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that went away (`| head`) is not an error of ours.
  if (error.code === "EPIPE") process.exit(EXIT.done);
});

process.exitCode = await main(process.argv);
// Some engines hold the process open; commands that did not load one do not load it for this.
await closeOpenEngine();

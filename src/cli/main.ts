#!/usr/bin/env node
// The command line: parses arguments, loads the command that was asked for and turns errors into exit codes.
// Commands are imported when they run, so that `--help` and `--version` answer at once.

import { Command, CommanderError, Option } from "commander";
import { AuspexError, EXIT, messageOf } from "../core/index.ts";
import { closeOpenEngine } from "./open-engine.ts";
import { noteLine } from "./output.ts";
import { packageVersion } from "./package-version.ts";

const program = new Command("auspex")
  .description(
    "Trains and serves regression language models: text in, a distribution over numbers out.",
  )
  .version(packageVersion(), "-V, --version")
  .showHelpAfterError("(auspex --help lists the commands)")
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
const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];
const collectCounts = (value: string, previous: readonly number[]): number[] => [
  ...previous,
  integer("--labels", 1)(value),
];
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

engineOptions(
  program
    .command("pretrain")
    .description("pretrain a model: a coordinator and local workers as separate processes")
    .argument("<config>", "run configuration (YAML)")
    .option("--workers <n>", "local worker processes", integer("--workers", 0), 2)
    .option("--run <dir>", "run directory: journal, checkpoints, bundle")
    .option("--resume", "continue the run in --run from its last checkpoint", false)
    .addOption(jsonOption()),
).action(async (config, options) =>
  (await import("./commands/pretrain.ts")).pretrainCommand(config, options),
);

engineOptions(
  program
    .command("coordinator")
    .description("coordinate a run for workers on other machines")
    .argument("<config>", "run configuration (YAML)")
    .requiredOption("--listen <address>", "tcp://host:port, ipc://path or nats://host:port/run")
    .option("--key <file>", "key of this coordinator (auspex keys create): encrypts connections")
    .option("--allow <file>", "list of the workers that may join; read again when it changes")
    .option("--run <dir>", "run directory: journal, checkpoints, bundle")
    .option("--min-workers <n>", "start when this many have joined", integer("--min-workers", 1), 1)
    .option("--resume", "continue the run in --run from its last checkpoint", false)
    .option("--insecure", "allow unencrypted connections beyond loopback", false)
    .addOption(jsonOption()),
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
    .addOption(new Option("--parent-pipe", "leave when stdin closes").default(false).hideHelp())
    .option("--insecure", "allow unencrypted connections beyond loopback", false)
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/worker.ts")).workerCommand(options));

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
    .description("predict every row of a file: mean, median, std and quantiles")
    .requiredOption("--bundle <dir>", "bundle")
    .requiredOption("--data <file...>", "rows with task and x (.jsonl, .jsonl.gz)")
    .addOption(whereOption())
    .option("--out <file>", "JSON lines; - for stdout", "-")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/predict.ts")).predictCommand(options));

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
    .option("--calibration", "also say whether the stated uncertainty is true", false)
    .option("--report <file>", "draw predictions and calibration as a page")
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/eval.ts")).evalCommand(options));

engineOptions(
  program
    .command("score")
    .description("rank candidate files by forward pass")
    .requiredOption("--bundle <dir>", "bundle")
    .argument("<candidates...>", "files, e.g. candidate.yaml")
    .option("--kind <name>", "kind of every candidate (default: by extension, else by content)")
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

engineOptions(
  program
    .command("serve")
    .description("serve a bundle over HTTP (POST /v1/score)")
    .requiredOption("--bundle <dir>", "bundle")
    .option("--port <n>", "port; 0 picks a free one", integer("--port", 0), 8080)
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--token <text>", "require this bearer token (default: AUSPEX_TOKEN)")
    .option(
      "--studies <dir>",
      "keep studies here, and continue those that are there (default: in memory)",
    )
    .addOption(jsonOption()),
).action(async (options) => (await import("./commands/serve.ts")).serveCommand(options));

engineOptions(
  program
    .command("search")
    .description("run search strategies on a space with known truth, side by side")
    .option("--space <name>", "nb201, nb201/cifar100, gpu/KERNEL/GPU", "nb201")
    .option(
      "--policy <name>",
      "random, evolution, evolution-50, local, gp-ei, flops, ridge, ridge-residual, bundle, bundle-residual; may be repeated (default: those without labels)",
      collect,
      [],
    )
    .option(
      "--bundle <dir>",
      "a bundle trained on texts of the space: policies bundle, bundle-residual",
    )
    .option("--objective <n>", "index of the bundle's objective", integer("--objective", 0), 0)
    .option(
      "--context <key=value>",
      "written before every text for the bundle; may be repeated",
      collect,
      [],
    )
    .option("--labels <n>", "labels of CIFAR-10 for ridge; may be repeated", collectCounts, [])
    .option("--write-labels <file>", "write the labels as rows to pretrain on, and do nothing else")
    .option("--seeds <n>", "searches per policy", integer("--seeds", 1), 20)
    .option("--budget <n>", "real evaluations per search", integer("--budget", 1), 150)
    .option("--data <dir>", "where the tables are", "examples/data")
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
    if (error.code === "auspex.integer") noteLine(error.message);
    return EXIT.usage;
  }
  if (error instanceof AuspexError) {
    noteLine(`error: ${error.message}`);
    if (error.hint !== undefined) noteLine(`hint: ${error.hint}`);
    if (error.code === "BUG") noteLine(error.stack ?? "");
    return error.exitCode;
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

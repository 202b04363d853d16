// The live space: programs compiled with flags of gcc, their instructions counted by valgrind. Counts are the
// same every time, so they are kept on disk and never measured twice.

import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { AuspexError, EXIT, InputError, sha256Hex, UsageError } from "../core/index.ts";
import { gccSpace, type MeasureFlags } from "../evaluator/index.ts";
import type { LabelSource, OpenedSpace, SpaceOptions } from "./opened-space.ts";

/** What running a command gave; `status` null where it could not be started or was killed. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunCommand = (command: string, args: readonly string[]) => CommandResult;

const COMMAND_TIMEOUT_MS = 60_000;

/** Starts a program without a shell and waits for it. */
const runHere: RunCommand = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: 1 << 24,
  });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
};

/** `gcc` or `gcc/PROGRAM`; labels come from another of the bundled programs, and cost what they measure. */
export async function openGccSpace(
  name: string,
  { data, cache, source }: SpaceOptions,
  run: RunCommand = runHere,
): Promise<OpenedSpace> {
  const folder = join(data, "gcc");
  const programs = programsIn(folder);
  const program = name.split("/")[1] ?? programs[0]!;
  const other = source?.replace(/^gcc\//, "") ?? programs.find((each) => each !== program);
  for (const each of [program, ...(other === undefined ? [] : [other])]) {
    if (!programs.includes(each)) {
      throw new UsageError(`there is no program ${each}`, {
        hint: `one of ${programs.join(", ")}`,
      });
    }
  }
  const tools = findTools(run);
  const open = (each: string) =>
    gccSpace(each, instructionCounter({ file: join(folder, `${each}.c`), tools, cache, run }));
  const labels: LabelSource | undefined =
    other === undefined || other === program ? undefined : { space: open(other), price: 1 };
  return { space: open(program), source: labels };
}

function programsIn(folder: string): string[] {
  if (!existsSync(folder))
    throw new InputError(`no folder ${folder}`, { hint: "give it with --data" });
  const programs = readdirSync(folder).filter((file) => file.endsWith(".c"));
  if (programs.length === 0) throw new InputError(`no .c file in ${folder}`);
  return programs.map((file) => basename(file, ".c")).toSorted();
}

/** First lines of `--version`: part of every key in the cache. */
function findTools(run: RunCommand): string {
  return ["gcc", "valgrind"]
    .map((tool) => {
      const { status, stdout } = run(tool, ["--version"]);
      if (status === 0) return stdout.split("\n")[0]!;
      throw new AuspexError(
        "TOOL_MISSING",
        EXIT.unavailable,
        `--space gcc needs ${tool}, which does not start here`,
        {
          hint: `install ${tool}, or search a space with a table: nb201, gpukernels`,
        },
      );
    })
    .join("\n");
}

interface CounterOptions {
  readonly file: string;
  /** Versions of compiler and counter. */
  readonly tools: string;
  /** Folder of the counts that are known. */
  readonly cache: string;
  readonly run: RunCommand;
}

/** Compiles one program and counts its instructions, or remembers them. */
function instructionCounter({ file, tools, cache, run }: CounterOptions): MeasureFlags {
  const key = sha256Hex(`${readFileSync(file, "utf8")}\n${tools}`).slice(0, 16);
  const cacheFile = join(cache, `${basename(file, ".c")}-${key}.jsonl`);
  const known = readCounts(cacheFile);
  let expected: string | undefined;
  return (flags) => {
    const name = flags.join(" ");
    const before = known.get(name);
    if (before !== undefined) return before;
    const { instructions, output } = measure(file, flags, run);
    // Flags may make a program slow, never wrong.
    expected ??= output;
    if (output !== expected)
      throw new InputError(`${file} with ${name} printed ${output}, not ${expected}`);
    mkdirSync(cache, { recursive: true });
    appendFileSync(cacheFile, `${JSON.stringify({ flags: name, instructions })}\n`);
    known.set(name, instructions);
    return instructions;
  };
}

function readCounts(file: string): Map<string, number> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      try {
        const { flags, instructions } = JSON.parse(line) as Record<string, unknown>;
        if (typeof flags !== "string" || typeof instructions !== "number") return [];
        return [[flags, instructions] as const];
      } catch {
        // A line that was cut off is measured again.
        return [];
      }
    }),
  );
}

function measure(file: string, flags: readonly string[], run: RunCommand) {
  const folder = mkdtempSync(join(tmpdir(), "auspex-gcc-"));
  try {
    const program = join(folder, "program");
    const compiled = run("gcc", [...flags, "-o", program, file]);
    if (compiled.status !== 0) {
      throw new InputError(
        `gcc ${flags.join(" ")} refuses ${file}: ${compiled.stderr.slice(0, 500)}`,
      );
    }
    const counted = run("valgrind", [
      "--tool=cachegrind",
      "--cache-sim=no",
      "--cachegrind-out-file=/dev/null",
      program,
    ]);
    const count = /I\s+refs:\s+([\d,]+)/.exec(counted.stderr)?.[1];
    if (counted.status !== 0 || count === undefined) {
      throw new InputError(`valgrind counted nothing in ${file}: ${counted.stderr.slice(0, 500)}`);
    }
    return { instructions: Number(count.replaceAll(",", "")), output: counted.stdout.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

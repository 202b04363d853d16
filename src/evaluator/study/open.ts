// Starting a study, and continuing one from its log.

import { InputError } from "../../core/index.ts";
import type { Surrogate } from "../surrogate.ts";
import { parseEvent } from "./events.ts";
import { type StudySpec, studySpecSchema } from "./spec.ts";
import { StudyState } from "./state.ts";
import { Study, type StudyLog } from "./study.ts";

/** Checks a study's specification. @throws {InputError} with the field and its rule. */
export function parseStudySpec(input: unknown): StudySpec {
  const parsed = studySpecSchema.safeParse(input);
  if (parsed.success) return requireReference(parsed.data);
  const issue = parsed.error.issues[0]!;
  throw new InputError(`study.${issue.path.map(String).join(".")}: ${issue.message}`);
}

/** Starts a study; its creation is the first record of its log. */
export async function openStudy(
  surrogate: Surrogate,
  input: unknown,
  openLog?: StudyLog | (() => StudyLog | undefined),
): Promise<Study> {
  const spec = parseStudySpec(input);
  const columns = columnsOf(spec, surrogate.objectives);
  // Opened only now: a wrong specification leaves no file behind.
  const log = typeof openLog === "function" ? openLog() : openLog;
  const created = { type: "created", spec, model: surrogate.model } as const;
  await log?.append(created);
  return new Study(surrogate, new StudyState(created), columns, log);
}

/**
 * Continues a study from the records of its log.
 * @throws {CorruptError} for a record that is no event; {InputError} where the model lacks its objectives.
 */
export function resumeStudy(
  surrogate: Surrogate,
  records: readonly unknown[],
  log?: StudyLog,
): Study {
  const [created, ...rest] = records.map((record, i) => parseEvent(record, `record ${i + 1}`));
  if (created?.type !== "created") throw new InputError("a study's log begins with its creation");
  const state = new StudyState(created);
  for (const event of rest) state.apply(event);
  return new Study(surrogate, state, columnsOf(created.spec, surrogate.objectives), log);
}

function requireReference(spec: StudySpec): StudySpec {
  const { objectives, referencePoint } = spec;
  if (referencePoint === undefined || referencePoint.length === objectives.length) return spec;
  throw new InputError(
    `study.referencePoint: ${referencePoint.length} values for ${objectives.length} objectives`,
  );
}

/** Where each objective of the study is among the model's. */
function columnsOf(spec: StudySpec, available: readonly string[]): number[] {
  return spec.objectives.map(({ name }) => {
    const column = available.indexOf(name);
    if (column >= 0) return column;
    throw new InputError(`the model has no objective ${JSON.stringify(name)}`, {
      hint: `objectives of this model: ${available.join(", ")}`,
    });
  });
}

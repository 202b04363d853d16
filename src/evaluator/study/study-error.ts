import { AuspexError, EXIT } from "../../core/index.ts";

/** A study that does not exist or exists with another specification, one too many, or a tell that contradicts another. */
export class StudyError extends AuspexError {
  constructor(
    code: "STUDY_UNKNOWN" | "STUDY_EXISTS" | "STUDY_LIMIT" | "TELL_CONFLICT",
    message: string,
    hint?: string,
  ) {
    super(code, EXIT.invalidInput, message, hint === undefined ? {} : { hint });
  }
}

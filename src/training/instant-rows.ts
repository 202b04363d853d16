// What labelled rows look like to a frozen model: its answers, embeddings, and what siblings say.

import type { Example } from "../data/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { isMeasured } from "./evaluate.ts";
import type { InstantRow } from "./instant.ts";
import { Predictor } from "./predictor.ts";
import type { SpeakingSiblings } from "./refinement.ts";

/** Rows by objective. */
export type RowsByObjective = readonly (readonly ShotRow[])[];
/** A row that has the objective, as the frozen model sees it. */
export type ShotRow = InstantRow & { readonly shot: Example };

export async function instantRows(
  trained: TrainedModel,
  shots: readonly Example[],
  numObjectives: number,
  siblings: SpeakingSiblings,
): Promise<RowsByObjective> {
  const predictor = new Predictor(trained);
  try {
    const texts = shots.map(({ x }) => x);
    const { distributions, embeddings } = await predictor.embedded(texts, { numObjectives });
    const viewValues = await predictor.viewValues(texts, siblings, { numObjectives });
    return Array.from({ length: numObjectives }, (_, objective) =>
      shots.flatMap((shot, row) =>
        isMeasured(shot, objective)
          ? [
              {
                shot,
                text: shot.x,
                y: shot.y[objective]!,
                distribution: distributions[row]![objective]!,
                embedding: embeddings[row]!,
                viewValues: viewValues[row]![objective]!,
              },
            ]
          : [],
      ),
    );
  } finally {
    predictor.dispose();
  }
}

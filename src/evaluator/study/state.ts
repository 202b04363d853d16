// The state of a study: its events, applied. Everything here follows from the log alone.

import { invariant } from "../../core/index.ts";
import type { Incumbents } from "./acquisition.ts";
import { type Correction, fitCorrection, type Observation } from "./correction.ts";
import { toCost } from "./cost.ts";
import type { CreatedEvent, DecidedEvent, StudyEvent, ToldEvent, TunedEvent } from "./events.ts";
import { Familiarity, squaredDistance } from "./familiarity.ts";
import { textFeatures } from "./features.ts";
import { paretoFront } from "./pareto.ts";
import type { StudySpec } from "./spec.ts";
import { type Forecast, judgeTrust, type Trust, type TrustState } from "./trust.ts";

/** A told candidate with what the engine derives from it. */
export interface Tell {
  readonly event: ToldEvent;
  readonly features: Float64Array;
  /** Undefined where the evaluation failed. */
  readonly costs: readonly number[] | undefined;
  /** The bundle that the study had then. */
  readonly bundle: string;
}

const NUM_RECENT = 256;
// Distance at which another candidate's failure counts for half: features have length 1.
const FAILURE_REACH = 0.5;

/** Applies events and answers questions about what they add up to. */
export class StudyState {
  readonly spec: StudySpec;
  readonly tells = new Map<string, Tell>();
  readonly decisions = new Map<string, DecidedEvent>();
  /** Acquisitions of the latest candidates, the newest last. */
  readonly recent: number[] = [];
  /** Attempts at fine-tuning, the newest last. */
  readonly tunings: TunedEvent[] = [];
  /** Trust in the study after each tell. */
  readonly trustStates: TrustState[] = [];
  /** Grows with every event. */
  revision = 0;
  /** Promoted and not yet told. */
  readonly #awaited = new Set<string>();
  #numFailed = 0;
  #model: string;
  readonly #familiarity = new Familiarity();
  #accepted: TunedEvent | undefined;
  #corrections: Correction[];
  #areCorrectionsStale = false;
  #incumbents: Incumbents | undefined;
  #trust: Trust | undefined;

  constructor({ spec, model }: CreatedEvent) {
    this.spec = spec;
    this.#model = model;
    this.#corrections = spec.objectives.map(() => fitCorrection([], "none"));
  }

  apply(event: StudyEvent): void {
    this.revision++;
    switch (event.type) {
      case "created":
        invariant(false, "a study is created once");
        break;
      case "decided":
        this.#applyDecided(event);
        break;
      case "told":
        this.#applyTold(event);
        break;
      case "tuned":
        this.tunings.push(event);
        if (event.accepted) this.#changeModel(event);
        break;
      case "reverted":
        this.#changeModel(undefined);
        break;
      case "rebased":
        this.#model = event.model;
        this.#changeModel(undefined);
        this.#trust = undefined;
        break;
      default:
        event satisfies never;
    }
  }

  /** The bundle, whatever was made of it by fine-tuning. */
  get model(): string {
    return this.#model;
  }

  /** Promotions on their way: each holds its place in the budget until it is told. */
  get numAwaited(): number {
    return this.#awaited.size;
  }

  /** The accepted fine-tuning that answers; undefined: the bundle. */
  get accepted(): TunedEvent | undefined {
    return this.#accepted;
  }

  /** Number of the model that answers: 0 is the bundle. */
  get version(): number {
    return this.#accepted?.version ?? 0;
  }

  /** Why a candidate was evaluated stays as it was: asking about it again, before or after its tell, changes nothing. */
  #applyDecided(event: DecidedEvent): void {
    if (this.tells.has(event.hash) || this.#awaited.has(event.hash)) return;
    if (event.verdict === "promote") this.#awaited.add(event.hash);
    this.decisions.set(event.hash, event);
    // Before there is an incumbent the figure means something else.
    if (this.incumbents().front.length > 0) this.recent.push(event.acquisition);
    if (this.recent.length > NUM_RECENT) this.recent.shift();
  }

  #applyTold(event: ToldEvent): void {
    const tell = this.#derive(event);
    this.tells.set(event.hash, tell);
    this.#awaited.delete(event.hash);
    if (tell.costs === undefined) this.#numFailed++;
    this.#familiarity.add(tell.features);
    this.#areCorrectionsStale = true;
    this.#incumbents = undefined;
    this.#trust = undefined;
    this.trustStates.push(this.trust().state);
  }

  /** What was learnt about the errors of one model says nothing about another's. */
  #changeModel(accepted: TunedEvent | undefined): void {
    this.#accepted = accepted;
    this.#corrections = this.spec.objectives.map(() => fitCorrection([], "none"));
    this.#areCorrectionsStale = true;
  }

  /** One correction per objective, fitted to all tells so far. */
  corrections(): readonly Correction[] {
    if (!this.#areCorrectionsStale) return this.#corrections;
    this.#areCorrectionsStale = false;
    this.#corrections = this.#corrections.map((previous, i) =>
      fitCorrection(this.observations(i), this.spec.correction, previous),
    );
    return this.#corrections;
  }

  incumbents(): Incumbents {
    this.#incumbents ??= this.#findIncumbents();
    return this.#incumbents;
  }

  /** Whether it was told and nothing told is better. */
  isIncumbent(hash: string): boolean {
    const costs = this.tells.get(hash)?.costs;
    return costs !== undefined && this.incumbents().front.includes(costs);
  }

  #findIncumbents(): Incumbents {
    const points = this.succeeded().map(({ costs }) => costs);
    const front = paretoFront(points).map((i) => points[i]!);
    return { front, reference: this.#reference(points) };
  }

  succeeded(): (Tell & { readonly costs: readonly number[] })[] {
    return [...this.tells.values()].flatMap((tell) =>
      tell.costs === undefined ? [] : [{ ...tell, costs: tell.costs }],
    );
  }

  trust(): Trust {
    if (this.#trust !== undefined) return this.#trust;
    const { objectives, trust } = this.spec;
    const byObjective = objectives.map(({ name }, i) => [name, this.#forecasts(i)] as const);
    this.#trust = judgeTrust(Object.fromEntries(byObjective), trust);
    return this.#trust;
  }

  /** P(evaluating this candidate does not fail), from failures among its likes; 1 where nothing failed. */
  feasibility(features: Float64Array): number {
    if (this.#numFailed === 0) return 1;
    let failed = 0;
    // A doubt worth half a success: a single failure far away says little.
    let total = 0.5;
    for (const tell of this.tells.values()) {
      const weight = Math.exp(-squaredDistance(features, tell.features) / (2 * FAILURE_REACH ** 2));
      total += weight;
      if (tell.costs === undefined) failed += weight;
    }
    return 1 - failed / total;
  }

  /** See `Familiarity.chance`; 1 while there are too few tells to say. */
  familiarity(features: Float64Array): number {
    const { minFamiliarity } = this.spec.trust;
    const isLarge = (this.tells.size + 1) * minFamiliarity > 1;
    return isLarge ? this.#familiarity.chance(features) : 1;
  }

  budgetLeft(): number | undefined {
    const { budget } = this.spec;
    return budget === undefined
      ? undefined
      : Math.max(0, budget - this.tells.size - this.numAwaited);
  }

  /** The promotion that a candidate has and whose outcome nobody has told yet. */
  promotionOf(hash: string): DecidedEvent | undefined {
    return this.#awaited.has(hash) ? this.decisions.get(hash) : undefined;
  }

  #derive(event: ToldEvent): Tell {
    const { objectives } = this.spec;
    const costs = event.values?.map((value, i) => toCost(value, objectives[i]!));
    return { event, features: textFeatures(event.text), costs, bundle: this.#model };
  }

  /** Tells that the answering model was not trained on, with what it said of them. */
  observations(objective: number): (Observation & { readonly hash: string })[] {
    return this.succeeded().flatMap(({ event, features, costs, bundle }) => {
      const { hash } = event;
      // A bundle says nothing about another's errors. Accepted fine-tunings are counted on from bundle to bundle.
      const isOwn = event.version === this.version && bundle === this.#model;
      const raw = isOwn ? event.raw : this.#accepted?.raw?.[hash];
      if (raw === undefined) return [];
      return [{ hash, features, ...raw[objective]!, cost: costs[objective]! }];
    });
  }

  #forecasts(objective: number): Forecast[] {
    const own = this.succeeded().filter(({ bundle }) => bundle === this.#model);
    return own.map(({ event }) => ({
      ...event.forecasts[objective]!,
      actual: event.values![objective]!,
    }));
  }

  /** The user's corner, or a tenth beyond the worst that was told. */
  #reference(points: readonly (readonly number[])[]): number[] {
    const { objectives, referencePoint } = this.spec;
    return objectives.map((objective, i) => {
      if (referencePoint !== undefined) return toCost(referencePoint[i]!, objective);
      const costs = points.map((point) => point[i]!);
      const [best, worst] = [Math.min(...costs), Math.max(...costs)];
      return worst + 0.1 * Math.max(worst - best, 1e-9);
    });
  }
}

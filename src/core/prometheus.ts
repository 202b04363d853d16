// Counters, gauges and histograms in the text format of Prometheus.

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: Map<string, number>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A small registry. Label values come from fixed sets, never from requests: its size is bounded. */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** Adds to a counter. */
  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    add(this.#family(name, help, "counter").samples, name, labels, by);
  }

  /** Sets a gauge. */
  gauge(name: string, help: string, value: number, labels: Labels = {}): void {
    this.#family(name, help, "gauge").samples.set(key(name, labels), value);
  }

  /** Adds a duration to a histogram. */
  seconds(name: string, help: string, seconds: number, labels: Labels = {}): void {
    this.observe(name, help, seconds, SECONDS, labels);
  }

  /** Adds a value to a histogram with the given upper bounds. */
  observe(
    name: string,
    help: string,
    value: number,
    bounds: readonly number[],
    labels: Labels = {},
  ): void {
    const { samples } = this.#family(name, help, "histogram");
    for (const bound of bounds) {
      add(samples, `${name}_bucket`, { ...labels, le: String(bound) }, value <= bound ? 1 : 0);
    }
    add(samples, `${name}_bucket`, { ...labels, le: "+Inf" }, 1);
    add(samples, `${name}_sum`, labels, value);
    add(samples, `${name}_count`, labels, 1);
  }

  /** The exposition text. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { help, type, samples }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [sample, value] of samples) lines.push(`${sample} ${value}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #family(name: string, help: string, type: Family["type"]): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family: Family = { help, type, samples: new Map() };
    this.#families.set(name, family);
    return family;
  }
}

function add(samples: Map<string, number>, name: string, labels: Labels, by: number): void {
  const sample = key(name, labels);
  samples.set(sample, (samples.get(sample) ?? 0) + by);
}

function key(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}

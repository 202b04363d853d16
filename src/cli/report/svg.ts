// SVG and HTML as strings: every attribute and text goes through one escape.

/** Markup that is already escaped. */
export interface Markup {
  readonly markup: string;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;
type Child = Markup | string | number | undefined | readonly Child[];

/** One element. Strings among the children are text; undefined attributes and children are left out. */
export function el(
  name: string,
  attributes: Attributes = {},
  ...children: readonly Child[]
): Markup {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${escape(typeof value === "number" ? short(value) : value!)}"`,
    );
  const inside = children.map(render).join("");
  const isVoid = inside === "" && SELF_CLOSING.has(name);
  return { markup: `<${name}${pairs.join("")}${isVoid ? "/>" : `>${inside}</${name}>`}` };
}

/** Elements one after the other. */
export function group(...children: readonly Child[]): Markup {
  return { markup: children.map(render).join("") };
}

/** An SVG path through points, in order. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join("");
}

const SELF_CLOSING = new Set(["path", "line", "rect", "circle", "meta"]);

function render(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "string") return escape(child);
  if (typeof child === "number") return escape(String(child));
  if ("markup" in child) return child.markup;
  return child.map(render).join("");
}

/** Two decimals are a tenth of what an eye can see, and keep the file small. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escape(text: string): string {
  // Control characters are not allowed in a page at all.
  // oxlint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd");
  return clean.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

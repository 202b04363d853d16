/** Text as HTML shows it, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A number for people: four digits, no exponent where it is not needed. */
export function shown(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(2);
  return Number.isInteger(value) && size < 1e6
    ? String(value)
    : String(Number(value.toPrecision(4)));
}

/** A share in per cent. */
export function percent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return "-";
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

import type { AttributeValue, OnnxNode, TensorHeader } from "./model.ts";

/** Attributes of a node by name and expected kind; a wrong kind counts as absent. */
export interface Attributes {
  int(name: string): number | undefined;
  ints(name: string): readonly number[] | undefined;
  float(name: string): number | undefined;
  floats(name: string): readonly number[] | undefined;
  string(name: string): string | undefined;
  tensor(name: string): TensorHeader | undefined;
}

export function attributesOf(node: OnnxNode): Attributes {
  const byName = new Map(node.attributes.map(({ name, value }) => [name, value]));
  const get = <K extends AttributeValue["kind"]>(
    name: string,
    kind: K,
  ): Extract<AttributeValue, { kind: K }> | undefined => {
    const value = byName.get(name);
    return value?.kind === kind ? (value as Extract<AttributeValue, { kind: K }>) : undefined;
  };
  return {
    int: (name) => toNumber(get(name, "int")?.value),
    ints: (name) => get(name, "ints")?.value.map(Number),
    float: (name) => get(name, "float")?.value,
    floats: (name) => get(name, "floats")?.value,
    string: (name) => get(name, "string")?.value,
    tensor: (name) => get(name, "tensor")?.value,
  };
}

function toNumber(value: number | bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

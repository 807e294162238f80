/** An extension point: a list of values that bear their names; discovery is computed from such lists (law 5). */
export type Registry<Entry extends { readonly name: string }> = readonly Entry[];

/** The names of what is registered, in the order of the list. */
export const namesOf = <Entry extends { readonly name: string }>(registry: Registry<Entry>): string[] =>
  registry.map(({ name }) => name);

/** The entry of that name, if it is registered. */
export const named = <Entry extends { readonly name: string }>(
  registry: Registry<Entry>,
  name: string,
): Entry | undefined => registry.find((entry) => entry.name === name);

/** One client or account of a document as far as it can be read, so that a check tells its fault beside all others. */
export type Entry = Readonly<Record<string, unknown>>;

/** A thing that does not go together with another one: the way to it inside its entry, and why. */
export type Complaint = readonly [path: readonly (string | number)[], message: string];

/** Looks at one entry for one reason. */
export type EntryCheck = (entry: Entry) => Complaint[];

/** Is it an object with settings? */
export const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a setting, where it is one. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The elements of a setting; what is no text keeps its place as ''. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((element: unknown) => textOf(element) ?? '') : [];

/** Those of the settings that are there. */
export const givenOf = (entry: Entry, settings: readonly string[]): string[] =>
  settings.filter((setting) => entry[setting] !== undefined);

/** A value and where it stands, to find out whether it stands somewhere else too. */
export interface Placed {
  readonly value: string;
  readonly at: readonly (string | number)[];
}

/** Every value that stood before, together with the place where it did. */
export const repeated = (values: readonly Placed[]): { at: Placed['at']; first: Placed['at'] }[] => {
  const seen = new Map<string, Placed['at']>();
  return values.flatMap(({ value, at }) => {
    const first = seen.get(value);
    if (!first) seen.set(value, at);
    return first ? [{ at, first }] : [];
  });
};

import type { EpochSeconds } from '@portico/endpoint';

/** A column of time as the ports speak of it. */
export const epoch = (column: string): string => `date_part('epoch', ${column})`;

/** Leaves out what is null in a row: absent, as the ports have it. */
export const present = <Row extends object>(row: Row): { [Name in keyof Row]: NonNullable<Row[Name]> } => {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) if (value !== null) kept[name] = value;
  return kept as never;
};

export const dateOf = (at: EpochSeconds): Date => new Date(at * 1000);
export const epochOf = (date: Date): EpochSeconds => Math.floor(date.getTime() / 1000);

import { randomSecret } from './hash.js';
import type { EpochSeconds } from './time.js';

/**
 * The part of a table in which a row is kept until it has expired, as a number: a day, a month, or `unbounded`. It is
 * dropped whole. What is kept there tells its number in its own text, so that a look-up reads one part.
 */
export type Partition = number;

/** What lasts too long for a part of its own, and what tells no number. It is deleted row by row. */
export const unbounded: Partition = 0;

const daySeconds = 86_400;
const firstMonth = 0x1_00_00;
const lastMonth = 0x2_00_00 - 1;

/** The part of a day, on which everything in it expires. */
export const dayOf = (at: EpochSeconds): Partition => Math.floor(at / daySeconds);

/** The part of a month. */
export const monthOf = (at: EpochSeconds): Partition => {
  const date = new Date(at * 1000);
  return firstMonth + (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
};

/** What lasts no longer is kept by the day on which it expires. */
export const daysUpTo = 3 * daySeconds;
/** What lasts no longer is kept by the month. */
export const monthsUpTo = 400 * daySeconds;

/** From when to when something is worth keeping. */
export interface Span {
  readonly from: EpochSeconds;
  readonly until: EpochSeconds;
}

/** The part for what lasts so long: the longer it lasts, the larger its part, so that there are few of them. */
export const partitionFor = ({ from, until }: Span): Partition => {
  const isPlaced = Number.isSafeInteger(from) && Number.isSafeInteger(until) && until >= daySeconds;
  if (!isPlaced || dayOf(until) >= firstMonth || until - from > monthsUpTo) return unbounded;
  return until - from > daysUpTo ? monthOf(until) : dayOf(until);
};

/** From then on everything in the part has expired; undefined where that never comes. */
export const partitionEnd = (partition: Partition): EpochSeconds | undefined => {
  if (partition <= unbounded || partition > lastMonth) return undefined;
  return partition < firstMonth ? (partition + 1) * daySeconds : Date.UTC(1970, partition - firstMonth + 1) / 1000;
};

const named = (value: number): string => value.toString(16).padStart(5, '0');

/** The number as it stands in an id: five hex digits. */
export const partitionName = (partition: Partition): string => named(partition);

const secretWithName = /^[\w-]{43}([0-9a-f]{5})$/;
const idWithName = /^([0-9a-f]{5})-/;

/** The part that an id names as its own, whoever made it up; `unbounded` where it names none. */
export const namedPartition = (id: string): Partition => {
  const [, name] = secretWithName.exec(id) ?? idWithName.exec(id) ?? [];
  return name === undefined ? unbounded : Number.parseInt(name, 16);
};

/** A new secret of 256 random bits that names its part. @see RFC 6749 §10.10 (guessing must be infeasible) */
export const namedSecret = (span: Span): string => `${randomSecret()}${partitionName(partitionFor(span))}`;

/** The part of a token, and that of what it was issued from; undefined where that was not known yet. */
export type Pair = readonly [Partition, Partition | undefined];

/** The parts that can hold something now, with a margin. */
const near = (at: EpochSeconds) => ({
  days: { first: dayOf(at) - 2, count: 11 },
  months: { first: monthOf(at) - 1, count: 18 },
});

/** Can something be kept there now? Where not, nobody need look. */
export const isNear = (partition: Partition, at: EpochSeconds): boolean => {
  const { first, count } = partition < firstMonth ? near(at).days : near(at).months;
  return partition === unbounded || (partition >= first && partition < first + count);
};

// Two numbers of ten bits: 0, then the days and the months, each counted round and round. Which round it is follows from
// the time, since only parts nearby hold anything.
const half = 512;
const round = 500;
const bits = 10;
const untold = (1 << bits) - 1; // no day and no month comes to that: they end at 500, and at 1011

const short = (partition: Partition | undefined): number => {
  if (partition === undefined) return untold;
  if (partition === unbounded) return 0;
  return partition < firstMonth ? 1 + (partition % round) : half + (partition % round);
};

const long = (value: number, at: EpochSeconds): Partition | undefined => {
  if (value === 0) return unbounded;
  if (value === untold) return undefined;
  const { first, count } = value < half ? near(at).days : near(at).months;
  const wanted = value < half ? value - 1 : value - half;
  const ahead = (((wanted - first) % round) + round) % round;
  return ahead < count ? first + ahead : undefined;
};

/** Both parts as they stand at the end of a token's text: five hex digits, which are read again while it can hold. */
export const pairName = ([token, authorization]: Pair): string => named((short(token) << bits) | short(authorization));

/** The parts that a token's text tells of at that time, whoever made it up; `unbounded` both where it tells of none. */
export const namedPair = (text: string, at: EpochSeconds): Pair => {
  const [, name = ''] = secretWithName.exec(text) ?? /^[0-9a-f]{35}([0-9a-f]{5})$/.exec(text) ?? [];
  const value = Number.parseInt(name || '0', 16);
  const token = long(value >> bits, at);
  const ofAuthorization = value & untold;
  const authorization = long(ofAuthorization, at);
  const isLost = token === undefined || (authorization === undefined && ofAuthorization !== untold);
  return isLost ? [unbounded, unbounded] : [token, authorization];
};

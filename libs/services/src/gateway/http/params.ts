import { malformed } from './fault.js';

const maxParams = 100;

/** The parameters of a form or a query; a name may come more than once. */
export type MultiParams = Record<string, string[]>;

/**
 * Reads form-encoded text as URLSearchParams does, but refuses what that would silently repair: a broken escape, bytes
 * that are not UTF-8, a NUL (PostgreSQL stores none).
 * @throws EdgeFault 400
 */
export const readParams = (text: string): MultiParams => {
  const pairs = text.split('&', maxParams + 1).filter((pair) => pair !== '');
  if (pairs.length > maxParams) throw malformed(`the request has more than ${maxParams} parameters`);
  const params = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name, value] = splitPair(pair);
    params.set(name, [...(params.get(name) ?? []), value]);
  }
  return Object.fromEntries(params);
};

const splitPair = (pair: string): [string, string] => {
  const mark = pair.indexOf('=');
  return mark < 0 ? [decode(pair), ''] : [decode(pair.slice(0, mark)), decode(pair.slice(mark + 1))];
};

const decode = (text: string): string => {
  const decoded = unescaped(text.replaceAll('+', ' '));
  if (decoded.includes('\0')) throw malformed('a parameter contains a NUL character');
  return decoded;
};

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a parameter is not percent-encoded UTF-8');
  }
};

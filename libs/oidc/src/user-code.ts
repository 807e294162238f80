import { randomInt } from 'node:crypto';

/** Consonants without look-alikes: no word comes of them, and none is taken for a digit. @see RFC 8628 §6.1 */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;
const userCode = new RegExp(`^[${alphabet}]{${length}}$`);

/** A new user code: 20^8 there are, so that a guess hits one in 25 thousand million. @see RFC 8628 §5.1 */
export const newUserCode = (): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** As a person reads it best. @see RFC 8628 §6.1 */
export const shownUserCode = (userCode: string): string => `${userCode.slice(0, 4)}-${userCode.slice(4)}`;

/**
 * What a person has typed, as it is compared: in any case, with or without dashes and spaces, also in the wide letters of
 * a Chinese keyboard. Undefined where it cannot be a user code.
 * @see RFC 8628 §6.1
 */
export const readUserCode = (typed: string): string | undefined => {
  const letters = typed
    .slice(0, 64)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return userCode.test(letters) ? letters : undefined;
};

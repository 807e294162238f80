import { createHash, randomBytes, randomInt } from 'node:crypto';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A client id that nobody has: 24 lower-case hex digits. @see RFC 6749 §2.2 */
export const newClientId = (): string => randomBytes(12).toString('hex');

/** The client id of a declared client without one: by its name, so that the file can be applied again. @see RFC 6749 §2.2 */
export const clientIdFor = (clientName: string): string =>
  createHash('sha256').update(`portico client ${clientName}`).digest('hex').slice(0, 24);

/** An access key that nobody has: 24 lower-case hex digits, as client ids are. @see RFC 6749 §2.2 */
export const newAccessKey = (): string => newClientId();

/** 256 random bits; letters and digits only, since clients differ in how they encode the rest. @see RFC 6749 §2.3.1 */
export const newClientSecret = (): string =>
  Array.from({ length: 43 }, () => alphanumeric[randomInt(alphanumeric.length)]).join('');

/** A subject that nobody ever had: 24 lower-case hex digits. @see OpenID Connect Core 1.0 §2 (sub) */
export const newSubject = (): string => randomBytes(12).toString('hex');

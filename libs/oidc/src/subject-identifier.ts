import { hmacSha256 } from '@portico/endpoint';
import type { Client } from './client.js';

/** Names a person to a client: the `sub` of everything that this client is told. @see OpenID Connect Core 1.0 §8 */
export type SubjectFor = (client: Client, subject: string) => string;

/** The hosts of redirect URIs, each once; a scheme of an application's own has none. @see OpenID Connect Core 1.0 §8.1 */
export const hostsOf = (redirectUris: readonly string[]): string[] =>
  [...new Set(redirectUris.map((uri) => new URL(uri).hostname))].filter(Boolean);

// Registration refuses a pairwise client without a sector; one that came here otherwise is a sector of its own.
const sectorOf = ({ id, metadata }: Client): string => {
  const { sector_identifier_uri: uri, redirect_uris: redirectUris } = metadata;
  const [host, ...others] = uri === undefined ? hostsOf(redirectUris) : hostsOf([uri]);
  return host === undefined || others.length > 0 ? `client ${id}` : host;
};

/**
 * `sub` as the client is registered for it: the same for all, or, where it is pairwise, one for each sector, from which
 * nobody without the key finds the person or the `sub` of another sector.
 * @see OpenID Connect Core 1.0 §8.1
 */
export const subjectIdentifiers =
  (key: Uint8Array): SubjectFor =>
  (client, subject) =>
    client.metadata.subject_type === 'pairwise' ? hmacSha256(key, `${sectorOf(client)}\0${subject}`) : subject;

/** Could this be a pairwise `sub`, by its shape? One that could not is the same for all clients. @see OpenID Connect Core 1.0 §8.1 */
export const mayBePairwise = (sub: string): boolean => /^[\w-]{43}$/.test(sub);

import type { Client } from '@portico/oidc';
import { DeclarationError, type Fault } from './faults.js';

/** Reads the JSON document under an https URL; rejects where it cannot. */
export type ReadDocument = (uri: string) => Promise<unknown>;

/** A client as it was and as it shall be, with the place of its settings in what was declared. */
export interface SectorStep {
  readonly before?: Client | undefined;
  readonly after: Client;
  readonly path: string;
}

const sectorOf = ({ metadata }: Client): string =>
  JSON.stringify([metadata.sector_identifier_uri, metadata.redirect_uris]);

const listed = (uri: string, readDocument: ReadDocument): Promise<unknown[] | undefined> =>
  readDocument(uri).then(
    (document) => (Array.isArray(document) ? document : undefined),
    () => undefined,
  );

const faultsOf = async ({ after, path }: SectorStep, readDocument: ReadDocument): Promise<Fault[]> => {
  const { sector_identifier_uri: uri, redirect_uris: redirectUris } = after.metadata;
  if (uri === undefined) return [];
  const fault = (message: string): Fault[] => [{ path: `${path}sector_identifier_uri`, message }];
  const elements = await listed(uri, readDocument);
  if (!elements) return fault('must lead to a JSON list that can be read');
  const missing = redirectUris.findIndex((redirectUri) => !elements.includes(redirectUri));
  return missing < 0 ? [] : fault(`leads to a list without redirect_uris[${missing}]`);
};

/**
 * Every redirect URI must stand in the document of the sector. Only what has changed is checked, so that a host that is
 * away keeps nobody from starting.
 * @see OpenID Connect Core 1.0 §8.1, OpenID Connect Dynamic Client Registration 1.0 §5
 * @throws DeclarationError a document cannot be read, or lacks a redirect URI
 */
export const checkSectors = async (steps: readonly SectorStep[], readDocument: ReadDocument): Promise<void> => {
  const faults: Fault[] = [];
  for (const step of steps)
    if (!step.before || sectorOf(step.before) !== sectorOf(step.after))
      faults.push(...(await faultsOf(step, readDocument)));
  if (faults.length > 0) throw new DeclarationError(faults);
};

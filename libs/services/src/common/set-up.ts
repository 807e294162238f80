import {
  apply,
  parseDeclaration,
  type Change,
  type ClientSecretKey,
  type ReadDocument,
  type Registrations,
} from '@portico/admin';
import type { Config } from '@portico/config';
import type { Clock } from '@portico/endpoint';
import type { PasswordHasher } from '@portico/sso';
import { applyFile } from '../cli/apply-file.js';
import { demoAccount, demoClient } from '../demo/demo.js';

interface Needs {
  readonly registrations: Registrations;
  readonly passwords: PasswordHasher;
  readonly clientSecretKey: ClientSecretKey;
  readonly readDocument: ReadDocument;
  readonly clock: Clock;
}

/**
 * What a start sets up: the file of PORTICO_CONFIG, the client and the person of the demo.
 * @throws DeclarationError every fault of the file; then nothing was changed
 */
export const setUp = async (
  { PORTICO_CONFIG, PORTICO_DEMO, PORTICO_ISSUER }: Pick<Config, 'PORTICO_CONFIG' | 'PORTICO_DEMO' | 'PORTICO_ISSUER'>,
  needs: Needs,
): Promise<Change[]> => [
  ...(PORTICO_CONFIG ? await applyFile(PORTICO_CONFIG, needs) : []),
  ...(PORTICO_DEMO ? await apply(demo(PORTICO_ISSUER), needs) : []),
];

const demo = (issuer: string) =>
  parseDeclaration({ clients: [demoClient(new URL(issuer).origin)], accounts: [demoAccount] }, () => '');

import { afterAll, beforeAll, describe } from '@jest/globals';
import { accessKeysSuite } from './stores/access-keys.suite.js';
import { attemptStoreSuite } from './stores/attempts.suite.js';
import { auditChangesSuite } from './stores/audit-changes.suite.js';
import { auditSuite } from './stores/audit.suite.js';
import { consentStoreSuite } from './stores/consents.suite.js';
import { deviceStoreSuite } from './stores/devices.suite.js';
import { installationKeyStoreSuite } from './stores/installation-keys.suite.js';
import { interactionStoreSuite } from './stores/interactions.suite.js';
import { keyStoreSuite } from './stores/keys.suite.js';
import { logoutDeliveriesSuite } from './stores/logout-deliveries.suite.js';
import { passwordKeyStoreSuite } from './stores/password-keys.suite.js';
import { publishedRevocationsSuite } from './stores/published-revocations.suite.js';
import { registrationsSuite } from './stores/registrations.suite.js';
import { replayStoreSuite } from './stores/replays.suite.js';
import { revocationsSuite } from './stores/revocations.suite.js';
import { sealsSuite } from './stores/seals.suite.js';
import { sessionStoreSuite } from './stores/sessions.suite.js';
import type { OpenStores } from './stores/stores.js';
import { tokenStoreSuite } from './stores/tokens.suite.js';

export type { OpenStores, Stores } from './stores/stores.js';

const suites = {
  TokenStore: tokenStoreSuite,
  DeviceStore: deviceStoreSuite,
  SessionStore: sessionStoreSuite,
  InteractionStore: interactionStoreSuite,
  ConsentStore: consentStoreSuite,
  AttemptStore: attemptStoreSuite,
  'Registrations, ClientStore, AccountStore': registrationsSuite,
  'Registrations, TokenStore: what is revoked': revocationsSuite,
  PublishedRevocations: publishedRevocationsSuite,
  ReplayStore: replayStoreSuite,
  'LogoutDeliveryStore, LogoutDeliveries': logoutDeliveriesSuite,
  KeyStore: keyStoreSuite,
  PasswordKeyStore: passwordKeyStoreSuite,
  InstallationKeyStore: installationKeyStoreSuite,
  Seals: sealsSuite,
  'AccessKeyStore, AccessKeys': accessKeysSuite,
  AuditLog: auditSuite,
  'AuditLog, Registrations, KeyStore: what is changed': auditChangesSuite,
};

/** What every adapter of the stores must do. `open` opens empty ones. */
export const storesSuite = (name: string, open: () => Promise<OpenStores>): void => {
  describe(name, () => {
    let stores: OpenStores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());
    for (const [port, suite] of Object.entries(suites)) describe(port, () => suite(() => stores));
  });
};

import { afterAll, beforeAll, describe } from '@jest/globals';
import { accessKeysSuite } from './stores/access-keys.suite.js';
import { attemptStoreSuite } from './stores/attempts.suite.js';
import { consentStoreSuite } from './stores/consents.suite.js';
import { deviceStoreSuite } from './stores/devices.suite.js';
import { interactionStoreSuite } from './stores/interactions.suite.js';
import { keyStoreSuite } from './stores/keys.suite.js';
import { registrationsSuite } from './stores/registrations.suite.js';
import { replayStoreSuite } from './stores/replays.suite.js';
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
  ReplayStore: replayStoreSuite,
  KeyStore: keyStoreSuite,
  'AccessKeyStore, AccessKeys': accessKeysSuite,
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

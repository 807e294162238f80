import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { declare, type Derivations, type Face } from './discovered.js';
import { logoutReceiver, type LogoutReceiver } from './logout-receiver.js';
import { signIn } from './relying-party.js';
import { secret } from './setup/declaration.js';

const clientId = 'discovery-logout';

/** What an application is told of the end of a session, beside its ID Token of that session. */
const toldBy = ({ metadata }: Face) => {
  let receiver: LogoutReceiver;
  beforeAll(async () => {
    receiver = await logoutReceiver();
    const redirect_uris = [`https://${clientId}.example.test/cb`];
    const scope = 'openid profile email offline_access';
    const client = { client_id: clientId, client_secret: secret, redirect_uris, scope };
    expect(await declare({ clients: [{ ...client, backchannel_logout_uri: receiver.uri }] })).toBe('');
  });
  afterAll(() => receiver.close());
  return async () => {
    const { browser, tokens } = await signIn(clientId);
    const idToken = decodeJwt(tokens.id_token ?? '');
    await browser.open(`${String(metadata.end_session_endpoint)}?id_token_hint=${tokens.id_token ?? ''}`);
    return { idToken, logoutToken: decodeJwt(await receiver.tokenOf(String(idToken.sid))) };
  };
};

/** A logout is told to applications. */
export const logoutDerivations: Derivations = {
  backchannel_logout_supported: (face) => {
    const told = toldBy(face);
    it('OpenID Connect Back-Channel Logout 1.0 §2.1: an application is told of a logout', async () => {
      const { idToken, logoutToken } = await told();
      expect(face.metadata.backchannel_logout_supported).toBe(true);
      expect(logoutToken).toMatchObject({ iss: face.issuer, aud: clientId, sub: idToken.sub });
    });
  },
  backchannel_logout_session_supported: (face) => {
    const told = toldBy(face);
    it('OpenID Connect Back-Channel Logout 1.0 §2.1: and which session it was', async () => {
      const { idToken, logoutToken } = await told();
      expect(face.metadata.backchannel_logout_session_supported).toBe(true);
      expect(logoutToken.sid).toBe(idToken.sid);
    });
  },
};

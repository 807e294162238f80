import { endpoints, pathsOf, type EndpointName } from '@portico/contracts';
import { basic } from '@portico/testing';
import { judge, type Seen } from './judge.js';
import { password, secret } from './setup/declaration.js';
import type { Running } from './setup/topology.js';

interface Known {
  readonly cookie: string;
  readonly token: string;
  readonly id_token: string;
}

const clientId = 'first-party';
const login = `mutation { loginByUsername(input: { username: "anna", password: "${password}" }) { id } }`;

/** What each endpoint is asked, so that it cannot answer from the request alone. */
const questions = ({ token, id_token }: Known): Partial<Record<EndpointName, Readonly<Record<string, string>>>> => {
  const redirect_uri = `https://${clientId}.example.test/cb`;
  const authorization = { client_id: clientId, redirect_uri, response_type: 'code', scope: 'openid' };
  return {
    authorize: authorization,
    oauthAuthorize: { ...authorization, scope: 'user' },
    resume: { interaction: 'an-interaction' },
    device: { user_code: 'BCDF-GHJK' },
    deviceQr: { user_code: 'BCDF-GHJK' },
    interaction: { interaction: 'an-interaction' },
    signIn: { interaction: 'an-interaction', identifier: 'anna', password },
    endSession: { id_token_hint: id_token },
    token: { grant_type: 'client_credentials', scope: 'orders:read' },
    oauthToken: { grant_type: 'client_credentials', scope: 'orders:read' },
    deviceAuthorization: { scope: 'openid' },
    introspection: { token },
    oauthIntrospection: { token },
    revocation: { token },
    oauthRevocation: { token },
    validateToken: { access_token: token },
    validateAccessToken: { access_token: token },
    oauthValidateAccessToken: { access_token: token },
    register: { client_id: clientId },
  };
};
const bodies: Partial<Record<EndpointName, object>> = {
  signInJson: {
    connection: 'PASSWORD',
    passwordPayload: { username: 'anna', password },
    client_id: clientId,
    client_secret: secret,
  },
  graphql: { query: login },
};

/** What each endpoint answers to somebody who is signed in and authenticates. */
export const everyEndpoint = async ({ issuer }: Pick<Running, 'issuer'>, known: Known) => {
  const answers: Partial<Record<EndpointName, Seen>> = {};
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const { seen, ask } = judge();
    await ask(...questionTo(name, issuer, known)).catch(() => undefined);
    const [answer] = seen;
    if (answer) answers[name] = answer;
  }
  return answers;
};

const questionTo = (name: EndpointName, issuer: string, known: Known): Parameters<typeof fetch> => {
  const { methods, caller } = endpoints[name];
  const { origin } = new URL(issuer);
  const url = new URL(pathsOf(name, { issuer })[0] ?? '/', origin);
  const form = new URLSearchParams(questions(known)[name]);
  const isBearer = /userinfo|getProfile/i.test(name);
  const authorization = isBearer ? { authorization: `Bearer ${known.token}` } : basic(clientId, secret);
  const headers = { cookie: known.cookie, ...(caller === 'client' && !(name in bodies) ? authorization : {}) };
  if ((methods as readonly string[]).includes('GET')) {
    url.search = String(form);
    return [url, { headers, redirect: 'manual' }];
  }
  const body = bodies[name];
  return body
    ? [
        url,
        {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'x-authing-app-id': clientId },
          body: JSON.stringify(body),
        },
      ]
    : [url, { method: 'POST', headers, body: form, redirect: 'manual' }];
};

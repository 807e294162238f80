// node-oidc-provider on PostgreSQL, set to do what the workloads ask: the same clients, people, algorithms and lifetimes.
import { hash, verify } from '@node-rs/argon2';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { openStore } from './store.js';
import { keys } from './keys.js';

const { PORT, DATABASE_URL, DECLARATION } = process.env;
const { clients, accounts } = JSON.parse(DECLARATION);
const issuer = `http://127.0.0.1:${PORT}`;
const people = new Map();
const hashed = await hash(accounts[0].password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
for (const account of accounts) people.set(account.username, { ...account, hashed });

const claimsOf = ({ username, name, email }) => ({ sub: username, name, email });
const scopes = 'openid profile email offline_access orders:read';

const provider = new Provider(issuer, {
  adapter: await openStore(DATABASE_URL),
  jwks: { keys: await keys() },
  clients: clients.map(({ client_id, client_secret, redirect_uris, grant_types, id_token_signed_response_alg }) => ({
    ...{ client_id, client_secret, redirect_uris, grant_types, id_token_signed_response_alg },
    response_types: ['code'],
    introspection_signed_response_alg: 'RS256',
  })),
  clientAuthMethods: ['client_secret_basic'],
  scopes: scopes.split(' '),
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  conformIdTokenClaims: false,
  pkce: { required: () => false },
  rotateRefreshToken: true,
  // It grants `offline_access` only after a question; the workload that refreshes is the one that asks for `email`.
  issueRefreshToken: (_, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('email'),
  cookies: { keys: ['a-key-of-the-benchmark'] },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, RefreshToken: 1_209_600, Session: 1_209_600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.params?.scope?.includes('openid') ? undefined : 'urn:orders'),
      getResourceServerInfo: (_, __, client) => ({
        scope: 'orders:read',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: client.idTokenSignedResponseAlg } },
      }),
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(people.get(id)) }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  // Nobody is asked for consent, as with Portico's clients here.
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope(scopes);
    await grant.save();
    return grant;
  },
});

provider.on('grant.error', (_, error) => console.error(error.error_detail ?? error.message));
provider.on('server_error', (_, error) => console.error(error));

const formOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
};

const interact = async (request, response) => {
  if (request.method === 'GET') {
    const html = `<form method="post" action="${request.url}"><input type="hidden" name="x" value="y"></form>`;
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': html.length }).end(html);
    return;
  }
  const { identifier, password } = await formOf(request);
  const person = people.get(identifier);
  if (!person || !(await verify(person.hashed, password))) {
    response.writeHead(403, { 'content-length': 0 }).end();
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: identifier } });
};

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interact(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500, { 'content-length': 0 }).end();
  });
}).listen(Number(PORT), '127.0.0.1');

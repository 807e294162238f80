import { createClient } from '@portico/admin';
import type { Args, Command } from '../command.js';

const settingsOf = (args: Args): Record<string, unknown> => {
  const settings = {
    client_id: args.text('id'),
    client_name: args.text('name'),
    redirect_uris: args.texts('redirect-uri'),
    post_logout_redirect_uris: args.texts('post-logout-redirect-uri'),
    grant_types: args.texts('grant-type'),
    scope: args.text('scope'),
    jwks_uri: args.text('jwks-uri'),
    token_endpoint_auth_method: args.flag('public') ? 'none' : args.text('auth-method'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
};

export const clientCreate: Command = {
  name: 'client create',
  summary: 'Register a client; its secret is shown once. Other settings: portico apply.',
  options: {
    id: { type: 'string', value: 'ID', means: 'its client_id; generated where absent' },
    name: { type: 'string', value: 'NAME', means: 'the name that people see' },
    'redirect-uri': { type: 'string', multiple: true, value: 'URI', means: 'where codes may be sent; several times' },
    'post-logout-redirect-uri': { type: 'string', multiple: true, value: 'URI', means: 'the same after a logout' },
    'grant-type': {
      type: 'string',
      multiple: true,
      value: 'GRANT',
      means: 'authorization_code (where none is given), refresh_token, client_credentials; several times',
    },
    scope: { type: 'string', value: 'SCOPES', means: 'the scopes it may ask for, in quotes' },
    'auth-method': {
      type: 'string',
      value: 'METHOD',
      means: 'client_secret_basic (where absent), client_secret_post, client_secret_jwt, private_key_jwt',
    },
    'jwks-uri': { type: 'string', value: 'URI', means: 'where it publishes its keys; for private_key_jwt' },
    public: { type: 'boolean', means: 'a client without a secret: a browser, a phone' },
  },
  run: async (args, needs) => {
    const made = await createClient(settingsOf(args), { ...needs, registrations: await needs.registrations() });
    const secret = made.secret ? `\nclient_secret  ${made.secret}\nKeep the secret: it is not shown again.` : '';
    return {
      text: `client_id      ${made.clientId}${secret}`,
      json: { client_id: made.clientId, client_secret: made.secret },
    };
  },
};

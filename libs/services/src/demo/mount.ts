import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { demoAccount, demoClient } from './demo.js';

/** What the demo is told. */
export interface DemoNeeds {
  readonly issuer: string;
  readonly clientId: string;
}

// From `dist` too: what a browser runs is not compiled, so it stays where it is written.
const browser = new URL('../../src/demo/browser/', import.meta.url);

const files = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/demo/callback': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/demo/app.js': { name: 'app.js', type: 'text/javascript; charset=utf-8' },
  '/demo/style.css': { name: 'style.css', type: 'text/css; charset=utf-8' },
} as const;

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The demo relying party at `/`: it runs code + PKCE in the browser and shows what comes back. */
export const mountDemo = (fastify: FastifyInstance, { issuer, clientId }: DemoNeeds): void => {
  for (const [path, { name, type }] of Object.entries(files)) {
    const content = readFileSync(new URL(name, browser));
    fastify.get(path, (_request, reply) => reply.headers({ ...headers, 'content-type': type }).send(content));
  }
  const { scope } = demoClient(new URL(issuer).origin);
  const { username, password } = demoAccount;
  const config = { issuer, client_id: clientId, scope, account: { username, password } };
  fastify.get('/demo/config.json', (_request, reply) => reply.headers(headers).send(config));
};

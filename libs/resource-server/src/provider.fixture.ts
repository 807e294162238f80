import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The time at which everything here happens. */
export const now = 1_800_000_000;
export const audience = 'https://api.example.test/';

/** What an issuer publishes over HTTP, and how often it was asked. */
export interface Provider {
  readonly issuer: string;
  readonly asked: Record<string, number>;
  readonly forms: URLSearchParams[];
  readonly keys: JWK[];
  /** The answer at a path, or the status where it is a number. */
  readonly answers: Record<string, object | number>;
  /** Begins to answer, at the same place each time. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const newProvider = async (): Promise<Provider> => {
  const [asked, forms, keys]: [Record<string, number>, URLSearchParams[], JWK[]] = [{}, [], []];
  const answers: Provider['answers'] = { '/jwks': { keys } };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    asked[path] = (asked[path] ?? 0) + 1;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    forms.push(new URLSearchParams(body));
    const answer = answers[path] ?? 404;
    response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
    response.end(typeof answer === 'number' ? '' : JSON.stringify(answer));
  };
  const server = createServer((request, response) => void respond(request, response));
  let port = 0;
  const start = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  };
  await start();
  const issuer = `http://127.0.0.1:${port}/oidc`;
  const urls = {
    jwks_uri: `http://127.0.0.1:${port}/jwks`,
    introspection_endpoint: `http://127.0.0.1:${port}/introspect`,
  };
  answers['/oidc/.well-known/openid-configuration'] = { issuer, ...urls };
  return {
    issuer,
    asked,
    forms,
    keys,
    answers,
    start,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const pairs = new Map<string, ReturnType<typeof generateKeyPair>>();

/** A key of the issuer, which publishes its public half; made once. */
export const addKey = async ({ keys }: Provider, alg: string, kid: string = alg): Promise<CryptoKey> => {
  const pair = pairs.get(alg + kid) ?? generateKeyPair(alg, { extractable: true });
  pairs.set(alg + kid, pair);
  const { publicKey, privateKey } = await pair;
  keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  return privateKey;
};

/** The claims of a token that holds. */
export const claimsOf = (issuer: string) => ({
  iss: issuer,
  sub: '0b9ad2e2-6f4c-4d56-8a4d-0d8a1f0d6f10',
  aud: audience as string | string[],
  client_id: 'web',
  scope: 'openid orders:read',
  jti: 'auth.one',
  iat: now - 600,
  exp: now + 600,
});

/** A token, signed. */
export const signed = (
  claims: Record<string, unknown>,
  key: CryptoKey | Uint8Array,
  header: { alg: string; kid?: string; typ?: string },
): Promise<string> => new SignJWT(claims).setProtectedHeader({ typ: 'at+jwt', kid: header.alg, ...header }).sign(key);

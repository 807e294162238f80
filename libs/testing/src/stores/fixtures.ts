import { randomUUID } from 'node:crypto';
import {
  clientMetadataSchema,
  type AccessToken,
  type Authorization,
  type AuthorizationCode,
  type Client,
  type ClientMetadata,
  type DeviceCode,
  type RefreshToken,
} from '@portico/oidc';
import type { AccountWithPassword, Claims, Interaction, Session } from '@portico/sso';

/** The time at which everything here happens. */
export const now = 1_800_000_000;

/** Texts that break what was not thought through; none of them may break a store. */
export const hostile: readonly string[] = [
  `'; DROP TABLE tokens; --`,
  `"double" \\ back\\slash $1 %s \${x}`,
  '',
  ' ',
  '\0',
  'a\0b',
  '😀 𠮷野家 \u202e',
  '{"json": [null]}',
  'null',
  'x'.repeat(100_000),
];

export const anAuthorization = (more: Partial<Authorization> = {}): Authorization => ({
  id: randomUUID(),
  clientId: 'a-client',
  subject: 'a-subject',
  scope: ['openid', 'profile'],
  resources: [],
  grantedAt: now,
  expiresAt: now + 31_536_000,
  ...more,
});

const issued = ({ id: authorizationId }: Authorization) => ({
  hash: randomUUID(),
  id: randomUUID(),
  authorizationId,
  issuedAt: now,
  expiresAt: now + 600,
});

export const aCode = (authorization: Authorization, more: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  ...issued(authorization),
  kind: 'code',
  redirectUri: 'https://client.example/cb',
  redirectUriSent: true,
  ...more,
});

export const aDeviceCode = (authorization: Authorization, more: Partial<DeviceCode> = {}): DeviceCode => ({
  ...issued(authorization),
  kind: 'device_code',
  ...more,
});

export const aRefreshToken = (authorization: Authorization, more: Partial<RefreshToken> = {}): RefreshToken => ({
  ...issued(authorization),
  kind: 'refresh_token',
  expiresAt: now + 2_592_000,
  ...more,
});

export const anAccessToken = (authorization: Authorization, more: Partial<AccessToken> = {}): AccessToken => ({
  ...issued(authorization),
  kind: 'access_token',
  scope: ['openid'],
  audience: ['https://api.example'],
  format: 'jwt',
  ...more,
});

export const aSession = (more: Partial<Session> = {}): Session => ({
  sid: randomUUID(),
  subject: randomUUID(),
  authTime: now,
  amr: ['pwd'],
  startedAt: now,
  lastUsedAt: now,
  expiresAt: now + 1000,
  ...more,
});

export const anInteraction = (more: Partial<Interaction> = {}): Interaction => ({
  id: randomUUID(),
  browserHash: randomUUID(),
  clientId: 'a-client',
  client: { name: 'A client' },
  prompt: { name: 'login' },
  answers: {},
  returnTo: '/oidc/auth/resume',
  request: { state: 'xyz' },
  expiresAt: now + 1000,
  ...more,
});

export const aClient = (metadata: Partial<ClientMetadata> = {}, more: Partial<Client> = {}): Client => ({
  id: randomUUID(),
  secrets: [],
  metadata: clientMetadataSchema.parse(metadata),
  ...more,
});

export const anAccount = (username: string = randomUUID(), claims: Claims = {}): AccountWithPassword => ({
  account: { subject: randomUUID(), username, claims, updatedAt: now },
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
});

/** The answers of `count` calls at once. */
export const atOnce = <Answer>(count: number, call: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));

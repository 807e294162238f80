import { z } from 'zod';
import { Secret } from './secret.js';

const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
const flag = z.enum(['true', 'false']);
const isTrue = (text: 'true' | 'false'): boolean => text === 'true';

const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, pathname } = new URL(text);
  // `/oauth` is where plain OAuth 2.0 is, under an issuer of its own.
  const isFree = pathname === '/' || (!pathname.endsWith('/') && !/^\/oauth(\/|$)/.test(pathname));
  return /^https?:$/.test(protocol) && !search && !hash && !username && isFree;
};

/** Every setting of a process: the environment variable, its type, and a sentence for whoever sets it. */
export const configSchema = z
  .object({
    PORTICO_PORT: port.default(3000).describe('Port of the public HTTP server (gateway and standalone).'),
    PORTICO_HOST: z.string().default('127.0.0.1').describe('Address on which the HTTP servers listen.'),
    PORTICO_ISSUER: z
      .string()
      .refine(isIssuer, 'must be an http(s) URL without query, fragment or a slash at the end, and not under /oauth')
      .optional()
      .describe('The issuer; default `http://127.0.0.1:$PORTICO_PORT/oidc`. Its origin is what browsers reach.'),
    PORTICO_PATHS: z
      .enum(['authing', 'connect'])
      .default('authing')
      .describe(
        'Where the endpoints are: `authing` (`/oidc/auth`, `/oidc/token`, …) or `connect` (`/connect/authorize`, `/connect/token`, …).',
      ),
    PORTICO_HEALTH_PORT: port
      .default(0)
      .describe('Port of the probes of a service behind the gateway; 0 takes a free one.'),
    PORTICO_DATA_DIR: z
      .string()
      .min(1)
      .default('.portico')
      .describe('Folder of what a laptop keeps: the embedded PostgreSQL and the generated secret.'),
    PORTICO_CONFIG: z.string().min(1).optional().describe('A `portico.yaml` to apply at start.'),
    PORTICO_SECRET: z
      .string()
      .min(32, 'must have at least 32 characters')
      .transform((text) => new Secret(text))
      .optional()
      .describe(
        'The secret of the installation, at least 32 characters, the same for every service: seals private keys and the client secrets that must be read back, derives refresh tokens. Standalone generates one into the data folder.',
      ),
    PORTICO_SECRET_FILE: z
      .string()
      .min(1)
      .optional()
      .describe('A file that holds the secret of the installation instead.'),
    PORTICO_TRUST_PROXY: flag
      .default('false')
      .transform(isTrue)
      .describe('`true` behind a reverse proxy: the client address is read from X-Forwarded-For.'),
    PORTICO_DEMO: flag
      .transform(isTrue)
      .optional()
      .describe(
        '`true` serves the demo relying party at `/` and seeds its client and person; default `true` for standalone without PORTICO_CONFIG, else `false`.',
      ),
    PORTICO_LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
      .default('info')
      .describe('The least important log line that is written.'),
    DATABASE_URL: url('postgres:', 'postgresql:')
      .optional()
      .describe('PostgreSQL; standalone starts an embedded one where it is absent.'),
    DATABASE_POOL: z.coerce
      .number()
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe('Connections to PostgreSQL a process holds at most.'),
    NATS_URL: url('nats:', 'tls:').optional().describe('NATS with JetStream; standalone needs none.'),
    QUEUE_URL: url('redis:', 'rediss:', 'postgres:', 'postgresql:')
      .optional()
      .describe('Where BullMQ keeps its jobs; default: the database.'),
  })
  .transform((config) => ({
    ...config,
    PORTICO_ISSUER: config.PORTICO_ISSUER ?? `http://127.0.0.1:${config.PORTICO_PORT}/oidc`,
  }));

/** The settings of a process, checked and complete. */
export type Config = z.output<typeof configSchema>;

import { z } from 'zod';
import { Secret } from './secret.js';

const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
const file = z.string().min(1).optional();
const flag = z.enum(['true', 'false']);
const isTrue = (text: 'true' | 'false'): boolean => text === 'true';

const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, pathname } = new URL(text);
  // `/oauth` is where plain OAuth 2.0 is, under an issuer of its own.
  const isFree = pathname === '/' || (!pathname.endsWith('/') && !/^\/oauth(\/|$)/.test(pathname));
  return /^https?:$/.test(protocol) && !search && !hash && !username && isFree;
};

const isHeaderList = (text: string): boolean => /^[\w-]+=[^,\s]*(,[\w-]+=[^,\s]*)*$/.test(text);

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
      .describe('Port of the probes and of the metrics of a process; 0 takes a free one.'),
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
        'The secret of the installation, at least 32 characters, the same for every service: seals private keys, the client secrets that must be read back, and the keys of refresh tokens and pairwise subjects. Standalone generates one into the data folder.',
      ),
    PORTICO_SECRET_FILE: z
      .string()
      .min(1)
      .optional()
      .describe('A file that holds the secret of the installation instead.'),
    PORTICO_SECRET_PREVIOUS: z
      .string()
      .min(32, 'must have at least 32 characters')
      .transform((text) => new Secret(text))
      .optional()
      .describe(
        'The secret before, while it changes: it opens what is still sealed by it, until `portico keys reseal` has sealed everything anew.',
      ),
    PORTICO_SECRET_PREVIOUS_FILE: z.string().min(1).optional().describe('A file that holds the secret before instead.'),
    PORTICO_TRUST_PROXY: flag
      .default('false')
      .transform(isTrue)
      .describe('`true` behind a reverse proxy: the client address is read from X-Forwarded-For.'),
    PORTICO_DRAIN_SECONDS: z.coerce
      .number()
      .int()
      .min(0)
      .max(15)
      .default(5)
      .describe(
        'So long the gateway goes on answering after SIGTERM, no longer ready, until whatever balances the load has noticed; every answer ends its connection.',
      ),
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
    DATABASE_URL_FILE: file.describe('A file that holds DATABASE_URL instead: its password stands in no environment.'),
    DATABASE_POOL: z.coerce
      .number()
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe('Connections to PostgreSQL a process holds at most.'),
    NATS_URL: url('nats:', 'tls:').optional().describe('NATS with JetStream; standalone needs none.'),
    NATS_URL_FILE: file.describe('A file that holds NATS_URL instead.'),
    NATS_JETSTREAM_DOMAIN: z
      .string()
      .regex(/^[\w-]+$/, 'must be a name of letters, digits, - and _')
      .optional()
      .describe('The domain of JetStream in which the events are kept, where NATS is a leaf node of it.'),
    PORTICO_EVENTS_MAX_MIB: z.coerce
      .number()
      .int()
      .min(16)
      .max(16_777_216)
      .default(4096)
      .describe(
        'Mebibytes of events that the stream keeps at most, when it is made; NATS must have as much (`max_file_store`). What it has dropped the database is asked for.',
      ),
    PORTICO_EVENTS_KEPT_SECONDS: z.coerce
      .number()
      .int()
      .min(600)
      .max(31_536_000)
      .default(86_400)
      .describe('Seconds for which the stream keeps events at most, when it is made.'),
    PORTICO_REVOCATION_ENTRIES: z.coerce
      .number()
      .int()
      .min(1000)
      .max(16_000_000)
      .default(500_000)
      .describe(
        'Revocations that a service knows by heart at most, of 120 bytes each; of what was before the oldest of them the database is asked.',
      ),
    QUEUE_URL: url('redis:', 'rediss:', 'postgres:', 'postgresql:')
      .optional()
      .describe('Where BullMQ keeps its jobs; default: the database.'),
    QUEUE_URL_FILE: file.describe('A file that holds QUEUE_URL instead.'),
    OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:')
      .optional()
      .describe('Where traces go, by OTLP over HTTP (`/v1/traces` is added). Nothing is traced where it is absent.'),
    OTEL_EXPORTER_OTLP_HEADERS: z
      .string()
      .refine(isHeaderList, 'must be a list like `name=value,other=value`, percent-encoded')
      .transform((text) => new Secret(text))
      .optional()
      .describe('Headers for whoever takes the traces, for instance a key: `name=value,other=value`, percent-encoded.'),
    OTEL_EXPORTER_OTLP_HEADERS_FILE: file.describe('A file that holds OTEL_EXPORTER_OTLP_HEADERS instead.'),
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('The share of requests that is traced, from 0 to 1; chance decides, whatever the caller says.'),
  })
  .transform((config) => ({
    ...config,
    PORTICO_ISSUER: config.PORTICO_ISSUER ?? `http://127.0.0.1:${config.PORTICO_PORT}/oidc`,
  }));

/** The settings of a process, checked and complete. */
export type Config = z.output<typeof configSchema>;

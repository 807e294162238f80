import type { LoggerService } from '@nestjs/common';
import type { Config } from '@portico/config';
import { MalformedRequest } from '@portico/endpoint';
import { OAuthError } from '@portico/oidc';
import { SsoFault, type ReportNeeds } from '@portico/sso';
import { logLines } from './log-lines.js';
import { tracedIds } from './traced-ids.js';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

/** JSON lines of one service. */
export type Log = Logger;

/** The last net, for what should never have come this far: JWTs, bearer tokens, passwords inside URLs. */
const secrets = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?<=Bearer )[\w.~+/-]{8,}=*|(?<=:\/\/[^\s:/@"]*:)[^\s@/"]+(?=@)/g;

const redacted = [
  ...['password', 'client_secret', 'code', 'code_verifier', 'token', 'access_token', 'refresh_token', 'id_token'],
  ...['authorization', 'cookie', 'cookies', 'params', 'body', 'headers', 'secret'],
];

const toStdout = (service: string): DestinationStream =>
  logLines(1, (dropped) => {
    const line = { level: 'warn', time: new Date().toISOString(), service, dropped, msg: 'log lines were dropped' };
    return `${JSON.stringify(line)}\n`;
  });

/** Writes JSON lines, to stdout where nothing else is given. */
export const openLog = (
  { PORTICO_LOG_LEVEL: level }: Pick<Config, 'PORTICO_LOG_LEVEL'>,
  service: string,
  stream: DestinationStream = toStdout(service),
): Log =>
  pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: plainError },
      mixin: tracedIds,
      redact: { paths: redacted.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      hooks: { streamWrite: (line) => line.replace(secrets, '[secret]') },
    },
    stream,
  );

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: PlainError;
}

/** What an error says of itself, without its other members: a database error carries the parameters of its statement. */
const plainError = (error: unknown): PlainError => {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no error was thrown' };
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, ...(cause === undefined ? {} : { cause: plainError(cause) }) };
};

/** What is wrong with a request is news about the caller; everything else is ours to mend. */
export const reportTo =
  (log: Log): ReportNeeds['report'] =>
  (error, { id: requestId }) => {
    const refusal = refusalOf(error);
    if (refusal) log.info({ requestId, ...refusal }, 'refused');
    else log.error({ requestId, err: error }, 'failed');
  };

const refusalOf = (error: unknown): object | undefined => {
  if (error instanceof OAuthError && error.error !== 'server_error')
    return { error: error.error, description: error.description, detail: error.detail };
  if (error instanceof SsoFault) return { error: error.error, description: error.description };
  if (error instanceof MalformedRequest) return { error: 'invalid_request', description: error.message };
  return undefined;
};

/** What Nest tells of its own start is of interest to whoever looks for a fault in it. */
const chatter = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/** A message with members of its own. */
const isLine = (message: unknown): message is { readonly msg: string } =>
  typeof message === 'object' && message !== null && 'msg' in message;

/** Nest's log, in the same lines. */
export const nestLog = (log: Log): LoggerService => {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: unknown, ...more: unknown[]): void => {
      const context = more.at(-1);
      const at = level === 'info' && chatter.has(String(context)) ? 'debug' : level;
      const head = typeof context === 'string' && !context.includes('\n') ? { context } : {};
      if (message instanceof Error) log[at]({ ...head, err: message }, 'failed');
      else if (isLine(message)) log[at]({ ...head, ...message });
      else log[at](head, String(message));
    };
  return {
    verbose: write('debug'),
    debug: write('debug'),
    log: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
};

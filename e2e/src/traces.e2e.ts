import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spansIn, type SentSpan } from '@portico/testing';
import * as client from 'openid-client';
import { issuer, provider, topology } from './provider.js';
import { signIn } from './relying-party.js';

const sentSpans = async (): Promise<SentSpan[]> => {
  const text = await readFile(join(provider.dataDir, 'spans.jsonl'), 'utf8');
  return text.split('\n').filter(Boolean).flatMap(spansIn);
};

interface OwnTrace {
  readonly traceId: string;
  readonly spanId: string;
}

/** The spans of a trace, once the last ones and every parent are among them: they come in batches, from each process. */
const traceOf = async ({ traceId, spanId }: OwnTrace, ...last: string[]): Promise<SentSpan[]> => {
  for (const giveUpAt = Date.now() + 15_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const spans = (await sentSpans()).filter((span) => span.traceId === traceId);
    const known = new Set([spanId, ...spans.map((span) => span.spanId)]);
    const isWhole = spans.every(({ parentSpanId }) => known.has(parentSpanId ?? ''));
    if (isWhole && last.every((one) => spans.some(({ name }) => name === one))) return spans;
    if (Date.now() > giveUpAt) throw new Error(`no whole trace: ${spans.map(({ name }) => name).join(', ')}`);
  }
};

const plainFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = plainFetch;
});

/** From now on whoever asks says that it is for this trace. */
const ownTrace = (): OwnTrace => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  globalThis.fetch = (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('traceparent', `00-${traceId}-${spanId}-01`);
    return plainFetch(url, { ...init, headers });
  };
  return { traceId, spanId };
};

if (topology === 'services')
  describe('where traces are configured', () => {
    it('a sign-in is one trace, from the gateway over NATS and the services to PostgreSQL', async () => {
      const own = ownTrace();
      const { config, tokens } = await signIn('basic');
      await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
      const spans = await traceOf(own, 'GET /oidc/me', 'process oidc.v1.endpoint.userinfo');
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      const wayOf = (span: SentSpan | undefined): string[] =>
        span ? [...wayOf(byId.get(span.parentSpanId ?? '')), `${span.service} ${span.name}`] : [];

      const exchange = spans.find(({ name }) => name.startsWith('tokens.'))!;
      expect(wayOf(exchange).slice(1)).toEqual([
        expect.stringMatching(/^portico-gateway request oidc\.v1\.endpoint\./),
        expect.stringMatching(/^portico-\w+ process oidc\.v1\.endpoint\./),
        expect.stringMatching(/^portico-\w+ tokens\./),
      ]);
      // Each begins at the gateway, which goes on from the caller; nothing hangs in the air.
      for (const span of spans) {
        const [first] = wayOf(span);
        expect(first).toMatch(/^portico-gateway (GET|POST) \//);
        if (span.name.startsWith('GET /') || span.name.startsWith('POST /')) expect(span.parentSpanId).toBe(own.spanId);
      }
      const services = new Set(spans.map(({ service }) => service));
      expect([...services].sort()).toEqual(
        ['authorize', 'gateway', 'session', 'token', 'userinfo'].map((name) => `portico-${name}`),
      );
      const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
      expect(statements.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['clients.find', 'interactions.open', 'sessions.find', 'consents.find']),
      );
    });

    it('the log leads from a correlation id to the trace, in the gateway and in the service', async () => {
      const own = ownTrace();
      const answer = await fetch(`${issuer}/token`, { method: 'POST', signal: AbortSignal.timeout(15_000) });
      const { correlation_id: requestId } = (await answer.json()) as { correlation_id: string };
      const spans = await traceOf(own, 'POST /oidc/token', 'process oidc.v1.endpoint.token');
      expect(spans.map(({ attributes }) => attributes['portico.request_id'])).toEqual(spans.map(() => requestId));
      const log = await readFile(join(provider.dataDir, 'provider.log'), 'utf8');
      const lines = log.split('\n').filter((line) => line.includes(requestId));
      expect(lines.length).toBeGreaterThanOrEqual(3);
      const known = new Set(spans.map((span) => span.spanId));
      for (const line of lines) {
        const said = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, string>;
        expect(said).toMatchObject({ traceId: own.traceId, requestId });
        expect(known).toContain(said.spanId);
      }
    });
  });
else
  it('where no traces are configured, a log line bears no ids of one', async () => {
    const { traceId } = ownTrace();
    await signIn('basic');
    const log = await readFile(join(provider.dataDir, 'provider.log'), 'utf8');
    expect(log).toContain('"msg":"answered"');
    expect(log).not.toContain('traceId');
    expect(log).not.toContain(traceId);
  });

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CallContract } from '@portico/contracts';
import { startNats, type OwnServer } from '@portico/testing';
import { z } from 'zod';
import { answer } from './answer.js';
import { connectNats, type Nats } from './index.js';
import { callHead, decode, failureOf } from './wire.js';

const contract: CallContract = {
  name: 'double',
  service: 'introspection',
  subject: 'oidc.v1.double',
  deadlineMs: 1000,
  request: z.object({ number: z.number() }),
  reply: z.object({ doubled: z.number() }),
};
let server: OwnServer;
let nats: Nats;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats({ url: server.url, name: 'calls.spec' });
});
afterAll(async () => {
  await nats.close();
  await server.stop();
});

const ask = async (question: string) => {
  const reply = await nats.connection.request(contract.subject, question, { timeout: 2000 });
  return { failure: failureOf(reply), told: decode(reply.data) };
};

it('RFC 6749 §5.2: a call that is refused is told so in the words of the table, in the answer itself', async () => {
  let release = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (release = resolve));
  const handler = async (call: unknown) => {
    const { number } = call as { number: number };
    if (number === 0) throw new Error('secret');
    if (number === 1) await waiting;
    return { doubled: number * 2 };
  };
  const answering = answer(nats, [{ contract, handler: Object.assign(handler, {}) }], { inFlight: 1, drainMs: 2000 });
  expect(await ask('{"number":4}')).toEqual({ failure: undefined, told: { doubled: 8 } });
  expect(await ask('{"number":"4"}')).toEqual({ failure: 'malformed request', told: { error: 'invalid_request' } });
  expect(await ask('secret {')).toEqual({ failure: 'malformed request', told: { error: 'invalid_request' } });
  expect(await ask('{"number":0}')).toEqual({ failure: 'failed', told: { error: 'server_error' } });
  const slow = ask('{"number":1}');
  expect(await ask('{"number":2}')).toEqual({ failure: 'busy', told: { error: 'temporarily_unavailable' } });
  const dropped = { busy: 1, malformed: 2, late: 0, failed: 1 };
  expect(answering.load()).toEqual({ running: 1, most: 1, dropped });
  release();
  expect(await slow).toMatchObject({ told: { doubled: 2 } });
  nats.connection.publish(contract.subject, '{"number":3}', {
    headers: callHead({ requestId: 'late', deadline: Date.now() - 1 }),
  });
  await answering.drain();
  expect(answering.load()).toEqual({ running: 0, most: 1, dropped: { ...dropped, late: 1 } });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { MalformedRequest } from '@portico/endpoint';
import { OAuthError } from '@portico/oidc';
import { SsoFault } from '@portico/sso';
import { get } from '@portico/testing';
import { nestLog, openLog, reportTo, type Log } from './logging.js';

let lines: string[];
let log: Log;
beforeEach(() => {
  lines = [];
  log = openLog({ PORTICO_LOG_LEVEL: 'info' }, 'token', { write: (line) => lines.push(line) });
});
const written = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the last net', () => {
  it.each([
    ['a JWT inside a message', 'refused eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl here', 'c2lnbmF0dXJl'],
    ['a bearer token inside a message', 'sent Bearer mF_9.B5f-4.1JqM to', 'mF_9.B5f-4.1JqM'],
    ['a password inside a URL', 'cannot reach postgres://portico:hunter2@127.0.0.1/portico', 'hunter2'],
  ])('holds %s', (_, message, secret) => {
    log.info(message);
    log.error({ err: new Error(message) }, 'failed');
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain(secret);
    expect(written()[0]?.msg).toContain('[secret]');
  });

  it('holds what bears the name of a secret', () => {
    log.info({ password: 'hunter2', form: { client_secret: 'hunter2', refresh_token: 'hunter2' } }, 'hm');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('lets no member of an error through but name, message, stack and cause', () => {
    const cause = Object.assign(new Error('below'), { parameters: ['hunter2'] });
    log.error({ err: Object.assign(new Error('above', { cause }), { query: 'hunter2' }) }, 'failed');
    expect(lines.join()).not.toContain('hunter2');
    expect(written()[0]?.err).toMatchObject({ message: 'above', cause: { message: 'below' } });
  });
});

describe('a report', () => {
  it.each([
    [new OAuthError('invalid_grant', 'code has expired'), 'invalid_grant', 'code has expired'],
    [new SsoFault(403, 'forged_form', 'not ours'), 'forged_form', 'not ours'],
    [new MalformedRequest('scope', 'is required'), 'invalid_request', 'scope: is required'],
  ])('of what is wrong with a request is news, with the request id: %s', (error, code, description) => {
    reportTo(log)(error, get({}, { id: 'r1' }));
    expect(written()).toEqual([
      expect.objectContaining({ level: 'info', service: 'token', requestId: 'r1', error: code, description }),
    ]);
  });

  it.each([new Error('no such table'), new OAuthError('server_error', 'ours', { cause: new Error('no such table') })])(
    'of what is wrong on our side is an error with its stack: %s',
    (error) => {
      reportTo(log)(error, get({}, { id: 'r1' }));
      expect(written()).toEqual([expect.objectContaining({ level: 'error', requestId: 'r1' })]);
      expect(lines[0]).toContain('no such table');
      expect(lines[0]).toContain('logging.spec');
    },
  );
});

it("Nest's own chatter is for whoever looks for a fault; its warnings are for all", () => {
  nestLog(log).log('RootModule dependencies initialized', 'InstanceLoader');
  nestLog(log).log('listens', 'Nats');
  nestLog(log).warn('disconnected', 'Nats');
  expect(written()).toEqual([
    expect.objectContaining({ level: 'info', context: 'Nats', msg: 'listens' }),
    expect.objectContaining({ level: 'warn', context: 'Nats', msg: 'disconnected' }),
  ]);
});

import { describe, expect, it } from '@jest/globals';
import { empty, formPost, json, page, redirect, webMessage, type EndpointReply } from '@portico/endpoint';
import { newMetrics } from './metrics.js';
import { errorOf, labelOf, outcomeOf } from './outcome.js';
import { countRequests } from './requests.js';

const errorPage = (status: number, error: string) =>
  page(status, { name: 'error', error, description: 'no', correlationId: '1' });

describe('what a reply came to', () => {
  const replies: [title: string, reply: EndpointReply, outcome: string, error: string][] = [
    ['tokens', json(200, { access_token: 'secret' }), 'ok', 'none'],
    ['nothing to say', empty(204), 'ok', 'none'],
    ['RFC 6749 §5.2: an error', json(401, { error: 'invalid_client' }), 'refused', 'invalid_client'],
    ['RFC 6749 §4.1.2.1: our fault', json(500, { error: 'server_error' }), 'failed', 'server_error'],
    ['a page that refuses', errorPage(400, 'invalid_request'), 'refused', 'invalid_request'],
    ['a page for a fault of ours', errorPage(503, 'temporarily_unavailable'), 'failed', 'temporarily_unavailable'],
    ['a redirect with a code', redirect('https://a.test/cb?code=secret&state=error'), 'ok', 'none'],
    [
      'RFC 6749 §4.1.2.1: a redirect with an error',
      redirect('https://a.test/cb?x=1&error=login_required&state=s'),
      'refused',
      'login_required',
    ],
    ['an error in the fragment', redirect('https://a.test/cb#error=access_denied'), 'refused', 'access_denied'],
    ['our fault in a redirect', redirect('https://a.test/cb?error=server_error'), 'failed', 'server_error'],
    ['form_post', formPost('https://a.test/cb', { error: 'consent_required' }), 'refused', 'consent_required'],
    ['web_message', webMessage('https://a.test', { error: 'login_required' }), 'refused', 'login_required'],
    ['GraphQL §7.1.2: errors', json(200, { data: null, errors: [{ message: 'no' }] }), 'refused', 'none'],
    ['an envelope', json(200, { statusCode: 400, message: 'no' }), 'refused', 'none'],
    ['an envelope of data', json(200, { statusCode: 200, message: 'yes' }), 'ok', 'none'],
    ['a word of somebody else', redirect('https://a.test/cb?error=anything_at_all'), 'refused', 'other'],
    ['another word in JSON', json(400, { error: 'x'.repeat(10_000) }), 'refused', 'other'],
  ];
  it.each(replies)('%s', (_, reply, outcome, error) => {
    expect([outcomeOf(reply, errorOf(reply)), labelOf(errorOf(reply))]).toEqual([outcome, error]);
  });
});

describe('the count of requests', () => {
  const asking = async (name: string, grantType: string[], reply: EndpointReply) => {
    const metrics = newMetrics();
    const request = { params: { grant_type: grantType } };
    countRequests(metrics).answered({ contract: { name }, request, reply, error: errorOf(reply), elapsedMs: 3 });
    return metrics.text();
  };
  const tokens = json(200, { access_token: 'a' });

  it('bears endpoint, outcome and error, and how long it took', async () => {
    const text = await asking('token', ['refresh_token'], json(400, { error: 'invalid_grant' }));
    expect(text).toContain('\nportico_requests_total{endpoint="token",outcome="refused",error="invalid_grant"} 1\n');
    expect(text).toContain('portico_request_duration_seconds_bucket{le="0.0025",endpoint="token"} 0\n');
    expect(text).toContain('portico_request_duration_seconds_bucket{le="0.005",endpoint="token"} 1\n');
    expect(text).toContain('portico_request_duration_seconds_sum{endpoint="token"} 0.003\n');
    expect(text).not.toMatch(/^portico_tokens_issued_total/m);
  });

  it.each([
    ['token', ['authorization_code'], 'authorization_code'],
    ['oauth-token', ['client_credentials'], 'client_credentials'],
    // Nobody who can call it may make series without end.
    ['token', ['made-up'], 'other'],
    ['token', [], 'other'],
  ])('tokens of %s for grant_type %j count as %s', async (name, grantType, grant) => {
    expect(await asking(name, grantType, tokens)).toContain(`\nportico_tokens_issued_total{grant="${grant}"} 1\n`);
  });

  it('an endpoint that throws has failed', async () => {
    const metrics = newMetrics();
    countRequests(metrics).failed('token', 1);
    const series = '{endpoint="token",outcome="failed",error="server_error"}';
    expect(await metrics.text()).toContain(`\nportico_requests_total${series} 1\n`);
  });
});

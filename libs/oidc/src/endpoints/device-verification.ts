import { randomUUID } from 'node:crypto';
import {
  page,
  sha256,
  single,
  type Clock,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
} from '@portico/endpoint';
import {
  browserOf,
  checkForgery,
  cookieOf,
  csrfToken,
  interactionOf,
  type AttemptLimit,
  type AttemptStore,
  type ReportNeeds,
} from '@portico/sso';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { resumedDevice, type DeviceRequest, type WaitingDevice } from '../device.js';
import { OAuthError } from '../errors.js';
import type { ClientStore, DeviceStore } from '../ports.js';
import { onPage } from '../on-page.js';
import { uiLocalesOf } from '../ui-locales.js';
import { readUserCode, shownUserCode } from '../user-code.js';
import { proceed, type StepNeeds } from './authorization-step.js';
import type { Ending } from './ending.js';

/** What the verification page takes. */
export interface DeviceVerificationNeeds extends StepNeeds, ReportNeeds {
  readonly clients: ClientStore;
  readonly devices: DeviceStore;
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly paths: StepNeeds['paths'] & { readonly device: string };
}

/** A device, and the client that runs on it. */
interface Found {
  readonly device: WaitingDevice;
  readonly client: Client;
}

/** The same whether there never was such a code, or it is used up. */
interface NotFound {
  readonly fault: 'unknown_or_expired' | 'too_many_attempts';
  readonly retryAfterSeconds?: number;
}

/** With which a person may come to the verification page. @see RFC 8628 §3.3.1 */
export const verificationParams = ['user_code', 'ui_locales'] as const;
const recognized = [...verificationParams, 'interaction', 'csrf', 'answer'] as const;

/**
 * The verification page: a person types the code of a device, or comes with it, confirms that it is theirs, signs in
 * and answers as for any other client.
 * @see RFC 8628 §3.3, §3.3.1
 */
export const deviceVerificationEndpoint =
  (needs: DeviceVerificationNeeds): Endpoint =>
  async (browser) => {
    try {
      const { interaction, csrf, user_code: typed, answer } = single(browser, recognized);
      if (interaction !== undefined) return await rejoin(interaction, browser, needs);
      const isForm = browser.method === 'POST';
      if (isForm) checkForgery(browser, needs.cookies, { purpose, csrf });
      if (typed === undefined) return codePage(browser, {}, needs);
      const found = await lookUp(typed, browser, needs);
      if ('fault' in found) return codePage(browser, { typed, found }, needs);
      // §3.3.1: the server SHOULD show the code "and ask them to verify that it matches", whatever they have agreed to
      // before: whoever comes by a link may have been sent it (§5.4).
      if (!isForm || answer === undefined) return confirmPage(browser, found, needs);
      return await answered(answer, { found, browser }, needs);
    } catch (error) {
      return deliver(error, { to: 'page' }, { request: browser, report: needs.report });
    }
  };

const purpose = 'device';

const localesOf = ({ params }: EndpointRequest): string | undefined => uiLocalesOf(params.ui_locales?.[0]);

/** Guesses from one browser, until it finds a code. @see RFC 8628 §5.1 */
const attemptsPerBrowser: AttemptLimit = { attempts: 10, seconds: 900 };
/** Codes from one address, right or wrong: an office behind one address still gets in. @see RFC 8628 §5.1 */
const attemptsPerAddress: AttemptLimit = { attempts: 100, seconds: 900 };

const lookUp = async (
  typed: string,
  browser: EndpointRequest,
  { attempts, devices, clients, clock, cookies }: DeviceVerificationNeeds,
): Promise<Found | NotFound> => {
  const secret = cookieOf(browser, 'browser', cookies);
  const ofBrowser = secret === undefined ? undefined : `device browser ${sha256(secret)}`;
  const waits = await Promise.all([
    attempts.take(`device address ${sha256(browser.ip)}`, attemptsPerAddress, clock()),
    ofBrowser === undefined ? 0 : attempts.take(ofBrowser, attemptsPerBrowser, clock()),
  ]);
  const retryAfterSeconds = Math.max(...waits);
  if (retryAfterSeconds > 0) return { fault: 'too_many_attempts', retryAfterSeconds };

  const userCode = readUserCode(typed);
  const device = userCode === undefined ? undefined : await devices.find(userCode, clock());
  const client = device && (await clients.find(device.clientId));
  if (!device || !client) return { fault: 'unknown_or_expired' };
  if (ofBrowser !== undefined) await attempts.forget(ofBrowser);
  return { device, client };
};

const statuses = { unknown_or_expired: 422, too_many_attempts: 429 } as const;

const codePage = (
  browser: EndpointRequest,
  {
    typed,
    found,
    uiLocales = localesOf(browser),
  }: { typed?: string; found?: NotFound; uiLocales?: string | undefined },
  { cookies, paths }: DeviceVerificationNeeds,
): EndpointReply => {
  const { secret, cookies: set } = browserOf(browser, cookies);
  const wait = found?.retryAfterSeconds;
  return page(
    found ? statuses[found.fault] : 200,
    {
      name: 'device-code',
      action: paths.device,
      csrf: csrfToken(secret, purpose),
      ...(typed === undefined ? {} : { userCode: typed.slice(0, 32) }),
      ...(uiLocales === undefined ? {} : { uiLocales }),
      ...found,
    },
    { uiLocales, cookies: set, headers: wait === undefined ? {} : { 'retry-after': String(wait) } },
  );
};

const confirmPage = (
  browser: EndpointRequest,
  { device, client }: Found,
  { cookies, paths }: DeviceVerificationNeeds,
): EndpointReply => {
  const { secret, cookies: set } = browserOf(browser, cookies);
  const uiLocales = localesOf(browser);
  const model = {
    name: 'device-confirm' as const,
    action: paths.device,
    csrf: csrfToken(secret, purpose),
    client: onPage(client),
    userCode: shownUserCode(device.userCode),
    ...(uiLocales === undefined ? {} : { uiLocales }),
  };
  return page(200, model, { uiLocales, cookies: set });
};

const answered = async (
  answer: string,
  { found: { device, client }, browser }: { found: Found; browser: EndpointRequest },
  needs: DeviceVerificationNeeds,
): Promise<EndpointReply> => {
  const request = requestOf({ device, client }, localesOf(browser), needs);
  const ending = onDevice({ request, client, browser }, needs);
  if (answer === 'deny') return ending.denied();
  if (answer !== 'continue') throw new OAuthError('invalid_request', 'answer does not fit the question');
  return proceed({ request, client, ending }, browser, needs);
};

const requestOf = (
  { device, client: { metadata } }: Found,
  uiLocales: string | undefined,
  { clock }: DeviceVerificationNeeds,
): DeviceRequest => ({
  clientId: device.clientId,
  scope: device.scope,
  prompt: [],
  deviceCodeHash: device.deviceCodeHash,
  expiresAt: device.expiresAt,
  requestedAt: clock(),
  ...(metadata.default_max_age === undefined ? {} : { maxAgeSeconds: metadata.default_max_age }),
  ...(uiLocales === undefined ? {} : { uiLocales }),
});

const rejoin = async (id: string, browser: EndpointRequest, needs: DeviceVerificationNeeds): Promise<EndpointReply> => {
  const interaction = await interactionOf(browser, id, needs);
  const request = resumedDevice(interaction);
  if (!request) throw new OAuthError('invalid_request', 'interaction is not that of a device');
  const client = await needs.clients.find(request.clientId);
  if (!client) throw new OAuthError('invalid_client', 'The client is no longer registered');
  const ending = onDevice({ request, client, browser }, needs);
  return proceed({ request, client, ending, interaction }, browser, needs);
};

/** The ending of a device's request: the device learns of it when it asks next, the person at once. @see RFC 8628 §3.3 */
const onDevice = (
  { request, client, browser }: { request: DeviceRequest; client: Client; browser: EndpointRequest },
  needs: DeviceVerificationNeeds,
): Ending => {
  const { deviceCodeHash: hash, expiresAt, uiLocales } = request;
  const done = (is: boolean, outcome: 'approved' | 'denied'): EndpointReply =>
    is
      ? page(200, { name: 'device-done', client: onPage(client), outcome }, { uiLocales })
      : codePage(browser, { found: { fault: 'unknown_or_expired' }, uiLocales }, needs);
  return {
    returnTo: needs.paths.device,
    mayAsk: () => true,
    granted: async (authorization, by) => {
      const { id: authorizationId, grantedAt: issuedAt } = authorization;
      const code = { kind: 'device_code' as const, hash, id: randomUUID(), authorizationId, issuedAt, expiresAt };
      return done(await needs.devices.approve(authorization, code, by), 'approved');
    },
    denied: async () => done(await needs.devices.deny(hash, needs.clock()), 'denied'),
  };
};

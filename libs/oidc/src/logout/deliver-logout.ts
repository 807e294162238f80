import type { Clock } from '@portico/endpoint';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import type { ClientStore, LogoutDeliveryStore } from '../ports.js';
import type { LogoutAnswer, LogoutDelivery, LogoutOutcome, LogoutTarget, TellLogout } from './logout-delivery.js';
import { mintLogoutToken, type LogoutTokenNeeds } from './logout-token.js';

/** What telling a client that a session has ended takes. */
export interface DeliverLogoutNeeds extends LogoutTokenNeeds {
  readonly deliveries: LogoutDeliveryStore;
  readonly clients: Pick<ClientStore, 'find'>;
  readonly tell: TellLogout;
  readonly clock: Clock;
  /** Between 0 and 1: spreads the attempts of many deliveries. */
  readonly random: () => number;
}

/** After so long a delivery is given up. */
export const giveUpSeconds = 86_400;
const longestWaitSeconds = 900;

/** How long to wait after so many attempts: 1 s, 2 s, 4 s and so on up to a quarter of an hour, and up to a quarter more. */
export const waitSeconds = (attempts: number, random: number): number => {
  const wait = Math.min(2 ** (attempts - 1), longestWaitSeconds);
  return Math.ceil(wait * (1 + random / 4));
};

/**
 * One attempt to tell one participant; answers after how many seconds it is to be tried again, and nothing where it is
 * settled, or not this caller's to try.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8
 */
export const deliverLogout = async (target: LogoutTarget, needs: DeliverLogoutNeeds): Promise<number | undefined> => {
  const delivery = await needs.deliveries.take(target, needs.clock());
  if (!delivery) return undefined;
  const outcome = outcomeOf(delivery, await attempt(delivery, needs), needs);
  await needs.deliveries.settle(outcome);
  return outcome.state === 'pending' ? outcome.dueAt - outcome.at : undefined;
};

/** Is it of no use to try again? */
type Attempt = LogoutAnswer & { readonly final?: boolean };

const attempt = async (delivery: LogoutDelivery, needs: DeliverLogoutNeeds): Promise<Attempt> => {
  const client = await needs.clients.find(delivery.clientId);
  const uri = client?.metadata.backchannel_logout_uri;
  if (!client || uri === undefined) return { error: 'the client has no backchannel_logout_uri any more', final: true };
  try {
    return answerOf(await needs.tell(uri, await mintFor(client, delivery, needs)));
  } catch (error) {
    return { error: reasonOf(error) };
  }
};

const mintFor = (client: Client, delivery: LogoutDelivery, needs: DeliverLogoutNeeds): Promise<string> =>
  mintLogoutToken({ client, delivery, at: needs.clock() }, needs);

// §2.8: 400 is the answer of a client that refuses the token or could not log out; "the OP should not retransmit" what
// did not fail by a recoverable error (§2.5). Any other status is not one that a logout URI answers.
const answerOf = (status: number): Attempt => ({ status, final: status === 400 });

const reasonOf = (error: unknown): string => {
  const reason = error instanceof OAuthError ? error.description : error instanceof Error ? error.message : 'unknown';
  return reason.slice(0, 200);
};

const isSuccess = ({ status }: LogoutAnswer): boolean => status === 200 || status === 204;

const outcomeOf = (
  { id, attempts, since }: LogoutDelivery,
  { final, ...answer }: Attempt,
  { clock, random }: DeliverLogoutNeeds,
): LogoutOutcome => {
  const at = clock();
  if (isSuccess(answer)) return { ...answer, id, at, state: 'delivered' };
  const dueAt = at + waitSeconds(attempts, random());
  if (final || dueAt > since + giveUpSeconds) return { ...answer, id, at, state: 'failed' };
  return { ...answer, id, at, state: 'pending', dueAt };
};

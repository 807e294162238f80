import type { Processor, Queue } from '@portico/contracts';
import { logoutDelivery } from '@portico/oidc';
import type { Adapters } from '../common/adapters.js';
import { formPoster } from '../common/post-form.js';
import { isLoopback } from '../common/public-address.js';
import { handOut } from './logouts.js';
import { slowClients } from './slow-clients.js';

type LogoutJob = 'logoutDelivery' | 'logoutSweep';
type LogoutProcessors = { readonly [Name in LogoutJob]: Processor<Name> } & { close(): void };

const limits = { deadlineMs: 5_000, maxBytes: 16_384 };
const slow = { slowMs: 1_000, places: 4 };
/** A client that hangs is come back to after ten seconds to half a minute. */
const postponedMs = (): number => 10_000 + Math.random() * 20_000;
const batch = 1_000;
const batches = 100;

/** The jobs that tell clients of logouts. */
export const logoutProcessors = (adapters: Adapters, queue: Pick<Queue, 'addAll'>): LogoutProcessors => {
  const { config, stores, keys, clock } = adapters;
  const { deliveries } = stores;
  const loopback = isLoopback(new URL(config.PORTICO_ISSUER).hostname);
  const poster = formPoster({ ...limits, loopback });
  const deliver = logoutDelivery({
    ...adapters,
    ...stores,
    policy: { issuer: config.PORTICO_ISSUER },
    keys: keys.current,
    tell: (uri, logoutToken) => poster.post(uri, { logout_token: logoutToken }),
    random: Math.random,
  });
  const places = slowClients(slow);
  return {
    logoutDelivery: async (target) => {
      const done = await places.run(target.clientId, () => deliver(target));
      if (!done) return { againInMs: postponedMs() };
      return done.answer === undefined ? undefined : { againInMs: done.answer * 1_000 };
    },
    logoutSweep: async () => {
      const lost = () => deliveries.overdue(clock(), batch);
      await untilFewer(async () => {
        const targets = await lost();
        await handOut(targets, queue);
        return targets.length;
      });
      await untilFewer(() => deliveries.forget(clock(), batch));
    },
    close: () => poster.close(),
  };
};

/** What is left after so many batches waits for the next sweep. */
const untilFewer = async (work: () => Promise<number>): Promise<void> => {
  for (let done = 0; done < batches; done += 1) if ((await work()) < batch) return;
};

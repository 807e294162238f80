import type { Bus, PublishedEvent, Queue } from '@portico/contracts';
import type { LogoutDeliveryStore, LogoutTarget } from '@portico/oidc';

interface LogoutsNeeds {
  readonly bus: Pick<Bus, 'follow'>;
  readonly deliveries: Pick<LogoutDeliveryStore, 'pendingOf'>;
  readonly queue: Pick<Queue, 'addAll'>;
}

/** Under which names it is known how far it has come. */
export const logoutFollowers = (['sessionEnded', 'subjectRevoked'] as const).map((event) => ({
  name: 'logout',
  event,
}));

const batch = 1_000;

const sidsOf = (event: PublishedEvent): readonly string[] => {
  if (event.event === 'sessionEnded') return [event.data.sid];
  return event.event === 'subjectRevoked' ? event.data.sids : [];
};

/** One job for each; one that is in the queue already is not put there again. */
export const handOut = async (targets: readonly LogoutTarget[], queue: Pick<Queue, 'addAll'>): Promise<void> => {
  for (let from = 0; from < targets.length; from += batch) {
    const jobs = targets.slice(from, from + batch).map((data) => ({ id: `${data.sid} ${data.clientId}`, data }));
    await queue.addAll('logoutDelivery', jobs);
  }
};

/** Puts a job into the queue for each client that is to be told of the end of a session; answers how to stop. */
export const followLogouts = ({ bus, deliveries, queue }: LogoutsNeeds): (() => Promise<unknown>) => {
  const listener = async (event: PublishedEvent): Promise<void> =>
    handOut(await deliveries.pendingOf(sidsOf(event)), queue);
  const followed = logoutFollowers.map((follower) => bus.follow({ ...follower, listener }));
  return () => Promise.all(followed.map((stop) => stop()));
};

import { Logger } from '@nestjs/common';
import { within, type Follower, type PublishedEvent } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';

const listenerMs = 10_000;
const attempts = 4;
const pauseMs = 250;

const logger = new Logger('Followers');

/** Those who follow events within one process: each is told by one of its name, before the event counts as published. */
export const localFollowers = () => {
  const all = new Set<Follower>();
  return {
    follow: (follower: Follower): (() => Promise<void>) => {
      all.add(follower);
      return () => {
        all.delete(follower);
        return Promise.resolve();
      };
    },
    tell: async (event: PublishedEvent): Promise<void> => {
      const byName = new Map([...all].filter((one) => one.event === event.event).map((one) => [one.name, one]));
      await Promise.all([...byName.values()].map((follower) => tellOne(follower, event)));
    },
  };
};

/** There is no keeping here: after the last attempt it is left to whatever looks for what was missed. */
const tellOne = async (follower: Follower, event: PublishedEvent): Promise<void> => {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      await within(listenerMs, follower.name, follower.listener(event));
      return;
    } catch {
      logger.warn(`${event.event} ${event.id} was not handled`);
    }
    await pause(pauseMs * attempt);
  }
};

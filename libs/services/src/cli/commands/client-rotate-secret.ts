import { rotateSecret, standardOverlapSeconds } from '@portico/admin';
import { UsageError, type Command } from '../command.js';

const longestOverlapSeconds = 31_536_000;

const secondsOf = (text: string | undefined): number => {
  if (text === undefined) return standardOverlapSeconds;
  const seconds = Number(text);
  if (/^\d{1,8}$/.test(text) && seconds <= longestOverlapSeconds) return seconds;
  throw new UsageError(`--overlap: must be whole seconds, at most ${longestOverlapSeconds}`);
};

const until = (seconds: number): string =>
  seconds === 0 ? 'The secret before has ended.' : `The secret before holds for ${seconds} seconds more.`;

export const clientRotateSecret: Command = {
  name: 'client rotate-secret',
  operand: 'CLIENT_ID',
  summary: 'Give a client a new secret, shown once; the one before holds for a while.',
  options: {
    overlap: {
      type: 'string',
      value: 'SECONDS',
      means: `how long; ${standardOverlapSeconds} where absent, 0 ends it now`,
    },
  },
  run: async (args, needs) => {
    const overlapSeconds = secondsOf(args.text('overlap'));
    const at = { clientId: args.operand, overlapSeconds };
    const { clientId, secret } = await rotateSecret(at, { ...needs, registrations: await needs.registrations() });
    return {
      text: `client_secret  ${String(secret)}\nKeep the secret: it is not shown again. ${until(overlapSeconds)}`,
      json: { client_id: clientId, client_secret: secret, overlap_seconds: overlapSeconds },
    };
  },
};

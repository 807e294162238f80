import { announceKeys, signingAlgorithm, type SigningAlgorithm } from '@portico/jwt';
import { UsageError, type Args, type Command } from '../command.js';
import { describedKeys, keyTable } from '../keys.js';

const all = signingAlgorithm.options;

const algorithmsOf = (args: Args): readonly SigningAlgorithm[] =>
  args.texts('alg')?.map((text) => {
    const known = signingAlgorithm.safeParse(text);
    if (!known.success) throw new UsageError(`--alg: must be one of ${all.join(', ')}`);
    return known.data;
  }) ?? all;

const now = 'The new keys sign now: whoever has kept the key set has to fetch it once more.';
const later = 'The new keys are announced; they sign when their time has come.';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Announce new signing keys before their time; key_announce_seconds later they sign.',
  options: {
    alg: { type: 'string', multiple: true, value: 'ALG', means: `for this algorithm alone: ${all.join(', ')}` },
    now: { type: 'boolean', means: 'they sign at once, also those that are announced already' },
  },
  run: async (args, needs) => {
    const algorithms = algorithmsOf(args);
    const { policy, ...rotation } = await needs.keys();
    const announceSeconds = args.flag('now') ? 0 : policy.announceSeconds;
    const keys = await announceKeys({ algorithms, announceSeconds }, policy, rotation);
    const described = describedKeys(keys, policy, rotation.clock());
    return { text: `${keyTable(described)}\n${args.flag('now') ? now : later}`, json: described };
  },
};

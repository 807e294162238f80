import { endEverything, endSession, endSessions } from '@portico/admin';
import { UsageError, type Answer, type Args, type Command, type Needs } from '../command.js';

export const sessionEnd: Command = {
  name: 'session end',
  operand: '[SID]',
  summary: 'End one session, or those of a person; the tokens that hang on them end too.',
  options: {
    account: { type: 'string', value: 'NAME', means: 'end every session of this person instead' },
    all: { type: 'boolean', means: 'with --account: end what outlives a session too, which is offline access' },
  },
  run: async (args, needs) => {
    const account = args.text('account');
    if (account !== undefined) return ofAccount(account, args, needs);
    if (args.operand === '' || args.flag('all')) throw new UsageError('SID or --account is missing');
    await endSession(args.operand, { ...needs, ...(await needs.stores()) });
    return answerOf([args.operand]);
  },
};

const ofAccount = async (account: string, args: Args, needs: Needs): Promise<Answer> => {
  if (args.operand !== '') throw new UsageError('either SID or --account, not both');
  const all = { ...needs, ...(await needs.stores()) };
  if (!args.flag('all')) return answerOf(await endSessions(account, all));
  return answerOf(await endEverything(account, { ...all, registrations: await needs.registrations() }));
};

const answerOf = (sids: readonly string[]): Answer => ({
  text: sids.length === 0 ? 'There was no session to end.' : `${sids.join('\n')}\n${sids.length} ended.`,
  json: { ended: sids },
});

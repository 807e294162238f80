import type { Command } from '../command.js';

export const logoutRetry: Command = {
  name: 'logout retry',
  summary: 'Tell those applications again of a logout for which that was given up; within half a minute.',
  options: {
    client: { type: 'string', value: 'CLIENT_ID', means: 'this client alone' },
    sid: { type: 'string', value: 'SID', means: 'this session alone' },
  },
  run: async (args, needs) => {
    const [clientId, sid] = [args.text('client'), args.text('sid')];
    const { logoutDeliveries } = await needs.stores();
    const filter = { ...(clientId && { clientId }), ...(sid && { sid }) };
    const count = await logoutDeliveries.retry(filter, needs.clock());
    return { text: `Deliveries that are tried again: ${count}.`, json: { count } };
  },
};

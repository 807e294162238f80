/** The commands that tell a secret, once: the one that they have just made. */
const tellingOnce = ['client create', 'client rotate-secret', 'access-key create'];

const told = /(^(?:client_)?secret\s+|"(?:client_)?secret":\s*")[^\s"]+/gm;

/** What a command printed, without the secret that it is there to tell; of every other command, all of it. */
export const withoutToldOnce = (args: readonly string[], printed: string): string =>
  tellingOnce.includes(args.slice(0, 2).join(' ')) ? printed.replace(told, '$1<told once>') : printed;

import { UsageError } from './command.js';
import type { In, Io } from './io.js';

const longestBytes = 4096;
const [ctrlC, ctrlD, backspace, del] = ['\x03', '\x04', '\b', '\x7f'];

/** Everything up to the end of the input, without the newline at its end. */
const readAll = async (stdin: In): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes > longestBytes) throw new UsageError('the password on standard input is too long');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

/** The line after these letters, and the key that ends it where one of them does. */
const upToKey = (letters: string, line: string): { text: string; key?: 'enter' | 'leave' } => {
  let text = line;
  for (const letter of letters) {
    if (letter === '\r' || letter === '\n') return { text, key: 'enter' };
    if (letter === ctrlC || letter === ctrlD) return { text, key: 'leave' };
    text = letter === backspace || letter === del ? Array.from(text).slice(0, -1).join('') : text + letter;
  }
  return { text };
};

/** What is typed up to Enter. */
const lineFrom = (stdin: In): Promise<string> =>
  new Promise((resolve, reject) => {
    let line = '';
    const end = (settle: () => void) => {
      stdin.off('data', take).off('end', leave).pause();
      settle();
    };
    const leave = () => end(() => reject(new UsageError('no password was typed')));
    const take = (chunk: Buffer | string) => {
      const { text, key } = upToKey(chunk.toString(), line);
      line = text;
      if (key === 'enter') end(() => resolve(line));
      if (key === 'leave') leave();
    };
    stdin.on('data', take).on('end', leave).resume();
  });

const ask = async (question: string, stdin: In, { stderr }: Io): Promise<string> => {
  stderr.write(question);
  stdin.setRawMode?.(true);
  try {
    return await lineFrom(stdin);
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
};

/** A password never stands among the arguments: every user of the machine could read it there. */
export const readPassword = async (fromStdin: boolean, io: Io): Promise<string> => {
  const { stdin } = io;
  if (stdin && fromStdin) return readAll(stdin);
  if (!stdin?.isTTY) throw new UsageError('there is no terminal to ask for the password: use --password-stdin');
  const password = await ask('Password: ', stdin, io);
  if ((await ask('Again: ', stdin, io)) !== password) throw new UsageError('the two passwords differ');
  return password;
};

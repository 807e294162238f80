import { Unavailable } from './bus.js';

/**
 * The answer, if it comes in time. Every call across a process has a deadline; what comes later is dropped.
 * @throws Unavailable no answer after so many milliseconds
 */
export const within = async <Answer>(deadlineMs: number, what: string, answer: Promise<Answer>): Promise<Answer> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable(`${what}: no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};

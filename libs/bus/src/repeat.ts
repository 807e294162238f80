/** When and how often something is asked again. */
export interface Repetition {
  /** So long after it was asked it is asked again, then after twice the time, and so on. */
  readonly afterMs: number;
  /** May it be, once more? */
  readonly may: () => boolean;
}

/** The first answer of all that were asked for; a refusal only where every one of them was refused. */
export const firstAnswer = <Answer>(ask: () => Promise<Answer>, { afterMs, may }: Repetition): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let waiting = 0;
    let timer: NodeJS.Timeout | undefined;
    const answered = (answer: Answer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const refused = (error: Error): void => {
      waiting -= 1;
      if (waiting > 0) return;
      clearTimeout(timer);
      reject(error);
    };
    const start = (nextMs: number): void => {
      waiting += 1;
      ask().then(answered, refused);
      timer = setTimeout(() => {
        if (may()) start(nextMs * 2);
      }, nextMs);
    };
    start(afterMs);
  });

/** Repetitions that may be made: what is answered earns a part of one, so that no slow service is asked twice as much. */
export interface Budget {
  readonly spend: () => boolean;
  readonly earn: () => void;
}

export const budget = (most: number, part: number): Budget => {
  let left = most;
  return {
    spend: () => {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
    earn: () => {
      left = Math.min(most, left + part);
    },
  };
};

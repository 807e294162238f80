/** At least so many bytes of padding. @see RFC 8017 §7.2.1 */
const leastPadding = 8;
const head = 2;

/**
 * What an encryption block of PKCS #1 v1.5 carries; undefined where it is none. Every byte is looked at whatever the
 * others are, so that the time tells nothing of where the padding ends or breaks.
 * @see RFC 8017 §7.2.2 step 3
 */
export const unpadded = (block: Uint8Array): Uint8Array | undefined => {
  let wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2);
  let looking = 1;
  let end = 0;
  for (let at = head; at < block.length; at += 1) {
    const isZero = ((block[at] ?? 0) - 1) >>> 31;
    end |= at * (isZero & looking);
    looking &= 1 - isZero;
  }
  // Negative, and so with its highest bit set, where no byte ends the padding, or one does too early.
  wrong |= (end - head - leastPadding) >>> 31;
  return wrong === 0 ? block.subarray(end + 1) : undefined;
};

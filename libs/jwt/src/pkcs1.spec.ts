import { describe, expect, it } from '@jest/globals';
import { unpadded } from './index.js';

const length = 256;
const block = (padding: number[], message: number[]) => Uint8Array.from([0, 2, ...padding, 0, ...message]);
const filled = (count: number) => Array.from({ length: count }, (_, at) => (at % 255) + 1);
const bytesOf = (text: string) => [...Buffer.from(text)];
const padded = (text: string) => block(filled(length - 3 - text.length), bytesOf(text));

describe('RFC 8017 §7.2.2: EM = 0x00 || 0x02 || PS || 0x00 || M', () => {
  it.each([0, 1, 8, 32, 244, 245])('a message of %i bytes', (count) => {
    const message = filled(count);
    expect([...unpadded(block(filled(length - 3 - count), message))!]).toEqual(message);
  });

  it('the first zero ends the padding; those of the message belong to it', () => {
    expect([...unpadded(block(filled(200), [0, 1, 0, 0]))!]).toEqual([0, 1, 0, 0]);
  });

  it.each<[string, Uint8Array]>([
    ['another first byte', padded('secret').with(0, 1)],
    ['block type 1', padded('secret').with(1, 1)],
    ['block type 0', padded('secret').with(1, 0)],
    ['no end of the padding', Uint8Array.from([0, 2, ...filled(254)])],
    ['no padding', block([], filled(253))],
    ['7 bytes of padding', block(filled(7), filled(246))],
    ['a zero among the first 8 bytes of padding', padded('secret').with(9, 0)],
    ['nothing but zeros', new Uint8Array(length)],
    ['nothing', new Uint8Array(0)],
  ])('none: %s', (_what, em) => expect(unpadded(em)).toBeUndefined());

  it('8 bytes of padding are enough', () => expect(unpadded(block(filled(8), [65]))).toEqual(Uint8Array.of(65)));

  it('whatever byte is changed, only the first two and the end of the padding can break it', () => {
    const em = padded('secret');
    const broken = [...em.keys()].filter((at) => unpadded(em.with(at, em[at]! ^ 1 || 1)) === undefined);
    expect(broken).toEqual([0, 1, length - 1 - 'secret'.length]);
  });
});

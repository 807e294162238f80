import { expect, test } from '@jest/globals';
import { isLoopback, isPublicAddress } from './public-address.js';

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450::1'])(
  'RFC 6890: %s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.168.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
  ],
  ...['2002:a00:1::', '2001:db8::1', '2001::1', '', 'localhost', '1.1.1', '1.1.1.1.', ' 1.1.1.1'],
])('RFC 6890: %j is not', (address) => expect(isPublicAddress(address)).toBe(false));

test('RFC 8252 §7.3: this machine itself', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'].map(isLoopback)).not.toContain(false);
  expect(['128.0.0.1', '127.0.0.1.example', 'localhost.example', '::2', '', '0.0.0.0'].map(isLoopback)).not.toContain(
    true,
  );
});

import { BlockList, isIP } from 'node:net';

const listOf = (type: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/');
    list.addSubnet(net, Number(prefix), type);
  }
  return list;
};

/** What is not somewhere in the Internet: the IANA registries of special purpose addresses (RFC 6890), and multicast. */
const specialV4 = listOf('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]);
const globalV6 = listOf('ipv6', ['2000::/3']);
// The last one holds IPv4 addresses, and with them all that is special there.
const specialV6 = listOf('ipv6', ['2001::/23', '2001:db8::/32', '3fff::/20', '2002::/16']);
const loopbackV4 = listOf('ipv4', ['127.0.0.0/8']);

/** Is this address somewhere in the Internet, rather than in a network of our own? */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 4) return !specialV4.check(address, 'ipv4');
  return isIP(address) === 6 && globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
};

/** Is this host or address this machine itself? */
export const isLoopback = (host: string): boolean => {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && loopbackV4.check(address, 'ipv4'));
};

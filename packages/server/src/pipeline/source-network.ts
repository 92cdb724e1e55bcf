/**
 * What limits count as one source: an IPv4 address, or the 64 bits of an IPv6 address that name its network, since
 * whoever has one address of such a network has all 2⁶⁴. Anything else is a source by itself.
 */
export function sourceNetwork(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}

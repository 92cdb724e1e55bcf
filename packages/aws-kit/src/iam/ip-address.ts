/** An address as four words of 32 bits; IPv4 sits in `::ffff:0:0/96`, where an IPv6 socket shows it too. */
export type Address = readonly [number, number, number, number]

/** Reads `192.0.2.1` or `2001:db8::1`; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const four = parseFour(text)
    return four === undefined ? undefined : [0, 0, 0xffff, four]
  }
  return text.length > 45 ? undefined : parseGroups(text)
}

/** The word of a dotted quad. */
function parseFour(text: string): number | undefined {
  let word = 0
  let part = -1
  let parts = 0
  for (let index = 0; index <= text.length; index++) {
    const code = index === text.length ? 0x2e : text.charCodeAt(index)
    if (code === 0x2e) {
      if (part < 0 || ++parts > 4) return undefined
      word = word * 256 + part
      part = -1
    } else {
      if (code < 0x30 || code > 0x39) return undefined
      part = Math.max(part, 0) * 10 + code - 0x30
      if (part > 255) return undefined
    }
  }
  return parts === 4 ? word : undefined
}

function parseGroups(text: string): Address | undefined {
  const [head = '', tail, ...more] = text.split('::')
  const left = readGroups(head)
  const right = tail === undefined ? [] : readGroups(tail)
  if (left === undefined || right === undefined || more.length > 0) return undefined
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right]
  const word = (index: number) => (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0)
  return [word(0), word(2), word(4), word(6)]
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return []
  const values: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const four = index === groups.length - 1 && group.includes('.') ? parseFour(group) : undefined
    if (four !== undefined) values.push(Math.floor(four / 65_536), four % 65_536)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) values.push(Number.parseInt(group, 16))
    else return undefined
  }
  return values
}

export interface AddressRange {
  readonly address: Address
  /** Which bits count. */
  readonly mask: Address
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or one address. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const length = slash < 0 ? '' : text.slice(slash + 1)
  const offset = text.includes(':') ? 0 : 96
  if (slash >= 0 && (!/^\d{1,3}$/.test(length) || Number(length) > 128 - offset)) return undefined
  const bits = slash < 0 ? 128 : offset + Number(length)
  const maskOf = (index: number) => {
    const ones = Math.min(Math.max(bits - index * 32, 0), 32)
    return ones === 0 ? 0 : (0xffffffff << (32 - ones)) >>> 0
  }
  return { address, mask: [maskOf(0), maskOf(1), maskOf(2), maskOf(3)] }
}

export function isInRange(address: Address, range: AddressRange): boolean {
  const { address: base, mask } = range
  return (
    ((address[3] ^ base[3]) & mask[3]) === 0 &&
    ((address[2] ^ base[2]) & mask[2]) === 0 &&
    ((address[1] ^ base[1]) & mask[1]) === 0 &&
    ((address[0] ^ base[0]) & mask[0]) === 0
  )
}

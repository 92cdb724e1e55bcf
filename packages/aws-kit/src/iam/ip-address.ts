/** An address as 16 bytes; IPv4 sits in `::ffff:0:0/96`, where an IPv6 socket shows it too. */
export type Address = readonly number[]

const mapped: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/** Reads `192.0.2.1` or `2001:db8::1`; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined
  if (!text.includes(':')) {
    const four = parseFour(text)
    return four && [...mapped, ...four]
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = '', tail] = halves
  const left = parseGroups(head)
  const right = tail === undefined ? [] : parseGroups(tail)
  if (left === undefined || right === undefined) return undefined
  const missing = 16 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...left, ...new Array<number>(missing).fill(0), ...right]
}

function parseFour(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined
  return parts.map(Number)
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const four = index === groups.length - 1 && group.includes('.') ? parseFour(group) : undefined
    if (four !== undefined) bytes.push(...four)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    } else return undefined
  }
  return bytes.length <= 16 ? bytes : undefined
}

export interface AddressRange {
  readonly address: Address
  /** Of the 128 bits. */
  readonly prefixBits: number
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or one address. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  if (slash < 0) return { address, prefixBits: 128 }
  const length = text.slice(slash + 1)
  const offset = text.includes(':') ? 0 : 96
  if (!/^\d{1,3}$/.test(length) || Number(length) > 128 - offset) return undefined
  return { address, prefixBits: offset + Number(length) }
}

export function isInRange(address: Address, range: AddressRange): boolean {
  const whole = range.prefixBits >> 3
  for (let index = 0; index < whole; index++) if (address[index] !== range.address[index]) return false
  const bits = range.prefixBits & 7
  if (bits === 0) return true
  const mask = (0xff << (8 - bits)) & 0xff
  return ((address[whole] ?? 0) & mask) === ((range.address[whole] ?? 0) & mask)
}

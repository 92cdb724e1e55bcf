/** A range of IP addresses in CIDR notation; a bare address is a range of one. */
export interface AddressRange {
  readonly text: string
  /** 4 or 16 bytes; bits beyond `bits` are zero. */
  readonly bytes: readonly number[]
  readonly bits: number
}

/** `undefined` when `text` is neither an address nor a range. Host bits may be set; they are ignored. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const bytes = addressBytes(slash === -1 ? text : text.slice(0, slash))
  if (bytes === undefined) return undefined
  const length = slash === -1 ? String(bytes.length * 8) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > bytes.length * 8) return undefined
  const bits = Number(length)
  return { text, bits, bytes: bytes.map((byte, index) => byte & maskOf(bits, index)) }
}

/** Whether `value` is an IP address inside `range`. Service names, as records show them too, are in no range. */
export function isInRange(range: AddressRange, value: string): boolean {
  const bytes = addressBytes(value)
  if (bytes === undefined || bytes.length !== range.bytes.length) return false
  return range.bytes.every((byte, index) => ((bytes[index] ?? 0) & maskOf(range.bits, index)) === byte)
}

/** Text that every IPv4 address in the range begins with; empty where there is none in common. */
export function rangeTextPrefix(range: AddressRange): string {
  if (range.bytes.length !== 4) return ''
  const octets = range.bytes.slice(0, Math.floor(range.bits / 8))
  return octets.length === 4 ? octets.join('.') : octets.map((octet) => `${octet}.`).join('')
}

function maskOf(bits: number, index: number): number {
  const inByte = Math.min(8, Math.max(0, bits - index * 8))
  return (0xff << (8 - inByte)) & 0xff
}

/** IPv4 in dotted decimal, IPv6 in any of its spellings; an IPv4-mapped IPv6 address is that IPv4 address. */
function addressBytes(text: string): number[] | undefined {
  if (text.length > 45) return undefined
  if (!text.includes(':')) return quadBytes(text)
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupBytes(halves[0] ?? '')
  const tail = halves.length === 2 ? groupBytes(halves[1] ?? '') : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  const bytes = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? bytes.slice(12) : bytes
}

function groupBytes(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (group.includes('.') && index === groups.length - 1) {
      const quad = quadBytes(group)
      if (quad === undefined) return undefined
      bytes.push(...quad)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}

function quadBytes(text: string): number[] | undefined {
  const octets = text.split('.')
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet))) return undefined
  const bytes = octets.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

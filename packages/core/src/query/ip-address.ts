import { addressFailure, failing, failingWith } from './engine-text.ts'
import { boolean, type SqlType } from './sql-type.ts'

/*
 * Addresses are sixteen bytes, those of IPv4 behind ::ffff:, so that bytes compare as Trino compares addresses. What is
 * read is what Guava's InetAddresses reads: four numbers without leading zeros, or groups with one `::` at most that
 * stands for one group at least, maybe with four numbers at the end. A scope (`fe80::1%eth0`) is read by nothing here:
 * whether Trino reads it depends on the interfaces of its machine.
 */

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const dotted = `${octet}(?:\\.${octet}){3}`
const group = '[0-9A-Fa-f]{1,4}'
const whole = `${group}(?::${group}){7}`
const shortened = `(?:${group}(?::${group}){0,6})?::(?:${group}(?::${group}){0,6})?`
const groupsBesideGap = 7

const type: SqlType = { kind: 'ipaddress' }
const prefixOfV4 = '00000000000000000000FFFF'
const bitsOfPrefix = prefixOfV4.length * 4
const digits = 32
const hexDigits = '0123456789ABCDEF'

const part = (text: string, by: string, place: number) => `CAST(split_part(${text}, ${by}, ${place}) AS INTEGER)`

/** Four numbers, as hexadecimal digits. */
const dottedHex = (text: string) =>
  `format('{:02X}{:02X}{:02X}{:02X}', ${[1, 2, 3, 4].map((place) => part(text, "'.'", place)).join(', ')})`

/** Groups behind each other, each as four digits. */
const groupsHex = (list: string) =>
  `coalesce(array_to_string(list_transform(${list}, lambda h: lpad(h, 4, '0')), ''), '')`

const groupsOf = (text: string) => `list_filter(string_split(${text}, ':'), lambda h: h <> '')`

/** `text` of groups only, or `otherwise`. */
function groupsRead(text: string, otherwise: string): string {
  const sides = `{'l': ${groupsOf(`split_part(${text}, '::', 1)`)}, 'r': ${groupsOf(`split_part(${text}, '::', 2)`)}}`
  const hex =
    `list_transform([${sides}], lambda g: ${groupsHex('g.l')} || ` +
    `repeat('0', ${digits} - 4 * (len(g.l) + len(g.r))) || ${groupsHex('g.r')})[1]`
  return (
    `CASE WHEN regexp_full_match(${text}, '${whole}') OR (regexp_full_match(${text}, '${shortened}') ` +
    `AND len(${groupsOf(text)}) <= ${groupsBesideGap}) THEN ${hex} ELSE ${otherwise} END`
  )
}

/** The 32 digits of an address in a text; NULL for what is none. */
function hexOf(text: string): string {
  const last = `regexp_extract(${text}, '[^:]*$')`
  const inGroups =
    `CASE WHEN regexp_matches(${text}, ':${dotted}$') THEN left(${text}, length(${text}) - length(${last})) || ` +
    `left(${dottedHex(last)}, 4) || ':' || right(${dottedHex(last)}, 4) ELSE ${text} END`
  return (
    `CASE WHEN regexp_full_match(${text}, '${dotted}') THEN '${prefixOfV4}' || ${dottedHex(text)} ` +
    `ELSE list_transform([${inGroups}], lambda ip: ${groupsRead('ip', 'NULL')})[1] END`
  )
}

/** The text of a cast from text. @source Trino 476, IpAddressType */
export function addressFromText(text: string): string {
  const failure = failingWith(`'${addressFailure}' || ${text}`, type)
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE coalesce(unhex(${hexOf(text)}), ${failure}) END`
}

/** The same for TRY_CAST. */
export function addressOrNull(text: string): string {
  return `unhex(${hexOf(text)})`
}

/** The text of a cast from bytes. */
export function addressFromBytes(bytes: string): string {
  const failure = failingWith(`'Invalid IP address binary length: ' || octet_length(${bytes})`, type)
  return (
    `CASE octet_length(${bytes}) WHEN 16 THEN ${bytes} WHEN 4 THEN unhex('${prefixOfV4}' || hex(${bytes})) ` +
    `ELSE CASE WHEN ${bytes} IS NULL THEN NULL ELSE ${failure} END END`
  )
}

/** The text of a cast to text: the longest run of zeros, if it is of two groups, becomes `::`. */
export function addressToText(address: string): string {
  const hex = `lower(hex(${address}))`
  const number = (place: number) => {
    const digit = (at: number) => `(strpos('0123456789abcdef', substr(ip, ${at}, 1)) - 1)`
    return `CAST(16 * ${digit(place)} + ${digit(place + 1)} AS VARCHAR)`
  }
  const v4 = [25, 27, 29, 31].map(number).join(" || '.' || ")
  const groups = `list_transform(range(8), lambda i: coalesce(nullif(ltrim(substr(ip, 1 + 4 * CAST(i AS INTEGER), 4), '0'), ''), '0'))`
  const runs = [8, 7, 6, 5, 4, 3, 2].map((length) => {
    const run = `:${'0:'.repeat(length)}`
    const before = `substr(g, 2, greatest(strpos(g, '${run}') - 2, 0))`
    return `WHEN contains(g, '${run}') THEN ${before} || '::' || rtrim(substr(g, strpos(g, '${run}') + ${run.length}), ':')`
  })
  const v6 = `list_transform([':' || array_to_string(${groups}, ':') || ':'], lambda g: CASE ${runs.join(' ')} ELSE trim(g, ':') END)[1]`
  return (
    `CASE WHEN ${address} IS NULL THEN NULL ELSE list_transform([${hex}], lambda ip: ` +
    `CASE WHEN starts_with(ip, '${prefixOfV4.toLowerCase()}') THEN ${v4} ELSE ${v6} END)[1] END`
  )
}

/** An address as results show it. */
export function showAddress(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (hex.startsWith(prefixOfV4.toLowerCase())) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, at) => Number.parseInt(hex.slice(4 * at, 4 * at + 4), 16).toString(16))
  const joined = `:${groups.join(':')}:`
  for (let length = 8; length >= 2; length -= 1) {
    const run = `:${'0:'.repeat(length)}`
    const at = joined.indexOf(run)
    if (at >= 0) return `${joined.slice(1, at)}::${joined.slice(at + run.length, -1)}`
  }
  return groups.join(':')
}

/** Whether a text is one; the same as `addressFromText`, for literals. */
export function isAddress(text: string): boolean {
  return readAddress(text) !== undefined
}

function readAddress(text: string): bigint | undefined {
  const numbers = new RegExp(`^(.*:)?(${dotted})$`, 's').exec(text)
  if (numbers !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = numbers[2]?.split('.').map(Number) ?? []
    const pairs = [a * 256 + b, c * 256 + d].map((pair) => pair.toString(16)).join(':')
    return readAddress(numbers[1] === undefined ? `::ffff:${pairs}` : `${numbers[1]}${pairs}`)
  }
  const groups = text.split(':').filter((one) => one !== '')
  const isShort = new RegExp(`^${shortened}$`).test(text) && groups.length <= groupsBesideGap
  if (!isShort && !new RegExp(`^${whole}$`).test(text)) return undefined
  const [left = '', right = ''] = text.split('::').map((side) =>
    side
      .split(':')
      .map((one) => (one === '' ? '' : one.padStart(4, '0')))
      .join(''),
  )
  return BigInt(`0x${left}${'0'.repeat(digits - left.length - right.length)}${right}`)
}

/** Whether an address is of a network, which is written out: two comparisons. */
function withinLiteral(network: string, address: string): string {
  const fail = (message: string) => `CASE WHEN ${address} IS NOT NULL THEN ${failing(message, boolean)} END`
  const [base = '', ...rest] = network.split('/')
  if (rest.length === 0) return fail('Invalid CIDR')
  const from = readAddress(base)
  if (from === undefined) return fail('Invalid network IP address')
  const length = rest.join('/')
  if (!/^[+-]?\d{1,9}$/.test(length)) return fail(`For input string: "${length}"`)
  if (Number(length) < 0) return fail('Invalid prefix length')
  const isV6 = base.includes(':')
  const bits = 128 - Number(length) - (isV6 ? 0 : bitsOfPrefix)
  if (Number(length) > (isV6 ? 128 : 32)) return fail('Invalid CIDR')
  const size = 1n << BigInt(bits)
  if (!isV6 && from % size !== 0n) return fail('Invalid CIDR')
  const first = from - (from % size)
  const bytes = (value: bigint) => `unhex('${value.toString(16).padStart(digits, '0')}')`
  return `(${address} BETWEEN ${bytes(first)} AND ${bytes(first + size - 1n)})`
}

/**
 * Whether an address is of a network, `10.0.0.0/8`.
 *
 * @quirk Trino refuses a network of IPv4 whose address has bits beyond its prefix, and takes one of IPv6
 * @source Trino 476, asked: `contains(network, address)`
 */
export function withinNetwork(network: string, literal: string | undefined, address: string): string {
  if (literal !== undefined) return withinLiteral(literal, address)
  const fail = (message: string) => failing(message, boolean)
  const length = `substr(n.t, strpos(n.t, '/') + 1)`
  const isV6 = `contains(n.b, ':')`
  const judged =
    `CASE WHEN NOT contains(n.t, '/') THEN ${fail('Invalid CIDR')} WHEN n.h IS NULL THEN ${fail('Invalid network IP address')} ` +
    `WHEN NOT regexp_full_match(${length}, '[+-]?[0-9]{1,9}') ` +
    `THEN ${failingWith(`'For input string: "' || ${length} || '"'`, boolean)} ` +
    `WHEN CAST(${length} AS INTEGER) < 0 THEN ${fail('Invalid prefix length')} ` +
    `WHEN CAST(${length} AS INTEGER) > CASE WHEN ${isV6} THEN 128 ELSE 32 END THEN ${fail('Invalid CIDR')} ` +
    `ELSE list_transform([{'b': n.b, 'h': n.h, 'a': n.a, ` +
    `'p': CAST(${length} AS INTEGER) + CASE WHEN ${isV6} THEN 0 ELSE ${bitsOfPrefix} END}], lambda n: ` +
    `CASE WHEN NOT ${isV6} AND ${masked('n.h')} <> n.h THEN ${fail('Invalid CIDR')} ELSE ${masked('n.h')} = ${masked('n.a')} END)[1] END`
  const base = `split_part(${network}, '/', 1)`
  return (
    `CASE WHEN ${network} IS NULL OR ${address} IS NULL THEN NULL ELSE list_transform([{'t': ${network}, 'b': ${base}, ` +
    `'h': upper(${hexOf(base)}), 'a': hex(${address})}], lambda n: ${judged})[1] END`
  )
}

/** The digits of an address with those bits that stand behind the first `n.p` at 0. */
function masked(hex: string): string {
  const digit = `(strpos('${hexDigits}', substr(${hex}, n.p // 4 + 1, 1)) - 1)`
  const cut = `substr('${hexDigits}', 1 + ${digit} - ${digit} % CAST(2 ** (4 - n.p % 4) AS INTEGER), 1)`
  return `rpad(left(${hex}, n.p // 4) || CASE WHEN n.p % 4 = 0 THEN '' ELSE ${cut} END, ${digits}, '0')`
}

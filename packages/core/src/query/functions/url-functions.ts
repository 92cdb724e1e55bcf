import { quotedText } from '../engine-text.ts'
import { varchar } from '../sql-type.ts'
import { scalar, type Variant } from './definition.ts'
import { failWhen, unlessNull } from './null-text.ts'

/*
 * Trino reads URLs as Java's URI does, after RFC 2396 with IPv6: what breaks the grammar is NULL, what is not there is
 * ''. Groups: s scheme, a authority, p path, q query, f fragment; parts with escapes undone come from those.
 */
const parts =
  "'^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:[?]([^#]*))?(?:#(.*))?$', ['s', 'a', 'p', 'q', 'f']"

/** Characters of any part; those beyond ASCII are taken unless they are space or control. */
const other = '%[0-9A-Fa-f]{2}|[^\\x00-\\x9F\\p{Z}]'
const inPath = `(?:[A-Za-z0-9_.!~*'();:@&=+$,/-]|${other})*`
const notSlash = `(?:[A-Za-z0-9_.!~*'();:@&=+$,-]|${other})`
const inQuery = `(?:[A-Za-z0-9_.!~*'();:@&=+$,/?\\[\\]-]|${other})*`
const inAuthority = `(?:[A-Za-z0-9_.!~*'();:@&=+$,\\[\\]-]|${other})+`
// An authority may be empty only where something follows.
const hierarchical = `(?://${inAuthority}(?:/${inPath})?(?:[?]${inQuery})?|///${inPath}(?:[?]${inQuery})?|//[?]${inQuery}|/(?:${notSlash}${inPath})?(?:[?]${inQuery})?)`
// A scheme with anything else behind it has no parts, such as mailto:a@b.
const opaque = `(?:[A-Za-z0-9_.!~*'();:@&=+$,?\\[\\]-]|${other})${inQuery}`
// The first segment of a path without a scheme has no colon.
const relative = `(?:[A-Za-z0-9_.!~*'();@&=+$,-]|${other})*(?:/${inPath})?(?:[?]${inQuery})?`
const valid = `(?:[A-Za-z][A-Za-z0-9+.-]*:(?:${hierarchical}|${opaque})|${hierarchical}|${relative})(?:#${inQuery})?`

/** Where an authority is none of these, it has no host and no port. */
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const octet = '(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])'
const names = `${label}[.]?|(?:${label}[.])+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?[.]?`
const server = `^(?:[^@]*@)?(${names}|${octet}(?:[.]${octet}){3}|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]*))?$`

/** `text` over `m`, the parts of a URL; NULL for what is none. */
function ofUrl(url: string, text: string): string {
  return (
    `CASE WHEN regexp_full_match(${url}, ${quotedText(valid)}) THEN ` +
    `list_transform([regexp_extract(${url}, ${parts})], lambda m: ${text})[1] END`
  )
}

/** What stands behind a scheme without a slash is one text, not a path and a query. */
const unlessOpaque = (text: string) =>
  `CASE WHEN m.s <> '' AND m.a = '' AND NOT starts_with(m.p, '/') THEN '' ELSE ${text} END`

const port = `regexp_extract(m.a, ${quotedText(server)}, 2)`

const withSpaces = (s: string) => `url_decode(replace(${s}, '+', ' '))`

/** The first argument of that name; one without a value has an empty one. */
const parameter = (name: string) =>
  `list_transform(list_slice(list_filter(string_split(${unlessOpaque('m.q')}, '&'), lambda a: string_split(a, '=')[1] = ${name}), 1, 1), ` +
  `lambda a: CASE WHEN contains(a, '=') THEN ${withSpaces("substring(a, strpos(a, '=') + 1)")} ELSE '' END)[1]`

/** @source Trino documentation, "URL functions" */
export const urlFunctions = (): Variant[] => [
  scalar('url_extract_protocol(varchar) -> varchar', (url) => ofUrl(url, 'm.s')),
  scalar('url_extract_host(varchar) -> varchar', (url) => ofUrl(url, `regexp_extract(m.a, ${quotedText(server)}, 1)`)),
  scalar('url_extract_port(varchar) -> bigint', (url) =>
    ofUrl(url, `CASE WHEN ${port} <> '' THEN CAST(${port} AS BIGINT) END`),
  ),
  scalar('url_extract_path(varchar) -> varchar', (url) => ofUrl(url, unlessOpaque('url_decode(m.p)'))),
  scalar('url_extract_query(varchar) -> varchar', (url) => ofUrl(url, unlessOpaque('url_decode(m.q)'))),
  scalar('url_extract_fragment(varchar) -> varchar', (url) => ofUrl(url, 'url_decode(m.f)')),
  scalar('url_extract_parameter(varchar, varchar) -> varchar', (url, name) =>
    unlessNull([url, name], ofUrl(url, parameter(name))),
  ),
  scalar('url_decode(varchar) -> varchar', (s) =>
    failWhen(
      `regexp_matches(${s}, '%(?:$|.$|[^0-9A-Fa-f]|.[^0-9A-Fa-f])')`,
      'URLDecoder: Illegal hex characters in escape (%) pattern',
      varchar,
      withSpaces(s),
    ),
  ),
  scalar(
    'url_encode(varchar) -> varchar',
    (s) => `replace(replace(replace(url_encode(${s}), '%20', '+'), '%2A', '*'), '~', '%7E')`,
  ),
]

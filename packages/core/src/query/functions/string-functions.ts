import { bigint, varchar } from '../sql-type.ts'
import { scalar, type Variant } from './definition.ts'
import { failWhen, unlessNull } from './null-text.ts'

/** What Trino takes for white space; the engine's own trims take spaces only. */
const space = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30) || chr(31) || ' '"

function trims(name: string): Variant[] {
  return [
    scalar(`${name}(varchar) -> varchar`, (s) => `${name}(${s}, ${space})`),
    scalar(`${name}(varchar, varchar) -> varchar`, (s, chars) => `${name}(${s}, ${chars})`),
  ]
}

function substring(name: string): Variant[] {
  // Place 0 and places before the first character are nowhere; the engine would begin at the first.
  const isNowhere = (s: string, start: string) => `${start} = 0 OR ${start} < -length(${s})`
  return [
    scalar(`${name}(varchar, bigint) -> varchar`, (s, start) =>
      unlessNull([s, start], `CASE WHEN ${isNowhere(s, start)} THEN '' ELSE substring(${s}, ${start}) END`),
    ),
    scalar(`${name}(varchar, bigint, bigint) -> varchar`, (s, start, length) =>
      unlessNull(
        [s, start, length],
        `CASE WHEN ${isNowhere(s, start)} OR ${length} <= 0 THEN '' ELSE substring(${s}, ${start}, ${length}) END`,
      ),
    ),
  ]
}

/** Where the part begins the given time; 0 when it does not. */
const nthPosition = (s: string, part: string, nth: string) =>
  `CASE WHEN ${nth} > len(string_split(${s}, ${part})) - 1 THEN 0 ` +
  `ELSE length(array_to_string(list_slice(string_split(${s}, ${part}), 1, ${nth}), ${part})) + 1 END`

const pads = (name: 'lpad' | 'rpad'): Variant =>
  scalar(`${name}(varchar, bigint, varchar) -> varchar`, (s, size, fill) =>
    unlessNull(
      [s, size, fill],
      failWhen(
        `${fill} = ''`,
        'Padding string must not be empty',
        varchar,
        failWhen(
          `${size} < 0 OR ${size} > ${padMax}`,
          `Target length must be in the range [0..${padMax}]`,
          varchar,
          `${name}(${s}, CAST(${size} AS INTEGER), ${fill})`,
        ),
      ),
    ),
  )

/** Trino lets 2 GiB pass; a text that long would only be built to kill the query's process. */
const padMax = 1_000_000

/** Java takes base 64 without the signs at its end too. */
const padded = (s: string) => `rpad(${s}, CAST(ceil(length(${s}) / 4) * 4 AS INTEGER), '=')`

/** @source Trino documentation, "String functions and operators", "Binary functions and operators" */
export const stringFunctions = (): Variant[] => [
  scalar('length(varchar) -> bigint', (s) => `length(${s})`),
  scalar('length(varbinary) -> bigint', (s) => `octet_length(${s})`),
  scalar('lower(varchar) -> varchar', (s) => `lower(${s})`),
  scalar('upper(varchar) -> varchar', (s) => `upper(${s})`),
  ...trims('trim'),
  ...trims('ltrim'),
  ...trims('rtrim'),
  pads('lpad'),
  pads('rpad'),
  scalar('replace(varchar, varchar) -> varchar', (s, part) => `replace(${s}, ${part}, '')`),
  scalar('replace(varchar, varchar, varchar) -> varchar', (s, part, by) =>
    unlessNull(
      [s, part, by],
      `CASE WHEN ${part} = '' THEN ${by} || array_to_string(list_transform(string_split(${s}, ''), lambda e: e || ${by}), '') ` +
        `ELSE replace(${s}, ${part}, ${by}) END`,
    ),
  ),
  scalar('reverse(varchar) -> varchar', (s) => `reverse(${s})`),
  scalar('strpos(varchar, varchar) -> bigint', (s, part) => `CAST(strpos(${s}, ${part}) AS BIGINT)`),
  scalar('strpos(varchar, varchar, bigint) -> bigint', (s, part, nth) =>
    unlessNull(
      [s, part, nth],
      failWhen(
        `${nth} <= 0`,
        "'instance' must be a positive or negative number.",
        bigint,
        `CAST(${nthPosition(s, part, nth)} AS BIGINT)`,
      ),
    ),
  ),
  scalar('starts_with(varchar, varchar) -> boolean', (s, part) => `starts_with(${s}, ${part})`),
  scalar('split(varchar, varchar) -> array(varchar)', (s, by) =>
    failWhen(
      `${by} = ''`,
      'The delimiter may not be the empty string',
      { kind: 'array', element: varchar },
      `string_split(${s}, ${by})`,
    ),
  ),
  scalar('split(varchar, varchar, bigint) -> array(varchar)', (s, by, limit) =>
    unlessNull(
      [s, by, limit],
      failWhen(
        `${limit} <= 0`,
        'Limit must be positive',
        { kind: 'array', element: varchar },
        `CASE WHEN len(string_split(${s}, ${by})) <= ${limit} THEN string_split(${s}, ${by}) ELSE ` +
          `list_append(list_slice(string_split(${s}, ${by}), 1, ${limit} - 1), ` +
          `array_to_string(list_slice(string_split(${s}, ${by}), ${limit}, len(string_split(${s}, ${by}))), ${by})) END`,
      ),
    ),
  ),
  scalar('split_part(varchar, varchar, bigint) -> varchar', (s, by, index) =>
    failWhen(
      `${index} <= 0`,
      'Index must be greater than zero',
      varchar,
      `list_extract(string_split(${s}, ${by}), ${index})`,
    ),
  ),
  ...substring('substr'),
  ...substring('substring'),
  scalar(
    'concat_ws(varchar, varchar...) -> varchar',
    (by, ...parts) => `CASE WHEN ${by} IS NULL THEN NULL ELSE concat_ws(${[by, ...parts].join(', ')}) END`,
  ),
  scalar(
    'concat_ws(varchar, array(varchar)) -> varchar',
    (by, parts) =>
      `CASE WHEN ${by} IS NULL THEN NULL ELSE coalesce(array_to_string(list_filter(${parts}, lambda e: e IS NOT NULL), ${by}), '') END`,
  ),
  scalar('chr(bigint) -> varchar', (n) => `chr(CAST(${n} AS INTEGER))`),
  scalar('codepoint(varchar) -> integer', (s) =>
    failWhen(
      `length(${s}) <> 1`,
      'Input string must be a single character string',
      { kind: 'integer' },
      `unicode(${s})`,
    ),
  ),
  scalar('levenshtein_distance(varchar, varchar) -> bigint', (a, b) => `levenshtein(${a}, ${b})`),
  scalar('hamming_distance(varchar, varchar) -> bigint', (a, b) => `hamming(${a}, ${b})`),
  scalar('translate(varchar, varchar, varchar) -> varchar', (s, from, to) => `translate(${s}, ${from}, ${to})`),
  scalar('to_utf8(varchar) -> varbinary', (s) => `encode(${s})`),
  scalar('from_utf8(varbinary) -> varchar', (b) => `decode(${b})`),
  scalar('to_hex(varbinary) -> varchar', (b) => `hex(${b})`),
  scalar('from_hex(varchar) -> varbinary', (s) => `unhex(${s})`),
  scalar('to_base64(varbinary) -> varchar', (b) => `to_base64(${b})`),
  scalar('from_base64(varchar) -> varbinary', (s) => `from_base64(${padded(s)})`),
  scalar('to_base64url(varbinary) -> varchar', (b) => `replace(replace(to_base64(${b}), '+', '-'), '/', '_')`),
  scalar(
    'from_base64url(varchar) -> varbinary',
    (s) => `from_base64(${padded(`replace(replace(${s}, '-', '+'), '_', '/')`)})`,
  ),
  scalar('md5(varbinary) -> varbinary', (b) => `unhex(md5(${b}))`),
  scalar('sha1(varbinary) -> varbinary', (b) => `unhex(sha1(${b}))`),
  scalar('sha256(varbinary) -> varbinary', (b) => `unhex(sha256(${b}))`),
  scalar('uuid() -> varchar', () => 'CAST(uuid() AS VARCHAR)'),
]

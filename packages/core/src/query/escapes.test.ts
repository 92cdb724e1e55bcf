import { describe, expect, it } from 'vitest'
import { readStatement, rowOf, timestamp, varchar } from './index.ts'

const table = '0a1b2c3d-1111-2222-3333-444455556666'
const schema = {
  columns: [
    { name: 'eventname', type: varchar },
    { name: 'eventtime', type: timestamp },
    { name: 'useridentity', type: rowOf({ arn: varchar }) },
  ],
}

function read(text: string) {
  return readStatement(text, { dialect: 'lake', tables: (name) => (name === table ? schema : undefined) })
}

/** Each tries to reach what is not the table: files, settings, other tables, the engine itself. */
const attempts: readonly string[] = [
  // Statements that are no SELECT.
  "COPY (SELECT 1) TO '/tmp/x'",
  `COPY "${table}" TO '/tmp/x.csv'`,
  "COPY t FROM '/etc/passwd'",
  "ATTACH '/tmp/x.db'",
  "ATTACH 'x.db' AS y (TYPE sqlite)",
  'DETACH y',
  'PRAGMA database_list',
  "PRAGMA enable_profiling='json'",
  'SET enable_external_access = true',
  "SET allowed_paths = ['/']",
  'RESET lock_configuration',
  'INSTALL httpfs',
  "LOAD 'x.duckdb_extension'",
  'CREATE TABLE t (x int)',
  'CREATE VIEW v AS SELECT 1',
  'CREATE MACRO m() AS 1',
  'CREATE SECRET s (TYPE s3)',
  `INSERT INTO "${table}" VALUES (1)`,
  `DELETE FROM "${table}"`,
  `UPDATE "${table}" SET eventname = 'x'`,
  `DROP VIEW "${table}"`,
  `ALTER TABLE "${table}" ADD COLUMN x int`,
  `TRUNCATE "${table}"`,
  "EXPORT DATABASE '/tmp/x'",
  "IMPORT DATABASE '/tmp/x'",
  'CALL duckdb_functions()',
  'EXPLAIN SELECT 1',
  'EXPLAIN ANALYZE SELECT 1',
  'SHOW TABLES',
  `DESCRIBE "${table}"`,
  'SUMMARIZE t',
  'PREPARE p AS SELECT 1',
  'EXECUTE p',
  'BEGIN',
  'CHECKPOINT',
  'VACUUM',
  'USE x',
  `FROM "${table}"`,
  `PIVOT "${table}" ON eventname`,
  'WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT * FROM t',
  `WITH t AS (DELETE FROM "${table}" RETURNING *) SELECT * FROM t`,
  // More than one statement.
  'SELECT 1; SELECT 2',
  "SELECT 1; COPY (SELECT 1) TO '/tmp/x'",
  `SELECT 1;;`,
  "SELECT 1 /* ; */ ; ATTACH 'x'",
  "SELECT 1 -- x\n; ATTACH 'x'",
  "SELECT 'a''; ATTACH ''x'; ATTACH 'y'",
  // Tables that are files or functions.
  "SELECT * FROM '/etc/passwd'",
  `SELECT * FROM "/etc/passwd"`,
  `SELECT * FROM "s3://bucket/x.parquet"`,
  `SELECT * FROM "x.csv"`,
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('/etc/passwd')",
  "SELECT * FROM read_parquet('/tmp/*.parquet')",
  "SELECT * FROM read_json_auto('/tmp/x')",
  "SELECT * FROM glob('/*')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM parquet_metadata('x')",
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM range(100000000000)',
  "SELECT * FROM query('SELECT 1')",
  "SELECT * FROM query_table('x')",
  "SELECT * FROM TABLE(read_text('/etc/passwd'))",
  "SELECT * FROM LATERAL read_text('/etc/passwd')",
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM duckdb_tables',
  `SELECT * FROM memory.main."${table}"`,
  'SELECT * FROM 0a1b2c3d-1111-2222-3333-444455556667',
  // The same, inside.
  "WITH t AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM t",
  `WITH read_text AS (SELECT 1) SELECT * FROM read_text('/etc/passwd')`,
  `SELECT (SELECT content FROM read_text('/etc/passwd'))`,
  `SELECT * FROM "${table}" WHERE eventname IN (SELECT * FROM '/etc/passwd')`,
  `SELECT * FROM "${table}" WHERE EXISTS (SELECT 1 FROM glob('/*'))`,
  `SELECT * FROM "${table}" UNION ALL SELECT * FROM read_csv('x')`,
  `SELECT * FROM "${table}" JOIN read_text('x') ON true`,
  `SELECT * FROM "${table}", UNNEST(glob('/*')) AS t (x)`,
  `SELECT transform(ARRAY[1], x -> (SELECT content FROM read_text('/etc/passwd')))`,
  `SELECT count(*) FILTER (WHERE getenv('HOME') = 'x') FROM "${table}"`,
  `SELECT eventname FROM "${table}" ORDER BY getenv('HOME')`,
  `SELECT rank() OVER (ORDER BY getenv('HOME')) FROM "${table}"`,
  // Functions that only the engine has.
  "SELECT getenv('HOME')",
  "SELECT current_setting('allowed_paths')",
  'SELECT version()',
  'SELECT pg_typeof(1)',
  "SELECT nextval('x')",
  "SELECT query('SELECT 1')",
  "SELECT list_aggregate([1], 'sum')",
  "SELECT error('x')",
  "SELECT sql_auto_complete('x')",
  'SELECT array_agg(unnest(range(100000000)))',
  "SELECT parse_path('x')",
  "SELECT main.lower('x')",
  "SELECT system.main.read_text('x')",
  `SELECT "read_text"('x')`,
  // Syntax that only the engine has.
  "SELECT 'x'::varchar",
  'SELECT [1, 2]',
  "SELECT {'a': 1}",
  'SELECT $1',
  'SELECT #1',
  'SELECT @x',
  'SELECT 1 ** 2',
  `SELECT * EXCLUDE (eventname) FROM "${table}"`,
  `SELECT COLUMNS('.*') FROM "${table}"`,
  `SELECT * FROM "${table}" TABLESAMPLE BERNOULLI (50)`,
  `SELECT * FROM "${table}" QUALIFY row_number() OVER () = 1`,
  `SELECT eventname FROM "${table}" GROUP BY ALL`,
  `SELECT x'00'`,
  "SELECT U&'\\0041'",
  "SELECT E'\\n'",
  'SELECT $$x$$',
  `SELECT * FROM \`${table}\``,
  'SELECT 1 INTO x',
  `SELECT eventname FROM "${table}" FOR UPDATE`,
]

describe('an attempt to get out', () => {
  it.each(attempts)('is refused: %s', (text) => {
    expect(read(text)).toMatchObject({ kind: 'refused', message: expect.stringMatching(/^line \d+:\d+: /) })
  })
  it('was made in more than 74 ways', () => {
    expect(new Set(attempts).size).toBeGreaterThan(74)
  })
})

describe('a statement that is too much', () => {
  const deep = (open: string, middle: string, close: string, depth: number) =>
    `SELECT ${open.repeat(depth)}${middle}${close.repeat(depth)}`
  it.each([
    ['parentheses', deep('(', '1', ')', 3000)],
    ['minus signs', `SELECT ${'- '.repeat(4000)}1`],
    ['NOTs', `SELECT ${'NOT '.repeat(2000)}true`],
    ['calls', deep('abs(', '1', ')', 1500)],
    ['calls that say their argument twice', deep('trim_array(', 'ARRAY[1]', ', 0)', 500)],
    ['subqueries', deep('(SELECT ', '1', ')', 700)],
    ['queries in FROM', `SELECT 1 FROM ${'(SELECT 1 FROM '.repeat(500)}(SELECT 1)${')'.repeat(500)}`],
    ['arrays', deep('ARRAY[', '1', ']', 800)],
    ['types', `SELECT CAST(NULL AS ${'array('.repeat(800)}bigint${')'.repeat(800)})`],
    ['a long sum', `SELECT 1${' + 1'.repeat(2000)}`],
    ['subscripts', `SELECT ARRAY[1]${'[1]'.repeat(2500)}`],
    ['fields', `SELECT a${'.b'.repeat(4000)}`],
    ['casts', deep('CAST(', '1', ' AS bigint)', 500)],
    ['CASEs', deep('CASE WHEN true THEN ', '1', ' END', 300)],
    ['unions', `SELECT 1${' UNION ALL SELECT 1'.repeat(400)}`],
    ['joins', `SELECT 1 FROM (VALUES 1)${' CROSS JOIN (VALUES 1)'.repeat(400)}`],
    ['lambdas', `SELECT ${'transform(ARRAY[1], x -> '.repeat(300)}1${')'.repeat(300)}`],
    ['characters', `SELECT '${'x'.repeat(10_000)}'`],
  ])('is refused or understood, at once: %s', (_, text) => {
    const statement = read(text)
    if (statement.kind === 'query') expect(statement.text.length).toBeLessThan(1_000_000)
    else expect(statement.kind).toBe('refused')
  })
  it('is refused when calls in calls would double it', () => {
    const text = `SELECT ${'substr('.repeat(150)}eventname${', 2)'.repeat(150)} FROM ${table}`
    const statement = read(text)
    if (statement.kind === 'query') expect(statement.text.length).toBeLessThan(400_000)
    else expect(statement).toMatchObject({ kind: 'refused' })
  })
})

describe('a text of the caller', () => {
  /** What stands outside of quotes. */
  const bare = (text: string) => text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '·')

  it.each([
    ["zip_with(ARRAY[' || getenv(1) || '], ARRAY['x'], (x, y) -> 'p0_0')", 'getenv'],
    ["reduce(ARRAY[' || getenv(1) || '], '', (s, x) -> 'p0_0 p0_1', s -> s)", 'getenv'],
    ["transform_values(MAP(ARRAY['a'], ARRAY[' || getenv(1)']), (k, v) -> 'p0_1' || v)", 'getenv'],
    ["regexp_replace('x', 'x', ''' || getenv(1) || ''')", 'getenv'],
    ["json_extract('{}', '$[\"''|| getenv(1) ||''\"]')", 'getenv'],
    ["date_format(now(), '%Y'' || getenv(1) || ''')", 'getenv'],
    [`format_datetime(now(), 'yyyy"getenv"')`, 'getenv'],
    ["'a\\' || 'getenv(1)'", 'getenv'],
    ['1 AS "x"" FROM read_text(\'y\') --"', 'read_text'],
    ['CAST(ROW(1) AS ROW("a"" FROM read_text(\'y\') --" integer))."a"" FROM read_text(\'y\') --"', 'read_text'],
    [`eventname FROM "${table}" AS "x"" , read_text('y') --"`, 'read_text'],
  ])('stays one: %s', (text, danger) => {
    const statement = read(`SELECT ${text}`)
    if (statement.kind === 'query') expect(bare(statement.text)).not.toContain(danger)
    else expect(statement.kind).toBe('refused')
  })
})

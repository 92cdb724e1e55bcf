import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Where sources are. What a person tries out beside them, as the README says, is none of our business. */
const ours = ['.ci', 'bench', 'changelog', 'deploy', 'docs', 'models', 'packages', 'scripts', 'tests']

/** Everything that is or would be committed, by path below the root. */
export const files: readonly string[] = [
  ...listed('--cached'),
  ...listed('--others', '--exclude-standard', '--', ...ours),
].filter((path) => path !== '' && existsSync(join(root, path)))

function listed(...options: readonly string[]): readonly string[] {
  const given = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  return execFileSync('git', ['ls-files', '--deduplicate', ...options], given).split('\n')
}

/** A TypeScript file of ours. */
export interface Source {
  readonly path: string
  readonly text: string
  /** Without comments: what the rules about code look at. */
  readonly code: string
  /** A test, or what only tests use. */
  readonly isTest: boolean
  /** Paths of files of ours, and names of packages. */
  readonly imports: readonly string[]
}

export const sources: readonly Source[] = files
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = read(path)
    const code = withoutComments(text)
    return { path, text, code, isTest: /\.(test|fixture)\.ts$/.test(path), imports: importsOf(path, code) }
  })

/** Written by people, and part of what runs: what most rules are about. */
export const productSources = sources.filter(
  ({ path, isTest }) => !isTest && /^packages\/[^/]+\/src\//.test(path) && !path.includes('/generated/'),
)

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Whole-line comments and those after code; a `//` inside a string, as in a URL, follows no space and stays. */
function withoutComments(text: string): string {
  return text
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '')
}

function importsOf(path: string, code: string): readonly string[] {
  const specifiers = [...code.matchAll(/(?:\bfrom\s+|\bimport\(\s*|^import\s+)'([^']+)'/gm)].map(
    (match) => match[1] ?? '',
  )
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/') : specifier,
  )
}

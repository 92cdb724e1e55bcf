import { readFileSync } from 'node:fs'

const words = (
  JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as Manifest
).scripts.start.split(' ')
const node = words.indexOf('node')

/** The flags of Node with which `npm start` starts the server: what is tested and measured is what people run. */
export const startFlags: readonly string[] = words.slice(node + 1).filter((word) => word.startsWith('--'))

/** The variables that it sets. */
export const startEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  words.slice(0, node).map((word) => word.split('=') as [string, string]),
)

interface Manifest {
  readonly scripts: { readonly start: string }
}

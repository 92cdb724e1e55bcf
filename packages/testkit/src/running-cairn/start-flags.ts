import { readFileSync } from 'node:fs'

/** The flags of Node with which `npm start` starts the server: what is measured is what people run. */
export const startFlags: readonly string[] = flagsOf(
  (JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as Manifest).scripts.start,
)

interface Manifest {
  readonly scripts: { readonly start: string }
}

function flagsOf(command: string): readonly string[] {
  const words = command.split(' ').slice(1)
  return words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  )
}

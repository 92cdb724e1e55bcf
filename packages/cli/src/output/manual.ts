import { readFileSync } from 'node:fs'

/** The manual of faults, in the repository and in the package. */
const pages = new URL(
  import.meta.filename.endsWith('.ts') ? '../../../../docs/reference/faults/' : '../docs/reference/faults/',
  import.meta.url,
)

/**
 * What the manual says of a fault, `<area>.<what>`: what happened and what the operator does. `undefined` for codes
 * that are none of ours, and where the manual is not at hand.
 */
export function manualOf(code: string): string | undefined {
  const [, area] = /^([a-z][a-z-]*)\.[a-z][a-z-]*$/.exec(code) ?? []
  if (area === undefined) return undefined
  const section = readPage(area)
    .split(/^## /m)
    .find((part) => part.startsWith(`${code}\n`))
  // Paragraphs are broken for their readers in an editor; a terminal breaks lines by itself.
  return section
    ?.slice(code.length)
    .trim()
    .replace(/(?<!\n)\n(?!\n)/g, ' ')
}

function readPage(area: string): string {
  try {
    return readFileSync(new URL(`${area}.md`, pages), 'utf8')
  } catch {
    return ''
  }
}

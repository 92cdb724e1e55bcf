import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '../fault.ts'

/** Version of the files in this folder. An older program refuses a newer one's. */
const format = 1

/**
 * Writes a small JSON file that only its owner can read; complete or not at all, and still there after a power cut.
 *
 * @throws Fault `local.file-not-written`
 */
export function writePrivateFile(path: string, content: object): void {
  const draft = `${path}.draft`
  try {
    const file = openSync(draft, 'w', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify({ format, ...content }, undefined, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
    const folder = openSync(dirname(path), 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch (cause) {
    throw new Fault('local.file-not-written', 'file cannot be written', { path }, { cause })
  }
}

/**
 * What `writePrivateFile` wrote; `undefined` when there is no such file.
 *
 * @throws Fault `local.file-unreadable` when it may not be read, is damaged or of another format
 */
export function readPrivateFile(path: string): Readonly<Record<string, unknown>> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw new Fault('local.file-unreadable', 'file cannot be read', { path, reason }, { cause })
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new Fault('local.file-unreadable', 'file is damaged', { path }, { cause })
  }
  const found = typeof content === 'object' && content !== null && 'format' in content ? content.format : undefined
  if (found !== format) {
    throw new Fault('local.file-unreadable', 'file has another format', { path, format: String(found), known: format })
  }
  return content as Readonly<Record<string, unknown>>
}

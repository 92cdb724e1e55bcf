import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure } from '../failure.ts'
import { isFolder } from '../is-folder.ts'
import type { EvidenceObject } from './evidence.ts'

/**
 * What a folder may hold beside the copied objects: their metadata, a JSON object a line,
 * `{"key":"AWSLogs/…","metadata":{"signature":"…","signature-algorithm":"…"}}`. Plain copies, such as those of
 * `aws s3 sync`, do not carry it.
 */
export const metadataFileName = 'metadata.jsonl'

/** The files below a folder, in no order. Hidden ones are passed over. */
export async function* folderEvidence(
  folder: string,
  options: { readonly metadataFile?: string; readonly shownAs?: string } = {},
): AsyncGenerator<EvidenceObject> {
  const root = resolve(folder)
  await requireFolder(root)
  const metadata = await readMetadata(options.metadataFile ?? join(root, metadataFileName), options.metadataFile)
  const shown = join(options.shownAs ?? folder, '/')
  for (const keys of below(root)) {
    for (const key of keys) {
      const known = metadata && (metadataOf(key, metadata) ?? {})
      yield { key, place: `${shown}${key}`, path: `${root}/${key}`, ...(known && { metadata: known }) }
    }
  }
}

/** @throws CommandFailure when there is none */
export async function requireFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  throw new CommandFailure(`There is no folder ${path}.`, { advice: 'Give the folder that holds AWSLogs.' })
}

/**
 * By the key, whatever folders it was put below since: an unpacked evidence pack has `objects/<bucket>/` before each.
 * A signature that is another object's proves nothing of this one.
 */
function metadataOf(path: string, metadata: Metadata): Readonly<Record<string, string>> | undefined {
  for (let key = path; ; key = key.slice(key.indexOf('/') + 1)) {
    const known = metadata.get(key)
    if (known !== undefined || !key.includes('/')) return known
  }
}

type Metadata = ReadonlyMap<string, Readonly<Record<string, string>>>

/** The files of each folder. */
function* below(root: string): Generator<readonly string[]> {
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    const files: string[] = []
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) folders.push(`${folder}${entry.name}/`)
      else if (entry.isFile()) files.push(`${folder}${entry.name}`)
    }
    yield files
  }
}

async function readMetadata(path: string, asked: string | undefined): Promise<Metadata | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (asked === undefined && cause.code === 'ENOENT') return undefined
    throw new CommandFailure(`The metadata in ${path} cannot be read.`, { cause })
  })
  if (text === undefined) return undefined
  try {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    return new Map(
      lines.map((line) => {
        const { key, metadata } = JSON.parse(line) as { key: string; metadata: Readonly<Record<string, string>> }
        return [key, metadata] as const
      }),
    )
  } catch (cause) {
    throw new CommandFailure(`The metadata in ${path} is not what it should be.`, {
      cause,
      advice: 'Each line must be {"key":"AWSLogs/…","metadata":{"signature":"…"}}.',
    })
  }
}

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const archive = new URL('../../../../shared/data/sets.tar.gz', import.meta.url)

/**
 * A folder with public real log files and other third-party material, unpacked anew and removed at exit; `undefined`
 * where the archive is absent. It lies beside the repository and is never committed: tests that need it are skipped,
 * by name, without it.
 */
export function realData(): string | undefined {
  if (!existsSync(archive)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'cairn-real-data-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  execFileSync('tar', ['-xzf', archive.pathname, '-C', folder])
  return folder
}

/** Paths of all files below `folder`, sorted, relative to it. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

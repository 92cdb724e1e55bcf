import { Fault } from '../../fault.ts'
import { type Disk, errorCode, publish, readRange } from '../disk/index.ts'
import { OpenSegment } from './open-segment.ts'
import type { Segment } from './segment.ts'
import { segmentFirst } from './segment-format.ts'

const chunkBytes = 1024 * 1024

/**
 * Puts a copy of `segments` as they are now into `target`. Segments that ended never change, only their names go, so
 * a second name is a copy; the last is copied up to what is durable.
 *
 * @throws Fault `log.snapshot-target` when `target` already holds segments
 */
export async function snapshotSegments(
  { disk, directory }: { readonly disk: Disk; readonly directory: string },
  segments: readonly Segment[],
  target: string,
): Promise<{ first: number; end: number }> {
  const last = segments.at(-1)
  const sizes = segments.map(({ writtenBytes }) => writtenBytes)
  const bounds = { first: segments[0]?.first ?? 0, end: last?.end ?? 0 }
  await disk.makeDirectory(target)
  if ((await disk.list(target)).some((name) => segmentFirst(name) !== undefined)) {
    throw new Fault('log.snapshot-target', 'the target already holds a log', { target })
  }
  for (const [nth, segment] of segments.entries()) {
    const grows = segment === last && segment instanceof OpenSegment
    if (grows || !(await link(disk, `${directory}/${segment.name}`, `${target}/${segment.name}`))) {
      await copy(disk, `${directory}/${segment.name}`, target, segment.name, sizes[nth] ?? 0)
    }
  }
  await disk.syncDirectory(target)
  return bounds
}

/** False where the file systems differ or know no links. */
async function link(disk: Disk, from: string, to: string): Promise<boolean> {
  try {
    await disk.link(from, to)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EXDEV' || code === 'EPERM' || code === 'ENOTSUP' || code === 'EMLINK') return false
    throw error
  }
}

async function copy(disk: Disk, from: string, target: string, name: string, bytes: number): Promise<void> {
  const source = await disk.open(from, 'read')
  try {
    await publish(disk, target, name, async (file) => {
      for (let at = 0; at < bytes; at += chunkBytes) {
        await file.write(await readRange(source, at, Math.min(bytes, at + chunkBytes)), at)
      }
    })
  } finally {
    await source.close()
  }
}

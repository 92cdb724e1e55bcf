import { type Disk, isNoSpace, publish } from '../disk/index.ts'

/**
 * Space kept back for Cairn's own audit records when the disk is full: a file that is removed to make room, and written
 * anew when there is room again.
 */
export interface Reserve {
  /** Bytes held back now. */
  readonly bytes: number
  /** Frees the space. */
  release(): Promise<void>
  /** Takes the space again; false when there is not enough for it and for some ordinary writing besides. */
  restore(): Promise<boolean>
}

export interface ReserveOptions {
  readonly disk: Disk
  readonly directory: string
  readonly bytesMax: number
  /** Random bytes: a file system that compresses or leaves holes must not get them for nothing. */
  readonly randomBytes: (count: number) => Uint8Array
}

const name = 'reserve'
const chunkBytes = 64 * 1024
// Without this much beyond the reserve, service would resume only to stop again.
const headroomBytes = 4 * 1024 * 1024

/** Keeps the reserve that is there, if it is whole; else there is none until `restore`. */
export async function openReserve(options: ReserveOptions): Promise<Reserve> {
  const { disk, directory, bytesMax } = options
  const path = `${directory}/${name}`
  let bytes = await existingBytes(options)

  return {
    get bytes() {
      return bytes
    },
    async release() {
      if (bytes === 0) return
      bytes = 0
      await disk.remove(path)
      await disk.syncDirectory(directory)
    },
    async restore() {
      if (bytes === bytesMax) return (await disk.freeBytes(directory)) >= headroomBytes
      if ((await disk.freeBytes(directory)) < bytesMax + headroomBytes) return false
      try {
        await publish(disk, directory, name, async (file) => {
          for (let at = 0; at < bytesMax; at += chunkBytes) {
            await file.write(options.randomBytes(Math.min(chunkBytes, bytesMax - at)), at)
          }
        })
      } catch (error) {
        if (isNoSpace(error)) return false
        throw error
      }
      bytes = bytesMax
      return true
    },
  }
}

async function existingBytes({ disk, directory, bytesMax }: ReserveOptions): Promise<number> {
  if (!(await disk.list(directory)).includes(name)) return 0
  const file = await disk.open(`${directory}/${name}`, 'read')
  try {
    return (await file.size()) === bytesMax ? bytesMax : 0
  } finally {
    await file.close()
  }
}

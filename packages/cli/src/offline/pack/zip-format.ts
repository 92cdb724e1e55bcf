/*
 * The subset of ZIP (APPNOTE 6.3) in which packs are written: entries are stored as they are, one behind the other,
 * and every byte that is not content follows from names, sizes and checksums.
 *
 *   pack      := (local content)* central* [end64 locator64] end
 *   local     := 30 bytes, name                      content := the entry's bytes
 *   central   := 46 bytes, name, [extra64]           extra64 := offset, where it does not fit into 32 bits
 *   end64     := 56 bytes, locator64 := 20 bytes     where entries or offsets do not fit into `end`
 *   end       := 22 bytes
 *
 * So a reader can make those bytes again and compare: no byte of a pack can change unnoticed. Names are UTF-8. Every
 * unzip program reads it. An entry has less than 4 GiB: it is a log file.
 */

export interface ZipEntry {
  readonly name: string
  /** Bytes; below 2^32. */
  readonly size: number
  readonly crc32: number
  /** Of the local header in the file. */
  readonly offset: number
}

const localSignature = 0x04034b50
const centralSignature = 0x02014b50
const end64Signature = 0x06064b50
const locator64Signature = 0x07064b50
const endSignature = 0x06054b50

const versionStored = 20
const version64 = 45
const utf8Names = 0x0800
/** 1980-01-01: a pack says elsewhere when it was made. */
const noDate = 0x0021

const max16 = 0xffff
const max32 = 0xffff_ffff

export const endBytes = 22
export const end64Bytes = 56
export const locator64Bytes = 20
const centralBytes = 46
const localBytes = 30

export function localHeader({ name, size, crc32 }: ZipEntry): Buffer {
  const encoded = Buffer.from(name)
  const header = Buffer.alloc(localBytes)
  header.writeUInt32LE(localSignature, 0)
  header.writeUInt16LE(versionStored, 4)
  header.writeUInt16LE(utf8Names, 6)
  header.writeUInt16LE(noDate, 12)
  header.writeUInt32LE(crc32, 14)
  header.writeUInt32LE(size, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(encoded.length, 26)
  return Buffer.concat([header, encoded])
}

export function centralHeader({ name, size, crc32, offset }: ZipEntry): Buffer {
  const encoded = Buffer.from(name)
  const extra = offset < max32 ? Buffer.alloc(0) : extra64(offset)
  const header = Buffer.alloc(centralBytes)
  header.writeUInt32LE(centralSignature, 0)
  header.writeUInt16LE(version64, 4)
  header.writeUInt16LE(extra.length === 0 ? versionStored : version64, 6)
  header.writeUInt16LE(utf8Names, 8)
  header.writeUInt16LE(noDate, 14)
  header.writeUInt32LE(crc32, 16)
  header.writeUInt32LE(size, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(encoded.length, 28)
  header.writeUInt16LE(extra.length, 30)
  header.writeUInt32LE(Math.min(offset, max32), 42)
  return Buffer.concat([header, encoded, extra])
}

/** What follows the central headers. */
export function ending(directory: {
  readonly entries: number
  readonly offset: number
  readonly bytes: number
}): Buffer {
  const { entries, offset, bytes } = directory
  const end = Buffer.alloc(endBytes)
  end.writeUInt32LE(endSignature, 0)
  end.writeUInt16LE(Math.min(entries, max16), 8)
  end.writeUInt16LE(Math.min(entries, max16), 10)
  end.writeUInt32LE(Math.min(bytes, max32), 12)
  end.writeUInt32LE(Math.min(offset, max32), 16)
  if (entries < max16 && offset < max32 && bytes < max32) return end
  const end64 = Buffer.alloc(end64Bytes)
  end64.writeUInt32LE(end64Signature, 0)
  end64.writeBigUInt64LE(BigInt(end64Bytes - 12), 4)
  end64.writeUInt16LE(version64, 12)
  end64.writeUInt16LE(version64, 14)
  end64.writeBigUInt64LE(BigInt(entries), 24)
  end64.writeBigUInt64LE(BigInt(entries), 32)
  end64.writeBigUInt64LE(BigInt(bytes), 40)
  end64.writeBigUInt64LE(BigInt(offset), 48)
  const locator64 = Buffer.alloc(locator64Bytes)
  locator64.writeUInt32LE(locator64Signature, 0)
  locator64.writeBigUInt64LE(BigInt(offset + bytes), 8)
  locator64.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator64, end])
}

/** Where the central headers are, as the last bytes of a file say; `undefined` when they are no end of a pack. */
export function readEnding(tail: Buffer): { readonly offset: number; readonly bytes: number } | undefined {
  const end = tail.subarray(-endBytes)
  if (end.length < endBytes || end.readUInt32LE(0) !== endSignature) return undefined
  const end64 = tail.subarray(-endBytes - locator64Bytes - end64Bytes, -endBytes - locator64Bytes)
  const is64 = end64.length === end64Bytes && end64.readUInt32LE(0) === end64Signature
  if (!is64) return { bytes: end.readUInt32LE(12), offset: end.readUInt32LE(16) }
  return { bytes: Number(end64.readBigUInt64LE(40)), offset: Number(end64.readBigUInt64LE(48)) }
}

/** The entries that central headers name; `undefined` when they are none. Whether they are as written is not judged. */
export function readCentralHeaders(bytes: Buffer): readonly ZipEntry[] | undefined {
  const entries: ZipEntry[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + centralBytes > bytes.length || bytes.readUInt32LE(at) !== centralSignature) return undefined
    const nameBytes = bytes.readUInt16LE(at + 28)
    const extraBytes = bytes.readUInt16LE(at + 30)
    const nameAt = at + centralBytes
    const extra = bytes.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes)
    entries.push({
      name: bytes.toString('utf8', nameAt, nameAt + nameBytes),
      crc32: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 20),
      offset: extra.length === extraOffsetBytes ? Number(extra.readBigUInt64LE(4)) : bytes.readUInt32LE(at + 42),
    })
    at = nameAt + nameBytes + extraBytes
  }
  return entries
}

const extraOffsetBytes = 12

function extra64(offset: number): Buffer {
  const extra = Buffer.alloc(extraOffsetBytes)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8, 2)
  extra.writeBigUInt64LE(BigInt(offset), 4)
  return extra
}

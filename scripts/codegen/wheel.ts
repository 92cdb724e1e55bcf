import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync, inflateRawSync } from 'node:zlib'

/** A release of botocore that something is generated from; both lines change together. */
export interface Pin {
  readonly version: string
  readonly sha256: string
}

/** The one release the models come from. */
export const pin: Pin = {
  version: '1.44.5',
  sha256: '8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921',
}

/** The last release that speaks to SQS by the query protocol; what things are called there comes from it. */
export const queryPin: Pin = {
  version: '1.31.80',
  sha256: '1c693c0f8b2553fcbe0df223241191e6f9f60b4245d65c1822c08f659274fef2',
}

/** Where the models come from, as the generated files say it. */
export const origin = `botocore ${pin.version}`

/** A pinned wheel, opened. */
export interface Wheel {
  readonly paths: readonly string[]
  /** A file of the wheel; files that are gzipped inside are inflated. */
  read(path: string): Buffer
}

/**
 * Opens a pinned wheel in `cacheFolder`; with `mayDownload`, fetches it there through pip when it is missing.
 * `undefined` when it is not to be had, which is no error: the committed models then stand.
 */
export function openWheel(pin: Pin, cacheFolder: string, mayDownload: boolean): Wheel | undefined {
  const file = `${cacheFolder}/botocore-${pin.version}-py3-none-any.whl`
  if (!existsSync(file) && !(mayDownload && download(pin, cacheFolder))) return undefined
  const bytes = readFileSync(file)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== pin.sha256) throw new Error(`${file} has sha256 ${found}, expected ${pin.sha256}`)
  const entries = readDirectory(bytes)
  return {
    paths: [...entries.keys()],
    read(path) {
      const entry = entries.get(path)
      if (entry === undefined) throw new Error(`${path} is not in ${file}`)
      const content = entry.isDeflated ? inflateRawSync(entry.data) : entry.data
      return content.readUInt16BE(0) === 0x1f8b ? gunzipSync(content) : content
    },
  }
}

function download({ version }: Pin, folder: string): boolean {
  try {
    const what = ['download', `botocore==${version}`, '--no-deps', '--only-binary', ':all:', '--dest', folder]
    execFileSync('python3', ['-m', 'pip', ...what], { stdio: 'ignore', timeout: 90_000 })
    return true
  } catch {
    return false
  }
}

/**
 * A wheel is a zip archive without encryption, spanning or zip64:
 *
 *     archive   = { local header ‖ name ‖ extra ‖ data } ‖ { central header ‖ name ‖ extra ‖ comment } ‖ end record
 *     end       = "PK\5\6" … +10 entries u16 … +16 offset of the first central header u32
 *     central   = "PK\1\2" … +10 method u16 … +20 packed size u32 … +28 name u16, +30 extra u16, +32 comment u16 …
 *                 +42 offset of the local header u32 … +46 name
 *     local     = "PK\3\4" … +26 name u16, +28 extra u16, +30 name
 */
function readDirectory(bytes: Buffer): Map<string, { isDeflated: boolean; data: Buffer }> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error('the wheel is not a zip archive')
  const entries = new Map<string, { isDeflated: boolean; data: Buffer }>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameBytes = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes)
    const local = bytes.readUInt32LE(at + 42)
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(data, data + bytes.readUInt32LE(at + 20))
    entries.set(name, { isDeflated: bytes.readUInt16LE(at + 10) === 8, data: packed })
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

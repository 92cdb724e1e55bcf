/**
 * An import from a store up to where its files are parsed: listing, marks, fetching, against the same objects fetched by
 * plain `node:http` over as many connections. The store is a process of its own that answers from memory, so it takes
 * part of the same processor in both.
 *
 * Usage: node bench/import-store.ts [files]
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import { createS3Store } from '@cairn/server/storage/s3'
import { createStoreImports } from '../packages/server/src/capture/store-imports/index.ts'
import { createMemoryCatalog } from '../packages/server/src/storage/memory/catalog.ts'
import { createMemoryObjectStore } from '../packages/server/src/storage/memory/object-store.ts'
import { createSqliteMarkSet } from '../packages/server/src/storage/sqlite-marks/index.ts'

const zeros = { records: 0, added: 0, duplicates: 0, conflicts: 0, outside: 0, expired: 0, digests: 0, setAside: 0 }

if (process.argv[2] === 'serve') serve(Number(process.argv[3]))
else await measure(Number(process.argv[2] ?? 3000))

function keyOf(index: number): string {
  const day = String(1 + (index % 28)).padStart(2, '0')
  return `AWSLogs/111111111111/CloudTrail/eu-west-1/2025/01/${day}/${String(index).padStart(6, '0')}.json.gz`
}

function serve(files: number): void {
  const body = gzipSync(JSON.stringify({ Records: Array.from({ length: 100 }, (_, n) => ({ eventName: `E${n}`, n })) }))
  const keys = Array.from({ length: files }, (_, index) => keyOf(index)).sort()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    if (!url.searchParams.has('list-type')) {
      response.writeHead(200, { etag: '"e"', 'content-length': body.length }).end(body)
      return
    }
    const prefix = url.searchParams.get('prefix') ?? ''
    const after = url.searchParams.get('continuation-token') ?? url.searchParams.get('start-after') ?? ''
    const from = keys.findIndex((key) => key > after && key.startsWith(prefix))
    const page = from < 0 ? [] : keys.slice(from, from + 1000)
    const more = from >= 0 && from + 1000 < keys.length
    const contents = page.map(
      (key) => `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>${body.length}</Size></Contents>`,
    )
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
    response.end(`<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`)
  })
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
}

async function measure(files: number): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, 'serve', String(files)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-import-store-'))
  try {
    const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    const ratios: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const plain = await timed(files, () => fetchPlainly(files, Number(port)))
      const [ours, again] = await importFrom(files, `http://127.0.0.1:${port}`, join(folder, `${round}.db`))
      ratios.push(ours / plain)
      const shown = [plain, ours, again].map((rate) => Math.round(rate).toLocaleString('en-US'))
      process.stdout.write(
        `plain ${shown[0]}/s  taken in ${shown[1]}/s (${(ours / plain).toFixed(2)})  known ${shown[2]}/s\n`,
      )
    }
    process.stdout.write(`median ratio ${ratios.toSorted()[1]?.toFixed(2)}\n`)
  } finally {
    child.kill()
    await rm(folder, { recursive: true })
  }
}

async function timed(files: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (files / (performance.now() - startedAt)) * 1000
}

async function fetchPlainly(files: number, port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 24 })
  let index = 0
  const worker = async (): Promise<void> => {
    while (index < files) {
      const path = `/logs/${keyOf(index++)}`
      await new Promise<void>((resolve, reject) => {
        get({ port, path, agent }, (answer) => answer.on('end', resolve).resume()).on('error', reject)
      })
    }
  }
  await Promise.all(Array.from({ length: 24 }, worker))
  agent.destroy()
}

async function importFrom(files: number, endpoint: string, path: string): Promise<readonly [number, number]> {
  const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' })
  await using objects = createS3Store({ endpoint, region: 'us-east-1', pathStyle: true, credentials })
  await using marks = createSqliteMarkSet({ path })
  await using imports = createStoreImports({
    queueOf: () => undefined,
    failedFiles: { mark: () => Promise.reject(new TypeError('nothing is checked')), of: () => [], list: () => [] },
    stores: [{ name: 's', endpoint, objects, buckets: [{ name: 'logs', prefixes: [] }] }],
    imports: {
      async *run(request) {
        let count = 0
        for await (const { name, bytes } of request.files) {
          for await (const _ of bytes);
          count += 1
          yield { kind: 'file', name, bytes: 1, ...zeros, problems: [], conflictingIds: [] }
        }
        const sizes = { bytes: 0, recordBytes: 0, accounts: [], tookMs: 0 }
        yield { kind: 'summary', isPlan: false, files: count, ...zeros, ...sizes }
      },
    },
    marks,
    objects: createMemoryObjectStore({ clock: { nowMs: () => 0 } }),
    catalog: createMemoryCatalog(),
    clock: { nowMs: Date.now },
    timer: { sleep: async () => {} },
    ids: { uuid: () => '', bytes: (count) => new Uint8Array(count) },
    followIntervalMs: 1000,
    telemetry: { followTook() {}, followFailed() {} },
  })
  const prefix = 'AWSLogs/111111111111/CloudTrail/eu-west-1/'
  const run = async (): Promise<void> => {
    const signal = new AbortController().signal
    for await (const _ of imports.run({ store: 's', bucket: 'logs', prefix, isPlan: false, signal }));
  }
  return [await timed(files, run), await timed(files, run)]
}

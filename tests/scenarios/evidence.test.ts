import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'

/** Evidence is packed here and verified elsewhere, with nothing but the program. */

const client = clients().aws1
const program = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')

test.skipIf(client.kind === 'absent')(
  'a pack verifies in an empty folder, shows how the trail was configured, and names a file of which a byte was changed',
  { timeout: 120_000 },
  async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const pack = join(folder.path, 'pack.zip')
    {
      const args = ['--delivery-flush-after', '1s', '--clock', 'test=-1d']
      await using cairn = await startCairn({ dataDir, args })
      const aws = async (...words: string[]) => {
        const { code, stdout, stderr } = await cairn.run(programOf(client), ...words, '--output', 'json')
        expect([code, stderr]).toEqual([0, ''])
        return stdout === '' ? {} : JSON.parse(stdout)
      }
      await aws('s3api', 'create-bucket', '--bucket', 'audit')
      const policy = join(folder.path, 'policy.json')
      writeFileSync(policy, (await cairn.cairn('policy', 'bucket', 'audit')).stdout)
      await aws('s3api', 'put-bucket-policy', '--bucket', 'audit', '--policy', `file://${policy}`)
      const trail = (name: string) => ['--name', name, '--s3-bucket-name', 'audit', '--enable-log-file-validation']
      for (const name of ['main', 'other']) {
        await aws('cloudtrail', 'create-trail', ...trail(name))
        await aws('cloudtrail', 'start-logging', '--name', name)
      }
      await aws('cloudtrail', 'update-trail', '--name', 'main', '--is-multi-region-trail')
      const from = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
      const files = async () =>
        ((await aws('s3api', 'list-objects-v2', '--bucket', 'audit')).Contents ?? []).map(
          ({ Key }: { Key: string }) => Key,
        )
      await vi.waitFor(async () => expect((await files()).join()).toContain('/CloudTrail/'), { timeout: 20_000 })
      await cairn.cairn('clock', 'advance', '3h')
      await vi.waitFor(
        async () =>
          expect((await files()).filter((key: string) => /_main_us-east-1_/.test(key)).length).toBeGreaterThan(3),
        { timeout: 20_000 },
      )
      for (const trail of ['main', `arn:aws:cloudtrail:us-east-1:123456789012:trail/main`]) {
        const verified = await cairn.cairn('verify', 's3://audit', '--trail', trail)
        expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^main of 123456789012, /) })
      }
      await aws('s3api', 'create-bucket', '--bucket', 'emptied')
      const emptied = await cairn.cairn('verify', 's3://emptied')
      expect(emptied).toMatchObject({ code: 6, stdout: expect.stringContaining('everything is gone') })
      const made = await cairn.cairn('evidence', '--trail', 'main', '--from', from, '-o', pack)
      expect([made.code, made.stderr]).toEqual([0, ''])
      expect(made.stdout).toContain('Everything that the digests cover is as it was delivered.')
      const whole = await cairn.cairn('evidence', '--trail', 'main', '-o', join(folder.path, 'whole.zip'))
      expect([whole.code, whole.stderr]).toEqual([0, ''])
      const again = await cairn.cairn('evidence', '--trail', 'main', '--from', from, '-o', pack)
      expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') })
    }
    const elsewhere = join(folder.path, 'elsewhere')
    mkdirSync(elsewhere)
    const verify = (file: string) => {
      try {
        const stdout = execFileSync(process.execPath, [program, 'verify', file], {
          cwd: elsewhere,
          env: {},
          stdio: 'pipe',
        })
        return { code: 0, stdout: stdout.toString() }
      } catch (error) {
        const { status, stdout } = error as { status: number; stdout: Buffer }
        return { code: status, stdout: stdout.toString() }
      }
    }
    expect(verify(pack)).toEqual({ code: 0, stdout: expect.stringContaining('cairn: 0 findings') })
    expect(execFileSync('python3', ['-m', 'zipfile', '-t', pack]).toString()).toContain('Done testing')
    const names = execFileSync('python3', ['-m', 'zipfile', '-l', pack]).toString()
    for (const name of ['README.txt', 'public-keys.json', 'trail.json', 'report.txt', 'signature.json'])
      expect(names).toContain(name)
    expect(names).not.toContain('_other_us-east-1_')
    execFileSync('python3', ['-m', 'zipfile', '-e', pack, elsewhere])
    const calls = readFileSync(join(elsewhere, 'configuration.ndjson'), 'utf8').trim().split('\n')
    expect(calls.map((line) => JSON.parse(line).eventName)).toEqual(['CreateTrail', 'StartLogging', 'UpdateTrail'])

    const bytes = readFileSync(pack)
    const file = /objects\/audit\/\S+_CloudTrail_us-east-1_\S+\.json\.gz/.exec(bytes.toString('latin1'))?.[0] ?? ''
    const at = bytes.indexOf(file) + file.length + 40
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(join(elsewhere, 'changed.zip'), bytes)
    expect(verify('changed.zip')).toEqual({ code: 5, stdout: expect.stringContaining(file) })
  },
)

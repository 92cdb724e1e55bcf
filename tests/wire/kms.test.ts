import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Stock clients keep their keys here. */

const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const found = clients()

/** KMS commands of a client: with any exit code, and those that must succeed. */
function callsOf(client: Client) {
  const run = (...args: string[]) => cairn.run(programOf(client), 'kms', ...args, '--output', 'json')
  const kms = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return stdout === '' ? undefined : JSON.parse(stdout)
  }
  return { run, kms }
}

describe.concurrent.each([
  { name: 'aws-cli 1', client: found.aws1, alias: 'alias/one' },
  { name: 'aws-cli 2', client: found.aws2, alias: 'alias/two' },
])('$name', ({ client, alias }) => {
  const { run, kms } = callsOf(client)

  test.skipIf(client.kind === 'absent')(
    'makes a key, encrypts under its alias and decrypts without naming it',
    async () => {
      const { KeyMetadata: key } = await kms('create-key', '--description', 'logs', '--tags', 'TagKey=a,TagValue=b')
      expect(key).toMatchObject({ KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', Description: 'logs' })
      await kms('create-alias', '--alias-name', alias, '--target-key-id', key.KeyId)
      const plain = join(folder.path, `${key.KeyId}.txt`)
      const sealed = join(folder.path, `${key.KeyId}.bin`)
      writeFileSync(plain, 'a secret')
      const context = ['--encryption-context', 'app=audit']
      const encrypted = await kms('encrypt', '--key-id', alias, '--plaintext', `fileb://${plain}`, ...context)
      writeFileSync(sealed, Buffer.from(encrypted.CiphertextBlob, 'base64'))
      const decrypted = await kms('decrypt', '--ciphertext-blob', `fileb://${sealed}`, ...context)
      expect(decrypted.KeyId).toBe(key.Arn)
      expect(Buffer.from(decrypted.Plaintext, 'base64').toString()).toBe('a secret')
      const refused = await run('decrypt', '--ciphertext-blob', `fileb://${sealed}`)
      expect(refused.code).not.toBe(0)
      expect(refused.stderr).toContain('(InvalidCiphertextException)')
    },
  )
})

test.skipIf(found.aws1.kind === 'absent')(
  'aws-cli 1 reads back policy, rotation and a scheduled deletion',
  async () => {
    const { run, kms } = callsOf(found.aws1)
    const { KeyMetadata: key } = await kms('create-key')
    const id = ['--key-id', key.KeyId]
    const { Policy } = await kms('get-key-policy', ...id, '--policy-name', 'default')
    await kms('put-key-policy', ...id, '--policy', Policy)
    await kms('enable-key-rotation', ...id, '--rotation-period-in-days', '100')
    expect(await kms('get-key-rotation-status', ...id)).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 100,
      NextRotationDate: expect.anything(),
    })
    const scheduled = await kms('schedule-key-deletion', ...id, '--pending-window-in-days', '7')
    expect(scheduled).toMatchObject({ KeyId: key.Arn, KeyState: 'PendingDeletion' })
    const { stderr } = await run('generate-data-key', ...id, '--key-spec', 'AES_256')
    expect(stderr).toContain('(KMSInvalidStateException)')
    expect(stderr).toContain(`${key.Arn} is pending deletion.`)
  },
)

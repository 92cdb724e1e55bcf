import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

/** The guide to investigating, command by command, in a shell. */

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/guides/investigate.md'), 'utf8')
const lines = [...guide.matchAll(/^npx cairn (.+)$/gm)].map(([, line = '']) => line)
// These wait for events, for a store of somebody else's, or for the id of an event.
const commands = lines.filter((line) => !/^tail |s3:\/\/|--list|EVENT-ID/.test(line))

const startMs = Date.now() - 3 * 86_400_000

/** Records of which one in ten is what the long look-up of the guide asks for. */
function record(index: number): object {
  const isWanted = index % 10 === 0
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::111122223333:assumed-role/build/ci-${index % 3}`,
      sessionContext: { attributes: { mfaAuthenticated: 'false' } },
    },
    eventTime: `${new Date(startMs + index * 1000).toISOString().slice(0, 19)}Z`,
    eventSource: isWanted ? 'iam.amazonaws.com' : 's3.amazonaws.com',
    eventName: isWanted ? 'DeleteRole' : 'DeleteBucket',
    awsRegion: 'eu-west-1',
    sourceIPAddress: `203.0.113.${index % 200}`,
    userAgent: 'curl/8',
    errorCode: 'AccessDenied',
    requestParameters: { roleName: 'admin' },
    resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::audit' }],
    eventID: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    readOnly: false,
    managementEvent: true,
    recipientAccountId: '111122223333',
  }
}

test('every command of the guide works as it is typed', { timeout: 120_000 }, async () => {
  using folder = temporaryFolder()
  await using cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  const logs = join(folder.path, 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23')
  mkdirSync(logs, { recursive: true })
  const Records = Array.from({ length: 200 }, (_, index) => record(index))
  writeFileSync(join(logs, '1.json.gz'), gzipSync(JSON.stringify({ Records })))
  // An organisation's trail puts its accounts one level deeper.
  const ofMember = join(folder.path, 'AWSLogs/o-exampleorg/444455556666/CloudTrail/us-east-1/2026/11/23')
  mkdirSync(ofMember, { recursive: true })
  const member = { ...record(0), recipientAccountId: '444455556666', errorCode: undefined }
  writeFileSync(join(ofMember, '1.json.gz'), gzipSync(JSON.stringify({ Records: [member] })))
  writeFileSync(
    join(folder.path, 'selectors.json'),
    JSON.stringify([{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }]),
  )
  const program = `'${process.execPath}' '${join(root, 'packages/cli/bin/cairn.js')}' `
  const run = (line: string) => cairn.run('sh', '-c', `${program}${line} --data-dir '${cairn.dataDir}'`)
  const said: Record<string, string> = {}
  for (const line of commands) {
    const { code, stdout, stderr } = await run(line)
    expect([line, code, stderr]).toEqual([line, 0, stderr])
    said[line] = stdout
  }
  const answerOf = (start: string) => Object.entries(said).find(([line]) => line.startsWith(start))?.[1] ?? ''
  expect(answerOf('import --plan')).toContain('Would import 201 events from 2 files')
  expect(answerOf('import ./AWSLogs')).toContain('Imported 201 events from 2 files')
  expect(answerOf("import 'AWSLogs")).toContain('Imported 0 events')
  expect(answerOf('lookup --error AccessDenied')).toMatch(/^ *20 +DeleteRole$/m)
  expect(answerOf("lookup --error '*'")).toMatch(/^ *180 +DeleteBucket\n *20 +DeleteRole$/m)
  expect(answerOf('lookup --ip').trim().split('\n')).toHaveLength(50)
  const lookedUp = JSON.stringify({ Events: [{ CloudTrailEvent: JSON.stringify(member) }] })
  const piped = await cairn.run('sh', '-c', `echo '${lookedUp}' | ${program} import - --data-dir '${cairn.dataDir}'`)
  expect(piped.stdout).toContain('1 of the 1 found were here already')
  const explained = await run('explain 00000000-0000-4000-8000-000000000010')
  expect(explained.stdout).toContain('iam:DeleteRole')
})

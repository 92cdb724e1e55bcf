import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

interface ScriptOptions {
  /** Further words for `cairn serve`. */
  readonly serve?: readonly string[]
  /** What the script is called with. */
  readonly args?: (dataDir: string) => readonly string[]
  /** 90 s without. */
  readonly timeoutMs?: number
}

/** What every script may use: `refused` asserts that a call fails with a code, and with these words in its message. */
const prelude = `
import boto3, json, time
from botocore.exceptions import ClientError

def refused(code, call, message=''):
    try:
        call()
    except ClientError as error:
        assert error.response['Error']['Code'] == code and message in error.response['Error']['Message'], error
    else:
        assert False, 'not refused: ' + code
`

/** A promise that a script of boto3 asserts of a server of its own, as its administrator. */
export function testPython(promise: string, script: string, options: ScriptOptions = {}): void {
  const { serve = [], args = () => [], timeoutMs = 90_000 } = options
  const { python } = clients()
  test.skipIf(python.kind === 'absent')(promise, { timeout: timeoutMs }, async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    await using cairn = await startCairn({ dataDir, args: serve })
    const file = join(folder.path, 'script.py')
    // Said last, it tells a script that ended from one that was left early.
    writeFileSync(file, `${prelude}${script}\nprint('seen')\n`)
    const run = await cairn.run(programOf(python), file, ...args(dataDir))
    expect(run).toMatchObject({ code: 0, stdout: 'seen\n', stderr: '' })
  })
}

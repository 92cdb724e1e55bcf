import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { parseExpectation } from '../record/expectation.ts'
import { parseOwnNames, requirePossible } from '../record/possible-expectations.ts'
import { record } from '../record/run.ts'
import { parseDomains, parseNetworks, parseResolve, targetOptions } from '../record/targets.ts'

export const recordCommand = defineCommand({
  name: 'record',
  summary: 'Run a command and report the AWS calls that it makes',
  description:
    'The command runs unchanged, with its own input and output. A Cairn of its own, for as long as it runs, sees the calls: through a proxy, and in front of the endpoint where AWS_ENDPOINT_URL sets one. Calls go where they were meant to go. Afterwards nothing is left on this machine but the files that were asked for.\n\nThe report goes to standard error. Exit code: that of the command if it failed, else 1 when an expectation or the contract does not hold, 3 when no call was seen, else 0.\n\nWhich clients are seen and how: docs/guides/record.md.',
  settings: 'none',
  arguments: { command: { description: 'command and its arguments, after --', many: true } },
  options: {
    expect: {
      value: 'expression',
      many: true,
      description: "what has to hold: 's3:PutObject>=1', 'iam:*==0'; without a number, at least one",
    },
    allowName: {
      value: 'name',
      many: true,
      description: "SERVICE or SERVICE:OPERATION that is none of AWS's, and may be expected all the same",
    },
    check: { value: 'file', description: 'contract that the calls are compared with' },
    update: { value: 'file', description: 'write the calls as a contract' },
    junit: { value: 'file', description: 'write what was checked as JUnit XML' },
    policy: {
      value: 'file',
      many: true,
      description: 'write the least policy for the calls; .json, .yaml or .tf (Terraform)',
    },
    save: { value: 'folder', description: 'write the records as CloudTrail log files' },
    json: {
      description: 'the report as JSON on standard output; what the command writes there goes to standard error',
    },
    quiet: { description: 'no report; failed expectations are still shown' },
    allowNone: { description: 'no call at all is fine' },
    perTest: { description: 'tell the calls of each test apart, under pytest without configuring it' },
    ...targetOptions,
    account: { value: 'account', description: 'account to record callers in that say none; default: 123456789012' },
    region: { value: 'region', description: 'region of calls that name none; default: us-east-1' },
  },
  examples: [
    { run: 'record -- node app.js', means: 'what does this program call?' },
    {
      run: "record --expect 's3:PutObject>=1' --expect 'iam:*==0' -- npm test",
      means: 'in CI: fails when it does not',
    },
    { run: 'record --update calls.yaml -- npm test', means: 'writes what is called, to be reviewed and committed' },
    { run: 'record --check calls.yaml --junit out.xml -- npm test', means: 'fails when that has changed' },
    { run: 'record --policy policy.tf -- ./deploy.sh', means: 'the least policy that it needs, for Terraform' },
  ],
  async run(context, { command }, options) {
    if (options.check !== undefined && options.update !== undefined) {
      throw new CommandFailure('--check and --update exclude each other.', {
        advice: 'Check first; update when the difference is meant.',
        exitCode: exitCodes.usage,
      })
    }
    const expectations = options.expect.map(parseExpectation)
    requirePossible(expectations, parseOwnNames(options.allowName))
    return record(context, {
      command,
      expectations,
      check: options.check,
      update: options.update,
      junit: options.junit,
      save: options.save,
      policies: options.policy,
      json: options.json,
      quiet: options.quiet,
      allowsNone: options.allowNone,
      marksTests: options.perTest,
      resolve: parseResolve(options.resolve),
      allowed: parseNetworks(options.allowTarget),
      domains: parseDomains(options.intercept),
      account: options.account,
      region: options.region,
    })
  },
})

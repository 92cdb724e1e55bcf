import { type ImportRole, importRoleDocuments } from '@cairn/core/policy'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { CommandFailure } from '../../failure.ts'

export const policyImportRoleCommand = defineCommand({
  name: 'policy import-role',
  summary: 'Print the two documents of the role that StartImport reads a bucket as',
  arguments: { bucket: { description: 'name of the bucket with the log files' } },
  options: {
    prefix: { value: 'prefix', description: 'what the log files lie below' },
    store: { value: 'arn', description: 'only for this event data store; default: any of the account' },
    account: { value: 'account', description: "account of the store; default: the installation's own" },
    trust: { description: 'only the trust policy' },
    permissions: { description: 'only the permissions' },
  },
  examples: [
    { run: 'policy import-role logs', means: 'both documents' },
    {
      run: 'policy import-role logs --trust > trust.json',
      means: 'then: aws iam create-role --role-name import --assume-role-policy-document file://trust.json',
    },
    {
      run: 'policy import-role logs --permissions > permissions.json',
      means:
        'then: aws iam put-role-policy --role-name import --policy-name import --policy-document file://permissions.json',
    },
  ],
  async run(context, { bucket }, { prefix, store, account, trust, permissions }) {
    if (trust && permissions) {
      throw new CommandFailure('Give --trust or --permissions, or neither for both.', { exitCode: exitCodes.usage })
    }
    const role: ImportRole = {
      bucket,
      account: account ?? (await context.config()).account,
      partition: 'aws',
      ...(prefix !== undefined && { prefix: prefix.replace(/\/+$/, '') }),
      ...(store !== undefined && { storeArn: store }),
    }
    const documents = importRoleDocuments(role)
    const show = (document: object) => context.stdout.line(JSON.stringify(document, undefined, 2))
    if (!permissions && !trust) await context.stdout.line(context.stdout.style.bold('trust.json'))
    if (!permissions) await show(documents.trust)
    if (!permissions && !trust) await context.stdout.line(context.stdout.style.bold('\npermissions.json'))
    if (!trust) await show(documents.permissions)
    return exitCodes.done
  },
})

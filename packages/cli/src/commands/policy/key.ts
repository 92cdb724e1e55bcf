import { type TrailKey, trailKeyPolicy } from '@cairn/core/policy'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'

export const policyKeyCommand = defineCommand({
  name: 'policy key',
  summary: 'Print the policy that a KMS key needs so that trails can encrypt with it',
  options: {
    trail: { value: 'name', description: 'only this trail; default: every trail of the account' },
    region: { value: 'region', description: 'home region of the trail; default: any' },
    account: { value: 'account', description: "account of key and trail; default: the installation's own" },
  },
  examples: [
    {
      run: 'policy key > key-policy.json',
      means: 'then: aws kms create-key --policy file://key-policy.json',
    },
    { run: 'policy key --trail main --region us-east-1', means: 'for the trail main alone' },
  ],
  async run(context, _args, { trail, region, account }) {
    const key: TrailKey = {
      account: account ?? (await context.config()).account,
      partition: 'aws',
      ...(region !== undefined && { region }),
      ...(trail !== undefined && { trailName: trail }),
    }
    await context.stdout.line(JSON.stringify(trailKeyPolicy(key), undefined, 2))
    return exitCodes.done
  },
})

import { type TrailBucket, trailBucketPolicy } from '@cairn/core/policy'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'

export const policyBucketCommand = defineCommand({
  name: 'policy bucket',
  summary: 'Print the policy that a bucket needs so that a trail can deliver to it',
  arguments: { name: { description: 'name of the bucket' } },
  options: {
    prefix: { value: 'prefix', description: "the trail's key prefix, where it has one" },
    trail: { value: 'name', description: 'only this trail; default: every trail of the account' },
    region: { value: 'region', description: 'home region of the trail; default: any' },
    account: { value: 'account', description: "account of the trail; default: the installation's own" },
  },
  examples: [
    {
      run: 'policy bucket audit > policy.json',
      means: 'then: aws s3api put-bucket-policy --bucket audit --policy file://policy.json',
    },
    { run: 'policy bucket audit --trail main --region us-east-1', means: 'for the trail main alone' },
  ],
  async run(context, { name }, { prefix, trail, region, account }) {
    const bucket: TrailBucket = {
      bucket: name,
      account: account ?? (await context.config()).account,
      partition: 'aws',
      ...(prefix !== undefined && { prefix }),
      ...(region !== undefined && { region }),
      ...(trail !== undefined && { trailName: trail }),
    }
    await context.stdout.line(JSON.stringify(trailBucketPolicy(bucket), undefined, 2))
    return exitCodes.done
  },
})

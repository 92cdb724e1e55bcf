import { type ResultBucket, resultBucketPolicy } from '@cairn/core/policy'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'

export const policyQueryResultsCommand = defineCommand({
  name: 'policy query-results',
  summary: 'Print the policy that a bucket needs so that Lake queries can deliver their results to it',
  arguments: { bucket: { description: 'name of the bucket' } },
  options: {
    store: { value: 'arn', description: 'only of this event data store; default: of any of the account' },
    account: { value: 'account', description: "account of the store; default: the installation's own" },
  },
  examples: [
    {
      run: 'policy query-results results > policy.json',
      means: 'then: aws s3api put-bucket-policy --bucket results --policy file://policy.json',
    },
  ],
  async run(context, { bucket }, { store, account }) {
    const results: ResultBucket = {
      bucket,
      account: account ?? (await context.config()).account,
      partition: 'aws',
      ...(store !== undefined && { storeArn: store }),
    }
    await context.stdout.line(JSON.stringify(resultBucketPolicy(results), undefined, 2))
    return exitCodes.done
  },
})

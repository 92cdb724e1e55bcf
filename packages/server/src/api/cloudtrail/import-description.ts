import type { LakeImport } from '../../lake/imports/index.ts'

/** What every answer about one import says. */
export function describeImport({ id, storeArn, source, fromMs, untilMs, state, createdAtMs, updatedAtMs }: LakeImport) {
  return {
    ImportId: id,
    Destinations: [storeArn],
    ImportSource: {
      S3: {
        S3LocationUri: source.uri,
        S3BucketRegion: source.region,
        S3BucketAccessRoleArn: source.roleArn,
      },
    },
    StartEventTime: fromMs,
    EndEventTime: untilMs,
    ImportStatus: state,
    CreatedTimestamp: createdAtMs,
    UpdatedTimestamp: updatedAtMs,
  }
}

export function describeStatistics({ statistics }: LakeImport) {
  return {
    PrefixesFound: statistics.prefixesFound,
    PrefixesCompleted: statistics.prefixesCompleted,
    FilesCompleted: statistics.filesCompleted,
    EventsCompleted: statistics.eventsCompleted,
    FailedEntries: statistics.failedEntries,
  }
}

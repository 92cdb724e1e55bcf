/** The dialect that Lake's SQL and Athena's share. */
export const engineVersion = {
  SelectedEngineVersion: 'AUTO',
  EffectiveEngineVersion: 'Athena engine version 3',
} as const

import { kafkaTrigger } from '../parameters.ts'

export const POISON = 'poison'

/** Of the mapping that is killed and of its successor. */
export const crashingParameters = (names: {
  readonly topic: string
  readonly consumerGroupId: string
  readonly failed: string
}) =>
  kafkaTrigger.parse({
    topics: [names.topic],
    consumerGroupId: names.consumerGroupId,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 4,
    maximumBatchingWindowInSeconds: 0,
    maximumRetryAttempts: 1,
    bisectBatchOnFunctionError: true,
    destinationConfig: { onFailure: { destination: `kafka://${names.failed}` } },
    provisionedPollerConfig: { minimumPollers: 1 },
  })

// A process with one mapping, which tells its parent of each delivered offset and each time it is assigned partitions.
// Arguments: brokers, topic, group.
import { createEventSourceMapping } from '../event-source-mapping.ts'
import { kafkaTrigger } from '../parameters.ts'
import { parseDelivery } from './parse-delivery.ts'

const [brokers = '', topic = '', consumerGroupId = ''] = process.argv.slice(2)

await createEventSourceMapping({
  functionName: 'reporting',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:reporting',
  parameters: kafkaTrigger.parse({
    topics: [topic],
    consumerGroupId,
    startingPosition: 'TRIM_HORIZON',
    maximumBatchingWindowInSeconds: 0,
    provisionedPollerConfig: { minimumPollers: 1 },
  }),
  kafkaBrokers: brokers.split(','),
  destinationsDirectory: '/nowhere',
  invoke: async (payload) => {
    process.send?.({ delivered: parseDelivery(payload).map(({ offset }) => offset) })
    return { outcome: 'success', payload: 'null' }
  },
  record: ({ name }) => {
    if (name === 'partitions.assigned') process.send?.({ name })
  },
  retryDelayMs: () => 5,
  sessionTimeoutMs: 3000,
}).start()
